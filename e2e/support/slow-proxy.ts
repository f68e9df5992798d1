import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SlowProxy {
  readonly url: string
  /** Answers the requests for config.json that wait, and later ones at once. */
  readonly answer: () => void
  readonly close: () => Promise<void>
}

/** Starts a proxy that holds back config.json, so that the page is loaded but does not know its source. */
export async function startSlowProxy(upstream: string): Promise<SlowProxy> {
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
  // Not a string, because the server listens on a port and not on a pipe.
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
