/** A TCP proxy between a client and a server, which can swallow bytes and cut connections. */
import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { listenOnLoopback } from './listen-on-loopback.ts'

export interface TcpProxy {
  readonly port: number
  /** Connections that were accepted since the start. */
  readonly accepted: number
  /** From now on no byte passes, and no end of a connection: for both sides the other one is just quiet. */
  swallow(): void
  /** From now on nothing is read from the server, so that what it sends fills the buffers of the connection. */
  stall(): void
  /** Lets new connections pass, and cuts those whose bytes were swallowed. */
  heal(): void
}

/** Starts a proxy to a port of 127.0.0.1, closed when the test ends. */
export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let accepted = 0
  let swallowing = false
  let stalling = false
  const server = createServer((client) => {
    accepted += 1
    const upstream = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => {
        if (!swallowing) to.write(bytes)
        if (stalling && from === upstream) upstream.pause()
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        if (!swallowing) to.destroy()
      })
    }
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const port = await listenOnLoopback(server)
  onTestFinished(() => {
    server.close()
    cut()
  })
  return {
    port,
    get accepted() {
      return accepted
    },
    swallow: () => {
      swallowing = true
    },
    stall: () => {
      stalling = true
    },
    heal: () => {
      cut()
      swallowing = false
    },
  }
}
