/** The gateway's process: the bridge behind a plain HTTP server; or, to compare, a server that pipes bytes. */
import { readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import process from 'node:process'

import { EVERYONE } from '../../server/auth/viewer.ts'
import { createBridge } from '../../server/bridge/bridge.ts'
import { openCluster } from '../../server/bridge/served-cluster.ts'
import { StreamPlaces } from '../../server/bridge/stream-places.ts'
import { silentLog } from '../../server/lib/log.ts'
import { roleArguments, serveRole } from './processes.ts'

export interface GatewayArguments {
  readonly port: number
  readonly pipePort: number
  readonly ringBytes?: number
}

export interface GatewayReport {
  /** Microseconds. */
  readonly cpu: number
  readonly rss: number
  readonly heap: number
  readonly descriptors: number
  readonly records: number
  readonly keys: number
  readonly ringBytes: number
  readonly evicted: number
  readonly streams: number
  readonly state: string
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

function processReport(): Pick<GatewayReport, 'cpu' | 'rss' | 'heap' | 'descriptors'> {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return { cpu: user + system, rss, heap: heapUsed, descriptors: readdirSync('/proc/self/fd').length }
}

export async function runGateway(): Promise<void> {
  const { port, ringBytes } = roleArguments() as unknown as GatewayArguments // as the scenario wrote them
  const cluster = openCluster({
    name: 'bench',
    upstream: { url: `http://127.0.0.1:${port}` },
    log: silentLog,
    ...(ringBytes === undefined ? {} : { ringBytes }),
  })
  const places = new StreamPlaces({ streams: 500, streamsPerAddress: 500 })
  const bridge = createBridge(cluster, { places })
  const own = await listen(
    createServer((request, response) => bridge(request, response, request.url ?? '/', EVERYONE)),
  )
  serveRole(({ ask }): unknown => {
    if (ask === 'port') return own
    const { ring, follower } = cluster
    return {
      ...processReport(),
      records: ring.records,
      keys: ring.keys,
      ringBytes: ring.bytes,
      evicted: ring.evicted,
      streams: bridge.counters.streams,
      state: follower.status.state,
    } satisfies GatewayReport
  })
}

/** Pipes the bytes of a connection of its own to each client: the least that Node can do. */
export async function runPipe(): Promise<void> {
  const { pipePort } = roleArguments() as unknown as GatewayArguments // as the scenario wrote them
  const own = await listen(
    createServer((request, response) => {
      request.resume()
      const source = connect(pipePort, '127.0.0.1')
      source.on('error', () => {})
      response.writeHead(200, { 'content-type': 'application/grpc-web+proto' })
      source.pipe(response)
      response.on('close', () => source.destroy())
    }),
  )
  serveRole(({ ask }): unknown => (ask === 'port' ? own : processReport()))
}
