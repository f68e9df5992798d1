import { headerValues, type HttpRequest } from '../lib/http-message.ts'
import { requestedHost } from './same-origin.ts'

/** A browser sends cookies of one name for several paths; more than this are not ours. */
const MAX_CANDIDATES = 4
const MAX_COOKIES = 100

/** The cookie that holds the id of a session. */
export class SessionCookie {
  readonly #basePath: string

  /** @param basePath Empty, or like `/flowtrace`. */
  constructor(basePath: string) {
    this.#basePath = basePath
  }

  /**
   * The values of the cookie in a request. There may be several: a cookie is not bound to a port, and another server on this
   * host may have set one of the same name for a longer path.
   */
  read(request: HttpRequest, secure: boolean): string[] {
    const name = this.#name(request, secure)
    return headerValues(request, 'cookie')
      .join(';')
      .split(';', MAX_COOKIES)
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(`${name}=`))
      .slice(0, MAX_CANDIDATES)
      .map((pair) => pair.slice(name.length + 1))
  }

  /** The Set-Cookie header that begins a session in the browser. */
  begin(request: HttpRequest, secure: boolean, id: string, maxAgeSeconds: number): string {
    // The prefix makes a browser refuse the cookie without Secure, with a Domain, or with another Path; so no neighbouring
    // host can set it.
    const where = secure ? 'Path=/; Secure' : `Path=${this.#basePath || '/'}`
    return `${this.#name(request, secure)}=${id}; ${where}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`
  }

  /** The Set-Cookie header that removes it. */
  end(request: HttpRequest, secure: boolean): string {
    return this.begin(request, secure, '', 0)
  }

  /** Differs for each port and base path, so that two gateways on one host do not end each other's sessions. */
  #name(request: HttpRequest, secure: boolean): string {
    const port = /:(\d{1,5})$/.exec(requestedHost(request) ?? '')?.[1]
    const place = [...this.#basePath.split('/').slice(1), ...(port === undefined ? [] : [port])]
    return `${secure ? '__Host-' : ''}${['flowtrace', ...place].join('-')}`
  }
}
