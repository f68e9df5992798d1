import { connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { listenOnLoopback } from './listen-on-loopback.ts'

/** A TCP connection through this process, which a test can cut and mend: a server that is away, whatever server it is. */
export interface CuttableConnection {
  readonly port: number
  /** Ends what is open, and refuses what is new. */
  cut(): void
  mend(): void
}

/** Forwards a free port of 127.0.0.1 to another one, until the test ends. */
export async function forwardPort(target: {
  readonly host: string
  readonly port: number
}): Promise<CuttableConnection> {
  let isCut = false
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    if (isCut) return near.destroy()
    const far = connect(target)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
    return undefined
  })
  const port = await listenOnLoopback(server)
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  onTestFinished(() => {
    destroyAll()
    server.close()
  })
  return {
    port,
    cut() {
      isCut = true
      destroyAll()
    },
    mend() {
      isCut = false
    },
  }
}
