/**
 * Checks of the Host and Origin headers, against DNS rebinding and cross-site requests. They are no authentication.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

/** Whether a host name or an IP address is of the loopback. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase()
  if (isIP(name) === 4) return name.startsWith('127.')
  return name === '::1' || name === 'localhost' || name.endsWith('.localhost')
}

/** The host name in a Host header, in lower case, without the port and the brackets; null when it is malformed. */
export function hostNameOf(host: string): string | null {
  const match = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2] ?? null)?.toLowerCase() ?? null
}

/**
 * The host names that a gateway answers to beside the loopback's own, or null for all names. On the loopback the names
 * are checked against DNS rebinding: an attacker's page whose name was made to point at 127.0.0.1 has the same origin
 * for the browser, but its Host header has the attacker's name. A gateway that listens to the network cannot know its
 * names.
 *
 * @param listening The address on which the gateway listens.
 * @param extra Names in lower case, such as that of a proxy in front.
 */
export function allowedHostNames(listening: string, extra: readonly string[]): readonly string[] | null {
  return isLoopback(listening) ? extra : null
}

/** Whether a Host header names the loopback or one of `allowed`; with null every header is accepted. */
export function isHostAllowed(host: string | undefined, allowed: readonly string[] | null): boolean {
  if (allowed === null) return true
  const name = host === undefined ? null : hostNameOf(host)
  return name !== null && (isLoopback(name) || allowed.includes(name))
}

/**
 * Whether a request comes from our own page or from no page (curl). Sec-Fetch-Site, which the browser sets and no page
 * can forge, decides where it is present: behind a proxy that rewrites the Host header, the Origin cannot be compared.
 */
export function isSameOrigin({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  if (headers.origin === undefined) return true
  return headers.host !== undefined && headers.origin.replace(/^https?:\/\//, '') === headers.host
}
