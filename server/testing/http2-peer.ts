/** An HTTP/2 server whose streams a test handles frame by frame, so that it can do what no gRPC server should. */
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import { onTestFinished } from 'vitest'
import { listenOnLoopback } from './listen-on-loopback.ts'

export type OnStream = (stream: ServerHttp2Stream, headers: Readonly<Record<string, unknown>>) => unknown

/** Starts the server on a free port of 127.0.0.1, closed when the test ends; returns the port. */
export async function startHttp2Peer(onStream: OnStream): Promise<number> {
  const server = createServer()
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => sessions.add(session))
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    onStream(stream, headers)
  })
  const port = await listenOnLoopback(server)
  onTestFinished(() => {
    server.close()
    for (const session of sessions) session.destroy()
  })
  return port
}
