/** A reverse proxy that logs people in and says in headers who they are, as oauth2-proxy does. */
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The proxy calls the gateway from here, and the browser from 127.0.0.1. Linux has all of 127.0.0.0/8 on its loopback. */
export const PROXY_ADDRESS = '127.0.0.2'

const IDENTITY_HEADERS = ['x-forwarded-user', 'x-forwarded-groups', 'x-forwarded-email']

export class IdentityProxy {
  readonly url: string
  /** The groups of the user who is logged in at the proxy; null for nobody. */
  user: { readonly name: string; readonly groups: string } | null = null
  /** Ends every connection, and the server. */
  readonly close: () => Promise<void>
  /** Ends every connection, as a proxy does that is restarted. */
  readonly cut: () => void

  private constructor(server: ReturnType<typeof createServer>) {
    // Not a string, because the server listens on a port and not on a pipe.
    const { port } = server.address() as AddressInfo
    this.url = `http://127.0.0.1:${port}/`
    this.cut = () => server.closeAllConnections()
    this.close = () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }

  static async start(upstream: string): Promise<IdentityProxy> {
    const server = createServer((incoming, outgoing) => {
      const headers = { ...incoming.headers }
      for (const name of IDENTITY_HEADERS) delete headers[name]
      if (proxy.user !== null) {
        headers['x-forwarded-user'] = proxy.user.name
        headers['x-forwarded-groups'] = proxy.user.groups
      }
      const { method, url } = incoming
      const passed = request(
        new URL(url ?? '/', upstream),
        { method, headers, localAddress: PROXY_ADDRESS },
        (response) => {
          outgoing.writeHead(response.statusCode ?? 502, response.headers)
          outgoing.flushHeaders()
          response.pipe(outgoing)
        },
      )
      passed.on('error', () => outgoing.destroy())
      outgoing.on('close', () => passed.destroy())
      incoming.pipe(passed)
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const proxy = new IdentityProxy(server)
    return proxy
  }
}
