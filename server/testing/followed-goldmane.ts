/** For tests of the follower: an in-memory Goldmane over real HTTP/2, a FlowRing, and a clock that the test advances. */
import { onTestFinished, vi } from 'vitest'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { bucketsAgo, CURRENT } from '../../src/goldmane/testing/fixture.ts'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { buildFlow } from '../../src/flows/testing/build.ts'
import type { Flow, FlowKey } from '../../src/flows/flow.ts'
import { RecordReader } from '../../src/wire/record-reader.ts'
import { type GoldmaneServer, type GoldmaneServerOptions, serveGoldmane } from '../demo/goldmane-grpc.ts'
import type { Log, LogFields } from '../lib/log.ts'
import { FlowRing } from '../upstream/flow-ring.ts'
import type { OnGapStays } from '../upstream/gap-filler.ts'
import { GoldmaneFollower } from '../upstream/goldmane-follower.ts'
import type { UpstreamStatus } from '../upstream/upstream-status.ts'
import { EVERYTHING } from '../upstream/ring/ring-view.ts'
import { Upstream, type UpstreamOptions } from '../upstream/upstream.ts'

export interface FollowedOptions {
  readonly tls?: GoldmaneServerOptions['tls']
  /** The gateway's certificates; the URL is https with `tls`. */
  readonly files?: UpstreamOptions['tls']
  /** The port that the gateway connects to; Goldmane's own unless given. */
  readonly port?: number
  /** A Goldmane that listens already. */
  readonly served?: ServedGoldmane
  /** Seconds that Goldmane's clock is ahead of the gateway's. */
  readonly skew?: number
  /** Milliseconds of the clock for an attempt to connect; an hour unless given, as the clock is faster than a handshake. */
  readonly connectTimeout?: number
  readonly prepare?: (goldmane: Goldmane) => void
  readonly onGapStays?: OnGapStays
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly event: string
  readonly fields: LogFields
}

type SeenStatus = UpstreamStatus & {
  /** Unix seconds. */
  readonly at: number
}

/** A Goldmane that listens, and may be stopped and started again on its port. */
export class ServedGoldmane {
  readonly clock = new ManualClock((CURRENT + 7) * 1000)
  readonly goldmane: Goldmane
  readonly #options: FollowedOptions
  #server: GoldmaneServer | null = null
  #port = 0

  constructor(options: FollowedOptions) {
    this.#options = options
    this.goldmane = new Goldmane({ now: () => this.clock.now() / 1000 + (options.skew ?? 0) })
    options.prepare?.(this.goldmane)
  }

  get port(): number {
    return this.#port
  }

  async listen(tls = this.#options.tls): Promise<void> {
    this.#server = await serveGoldmane(this.goldmane, {
      port: this.#port,
      ...(tls === undefined ? {} : { tls }),
    })
    this.#port = this.#server.port
  }

  /** Ends every connection and the listening, as a killed process. */
  async kill(): Promise<void> {
    await this.#server?.close()
    this.#server = null
  }
}

/** Starts a follower of such a Goldmane. Both end with the test. */
export async function startFollowed(options: FollowedOptions = {}) {
  const served = options.served ?? new ServedGoldmane(options)
  if (options.served === undefined) await served.listen()
  const { clock, goldmane } = served
  const lines: LogLine[] = []
  const ring = new FlowRing({ maxBytes: 64 * 2 ** 20 })
  const scheme = options.tls === undefined ? 'http' : 'https'
  const upstream = new Upstream({
    url: `${scheme}://127.0.0.1:${options.port ?? served.port}`,
    ...(options.files === undefined ? {} : { tls: options.files }),
    connectTimeout: options.connectTimeout ?? 3_600_000,
    clock,
  })
  const follower = new GoldmaneFollower({
    upstream,
    ring,
    log: collectingLog(lines),
    clock,
    // Every jitter is half of its bound.
    random: () => 0.5,
    ...(options.onGapStays === undefined ? {} : { onGapStays: options.onGapStays }),
  })
  const statuses: SeenStatus[] = []
  follower.subscribe(() => statuses.push({ at: clock.now() / 1000, ...follower.status }))
  onTestFinished(async () => {
    goldmane.resume()
    await follower.close()
    upstream.close()
    await served.kill()
  })
  const state = () => follower.status.state
  const breathe = () => ioTurns(options.files !== undefined)
  return {
    served,
    clock,
    goldmane,
    ring,
    upstream,
    follower,
    lines,
    /** Each status that the follower told, in order. */
    statuses,
    /** Seconds of each wait before another attempt, in order. */
    waits: () => statuses.flatMap(({ at, retryAt }) => (retryAt === null ? [] : [retryAt - at])),
    /** The events of the log, in order. */
    events: () => lines.map(({ event }) => event),
    state,
    /** Waits until the condition holds, with the clock at rest. */
    until: (condition: () => boolean) =>
      vi.waitFor(() => assertTrue(condition), { timeout: 5000, interval: 2 }),
    /** Advances the clock by small steps until the condition holds, with time for I/O between them. */
    async advanceUntil(condition: () => boolean, step = 250, limit = 600_000): Promise<void> {
      for (let passed = 0; !condition(); passed += step) {
        if (passed > limit) throw new Error(`after ${limit} ms of the clock: ${String(condition)}`)
        clock.advance(step)
        goldmane.rollover()
        await breathe()
      }
    },
    /** Lets time pass in small steps. */
    async pass(milliseconds: number, step = 500): Promise<void> {
      for (let left = milliseconds; left > 0; left -= step) {
        clock.advance(Math.min(step, left))
        goldmane.rollover()
        await breathe()
      }
    },
    /** What the ring holds, as `bucket/port`, sorted; a record that is held twice is there twice. */
    held: () => heldIn(ring),
  }
}

const PORTS = [80, 443, 5432]

/** Gives Goldmane three keys in each bucket from `oldest` to `newest` buckets ago. */
export function fill(goldmane: Goldmane, oldest: number, newest: number): void {
  for (let n = oldest; n >= newest; n--) {
    for (const port of PORTS) goldmane.ingest(flowAt(bucketsAgo(n), port))
  }
}

/** What a ring holds when it has got all that {@link fill} gave to Goldmane. */
export function filled(oldest: number, newest: number): string[] {
  const held: string[] = []
  for (let n = oldest; n >= newest; n--) for (const port of PORTS) held.push(`${bucketsAgo(n)}/${port}`)
  return held.sort()
}

/** A flow in the bucket, told from others by its port. */
export function flowAt(bucket: number, port = 80, key: Partial<FlowKey> = {}): Flow {
  return buildFlow({ destPort: port, ...key }, { startTime: bucket, endTime: bucket + BUCKET_SECONDS })
}

/** The records that a reader of the whole ring gets, as `bucket/port`. */
function heldIn(ring: FlowRing): string[] {
  const reader = ring.openReader(EVERYTHING, 1)
  const record = new RecordReader()
  const held: string[] = []
  for (let frames = reader.read(1 << 20); frames !== null; frames = reader.read(1 << 20)) {
    for (let at = 0; at < frames.length;) {
      const end = at + 5 + frames.readUInt32BE(at + 1)
      record.readResult(frames.subarray(at + 5, end))
      held.push(`${record.numbers[2]}/${record.keyNumbers[7]}`)
      at = end
    }
  }
  reader.close()
  return held.sort()
}

/**
 * Lets the event loop bring what sockets were sent: server and client are in this process. Files are read by other
 * threads, which need real time.
 */
export async function ioTurns(hasFiles: boolean): Promise<void> {
  for (let turn = 0; turn < 6; turn++) {
    await new Promise((resolve) => {
      if (turn === 0 && hasFiles) setTimeout(resolve, 1)
      else setImmediate(resolve)
    })
  }
}

function assertTrue(condition: () => boolean): void {
  if (!condition()) throw new Error(`not yet: ${String(condition)}`)
}

export function collectingLog(lines: LogLine[]): Log {
  const at =
    (level: LogLine['level']) =>
    (event: string, fields: LogFields = {}): void => {
      lines.push({ level, event, fields })
    }
  return { info: at('info'), warn: at('warn'), error: at('error') }
}
