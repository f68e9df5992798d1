/** A server in front of a cluster's that keeps config.json back: the page stands, and does not know yet what to show. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SlowStart {
  readonly url: string
  /** Lets config.json through, now and from now on. */
  readonly answer: () => void
  readonly close: () => Promise<void>
}

export async function slowStart(upstream: string): Promise<SlowStart> {
  const release = new AbortController()
  const server = createServer((incoming, outgoing) => {
    const forward = () => {
      const { method, headers, url } = incoming
      const passed = request(new URL(url ?? '/', upstream), { method, headers }, (response) => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(outgoing)
      })
      passed.on('error', () => outgoing.destroy())
      outgoing.on('close', () => passed.destroy())
      incoming.pipe(passed)
    }
    if (incoming.url === '/config.json' && !release.signal.aborted)
      release.signal.addEventListener('abort', forward)
    else forward()
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    answer: () => release.abort(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
