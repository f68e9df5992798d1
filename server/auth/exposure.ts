import { isLoopback } from '../lib/host-name.ts'
import type { AuthMode } from './auth-options.ts'

export const ALLOW_ANYONE_FLAG = '--insecure-allow-anyone-to-read-all-flows'
export const ANY_HOST_FLAG = '--insecure-any-host'

export interface Exposure {
  /** The address on which the gateway listens. */
  readonly host: string
  readonly mode: AuthMode
  readonly allowedHosts: readonly string[]
  /** Whether {@link ALLOW_ANYONE_FLAG} was given. */
  readonly allowsAnyone: boolean
  /** Whether {@link ANY_HOST_FLAG} was given. */
  readonly allowsAnyHost: boolean
}

/** The sentence why a gateway does not start like this; null when it may. */
export function checkExposure(exposure: Exposure): string | null {
  const { host, mode, allowedHosts, allowsAnyone, allowsAnyHost } = exposure
  if (isLoopback(host)) return null
  if (mode === 'none' && !allowsAnyone)
    return (
      `Whoever reaches ${host} could read all flows: choose a mode of authentication (token, proxy or kubernetes), ` +
      `listen on 127.0.0.1, or give ${ALLOW_ANYONE_FLAG}`
    )
  if (allowedHosts.length === 0 && !allowsAnyHost)
    return (
      `A gateway on ${host} has to know by which names it is called, against DNS rebinding: give --allow-host NAME for ` +
      `each, --allow-host any-ip for every IP address, or ${ANY_HOST_FLAG}`
    )
  return null
}
