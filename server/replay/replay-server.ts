/**
 * A Goldmane on one port, for clients of gRPC (HTTP/2 without TLS) and of gRPC-web (HTTP/1.1). The first bytes of a
 * connection tell which it is: HTTP/2 begins with a fixed preface (RFC 9113, 3.4).
 */
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { Goldmane } from '../../src/goldmane/goldmane.ts'
import { serveGoldmane } from '../demo/goldmane-grpc.ts'
import { Upstream } from '../upstream/upstream.ts'
import { answerGrpcWeb } from './grpc-web.ts'

export interface ReplayServer {
  readonly port: number
  /** Ends every connection. */
  close(): Promise<void>
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** Milliseconds for the first bytes of a connection. */
const FIRST_BYTES_TIMEOUT_MS = 30_000

/** Rejects when the port cannot be used. */
export async function serveReplay(
  goldmane: Goldmane,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<ReplayServer> {
  const grpc = await serveGoldmane(goldmane)
  const upstream = new Upstream({ url: `http://127.0.0.1:${grpc.port}` })
  const web = createHttpServer((request, response) => void answerGrpcWeb(upstream, request, response))
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // An error is followed by `close`; without a listener it would end the process.
    socket.on('error', () => undefined)
    dispatch(socket, grpc.port, web)
  })
  const close = async () => {
    upstream.close()
    for (const socket of sockets) socket.destroy()
    server.close()
    await grpc.close()
  }
  try {
    return { port: await listen(server, host, port), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Hands a connection to the server of its protocol once its first bytes tell which that is. */
function dispatch(socket: Socket, grpcPort: number, web: HttpServer): void {
  let head = Buffer.alloc(0)
  socket.setTimeout(FIRST_BYTES_TIMEOUT_MS, () => socket.destroy())
  socket.on('data', onData)
  function onData(chunk: Buffer): void {
    head = Buffer.concat([head, chunk])
    const isHttp2 = PREFACE.subarray(0, head.length).equals(head.subarray(0, PREFACE.length))
    if (isHttp2 && head.length < PREFACE.length) return
    socket.off('data', onData)
    socket.pause()
    socket.setTimeout(0)
    socket.removeAllListeners('timeout')
    socket.unshift(head)
    if (isHttp2) return joinTo(socket, grpcPort)
    web.emit('connection', socket)
    socket.resume()
  }
}

/** Copies both ways until either end closes. */
function joinTo(socket: Socket, port: number): void {
  const inner = connect({ port, host: '127.0.0.1' })
  inner.on('error', () => socket.destroy())
  inner.once('close', () => socket.destroy())
  socket.once('close', () => inner.destroy())
  socket.pipe(inner)
  inner.pipe(socket)
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}
