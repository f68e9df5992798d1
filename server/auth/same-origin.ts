import { headerValues, type HttpRequest } from '../lib/http-message.ts'
import type { TrustedProxies } from './trusted-proxies.ts'

/** The Host header, or in HTTP/2 the `:authority`; null when there is none, more than one, or they say different things. */
export function requestedHost(request: HttpRequest): string | null {
  const [authority, ...moreAuthorities] = headerValues(request, ':authority')
  const [host, ...moreHosts] = headerValues(request, 'host')
  if (moreAuthorities.length > 0 || moreHosts.length > 0) return null
  if (authority !== undefined && host !== undefined && authority !== host) return null
  return authority ?? host ?? null
}

/**
 * Whether a request comes from our own page or from no page (curl).
 *
 * Sec-Fetch-Site, which the browser sets and no page can forge, decides where it is present: behind a proxy that rewrites
 * the Host header, the Origin cannot be compared. A page that is rebound to our address never sends it: browsers do so only
 * to https and to the loopback's own names. Without it the Origin has to be ours, scheme and port included.
 */
export function isSameOrigin(request: HttpRequest, proxies: TrustedProxies): boolean {
  const origins = headerValues(request, 'origin')
  const sites = headerValues(request, 'sec-fetch-site')
  const [origin, ...moreOrigins] = origins
  const [site, ...moreSites] = sites
  if (moreOrigins.length > 0 || moreSites.length > 0 || origin === 'null') return false
  // `none` is what the user typed or opened from a bookmark, which is never a POST.
  if (site !== undefined) return site === 'same-origin' || (site === 'none' && isRead(request))
  if (origin === undefined) return true
  const host = requestedHost(request)
  if (host === null) return false
  const scheme = proxies.isSecure(request) ? 'https' : 'http'
  return origin.toLowerCase() === `${scheme}://${withoutDefaultPort(host.toLowerCase(), scheme)}`
}

function isRead(request: HttpRequest): boolean {
  return request.method === 'GET' || request.method === 'HEAD'
}

/** A browser leaves the scheme's own port out of an Origin. */
function withoutDefaultPort(host: string, scheme: 'http' | 'https'): string {
  return host.replace(scheme === 'https' ? /:443$/ : /:80$/, '')
}
