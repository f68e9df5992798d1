/**
 * Checks of the request target, Host and Origin, against DNS rebinding and cross-site requests. They are no authentication.
 */
import { isIP } from 'node:net'
import { Refusal } from '../auth/access-refusal.ts'
import { isSameOrigin, requestedHost } from '../auth/same-origin.ts'
import type { TrustedProxies } from '../auth/trusted-proxies.ts'
import { canonicalAddress, hostNameOf, isLoopback } from '../lib/host-name.ts'
import type { HttpRequest } from '../lib/http-message.ts'

/** In a list of allowed hosts: every IP address. A page whose host is an address cannot have been rebound to ours. */
export const ANY_IP = 'any-ip'

/** An entry of the list of allowed hosts, in its canonical form; null when it is neither a name nor an address. */
export function parseAllowedHost(text: string): string | null {
  return canonicalAddress(text) ?? hostNameOf(text)
}

export interface AccessRules {
  /** Entries as {@link parseAllowedHost} returns them, or {@link ANY_IP}; the loopback's names are always allowed. */
  readonly allowedHosts: readonly string[]
  /** Whether every name is answered, as `--insecure-any-host` says. */
  readonly allowsAnyHost: boolean
  readonly proxies: TrustedProxies
}

/**
 * Refuses a call whose target is not a path or whose Host is not one of ours; null lets it go on. For every call but the
 * probes of the kubelet.
 *
 * An attacker's page whose name was made to point at this gateway has its origin for the browser, but its Host header has
 * the attacker's name.
 */
export function checkHost(request: HttpRequest, rules: AccessRules): Refusal | null {
  // A target with a host of its own (`GET http://other/`), which overrides the Host header, is for proxies.
  if (request.url?.startsWith('/') !== true)
    return new Refusal(400, 'malformed target', 'The request target has to be a path.')
  const host = requestedHost(request)
  const name = host === null ? null : hostNameOf(host)
  if (name === null)
    return new Refusal(400, 'malformed host', 'The request has to have one Host header with a host name.')
  if (rules.allowsAnyHost || isLoopback(name) || rules.allowedHosts.includes(name)) return null
  if (isIP(name) !== 0 && rules.allowedHosts.includes(ANY_IP)) return null
  return new Refusal(
    403,
    'host not allowed',
    'This host name is not served here; --allow-host NAME allows it.',
  )
}

/** Refuses a call that another site's page made; null lets it go on. For every call but the page's own files. */
export function checkOrigin(request: HttpRequest, { proxies }: AccessRules): Refusal | null {
  if (isSameOrigin(request, proxies)) return null
  return new Refusal(403, 'cross-origin', 'Only the page of this origin may read flows.')
}
