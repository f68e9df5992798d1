/** For tests of the bridge: an HTTP server with nothing but the bridge, and a Goldmane with a clock for both. */
import { createServer } from 'node:http'
import { onTestFinished, vi } from 'vitest'
import type { Clock } from '../../src/lib/clock.ts'
import { EVERYONE, type Viewer } from '../auth/viewer.ts'
import { type Bridge, type BridgeOptions, createBridge } from '../bridge/bridge.ts'
import { openCluster, type ServedCluster } from '../bridge/served-cluster.ts'
import { silentLog } from '../lib/log.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import {
  ioTurns,
  collectingLog,
  type FollowedOptions,
  type LogLine,
  ServedGoldmane,
} from './followed-goldmane.ts'
import { listenOnLoopback } from './listen-on-loopback.ts'
import { WebStream, type StreamAsked } from './web-stream.ts'

export interface TestBridgeOptions extends BridgeOptions {
  readonly ringBytes?: number
  readonly clock?: Clock
  /** Everyone unless given. */
  readonly viewer?: Viewer
}

export interface TestBridge {
  /** With a trailing slash. */
  readonly base: string
  readonly bridge: Bridge
  readonly cluster: ServedCluster
}

/** Starts a bridge on a free port, closed when the test ends. */
export async function startTestBridge(
  upstream: UpstreamOptions,
  options: TestBridgeOptions = {},
): Promise<TestBridge> {
  const { viewer = EVERYONE, ringBytes, clock, log = silentLog } = options
  const cluster = openCluster({
    name: 'test',
    upstream,
    log,
    ...(ringBytes === undefined ? {} : { ringBytes }),
    ...(clock === undefined ? {} : { clock }),
  })
  const bridge = createBridge(cluster, options)
  const server = createServer((request, response) => bridge(request, response, request.url ?? '/', viewer))
  const port = await listenOnLoopback(server)
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    bridge.close()
    await cluster.close()
  })
  return { base: `http://127.0.0.1:${port}/`, bridge, cluster }
}

/** Starts a bridge to an in-memory Goldmane. The clock of both stands still until the test advances it. */
export async function startBridgedGoldmane(options: FollowedOptions & TestBridgeOptions = {}) {
  const served = new ServedGoldmane(options)
  await served.listen()
  const { clock, goldmane } = served
  const lines: LogLine[] = []
  const bridged = await startTestBridge(
    { url: `http://127.0.0.1:${served.port}` },
    { log: collectingLog(lines), ...options, clock },
  )
  onTestFinished(() => served.kill())
  const { base, cluster } = bridged
  return {
    ...bridged,
    served,
    clock,
    goldmane,
    lines,
    state: () => cluster.follower.status.state,
    open: (asked?: StreamAsked) => new WebStream(base, asked),
    /** Waits until the condition holds, with the clock at rest. */
    until: (condition: () => boolean) =>
      vi.waitFor(
        () => {
          if (!condition()) throw new Error(`not yet: ${String(condition)}`)
        },
        { timeout: 30_000, interval: 2 },
      ),
    /** Advances the clock by small steps until the condition holds, with time for I/O between them. */
    async advanceUntil(condition: () => boolean, step = 250, limit = 600_000): Promise<void> {
      for (let passed = 0; !condition(); passed += step) {
        if (passed > limit) throw new Error(`after ${limit} ms of the clock: ${String(condition)}`)
        clock.advance(step)
        goldmane.rollover()
        await ioTurns(false)
      }
    },
    /** Lets time pass in small steps. */
    async pass(milliseconds: number, step = 500): Promise<void> {
      for (let left = milliseconds; left > 0; left -= step) {
        clock.advance(Math.min(step, left))
        goldmane.rollover()
        await ioTurns(false)
      }
    },
  }
}
