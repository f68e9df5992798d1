/** Who may talk to the gateway, as far as that shows in a request. It is no authentication. */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Whether a listening address is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase()
  if (isIP(name) === 4) return name.startsWith('127.')
  return name === '::1' || name === 'localhost' || name.endsWith('.localhost')
}

/** The host name in a Host header or in an origin, without the port; null when it is no such thing. */
export function hostNameOf(host: string): string | null {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2] ?? null)?.toLowerCase() ?? null
}

/**
 * The names that a gateway answers to: null is any, for one that listens to the network, under names that it cannot
 * know. On the loopback, a page of an attacker's whose name was made to point at 127.0.0.1 is of the same origin for
 * the browser, but its Host header gives it away (DNS rebinding).
 *
 * @param listening The address that it listens on.
 * @param extra Names, in lower case, beside the loopback's own: those of a proxy in front.
 */
export function answeredHosts(listening: string, extra: readonly string[]): readonly string[] | null {
  return isLoopback(listening) ? extra : null
}

/** Whether a Host header has a loopback's name or one of `answered`. */
export function isHostAllowed(host: string | undefined, answered: readonly string[] | null): boolean {
  if (answered === null) return true
  const name = host === undefined ? null : hostNameOf(host)
  return name !== null && (isLoopback(name) || answered.includes(name))
}

/**
 * Whether a request comes from our own page, or from no page at all (curl). Behind a proxy that rewrites the Host
 * header the origin cannot be compared; the browser's own word for it is then enough, which no page can forge.
 */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  if (headers.origin === undefined) return true
  return headers.host !== undefined && headers.origin.replace(/^https?:\/\//, '') === headers.host
}
