/** A connection of which everything is known that a rule can ask. */
import type { Cidr } from '../manifest/cidr.ts'
import type { Endpoint } from './endpoint.ts'

export type Direction = 'ingress' | 'egress'

export interface ConnectionEnd {
  /** One address. */
  readonly address: Cidr
  /** Null for an address that is no endpoint. */
  readonly endpoint: Endpoint | null
  /** Null for ICMP. */
  readonly port: number | null
}

export interface Connection {
  readonly source: ConnectionEnd
  readonly destination: ConnectionEnd
  /** By IANA's list. */
  readonly protocol: number
  /** Null for other protocols. */
  readonly icmp: { readonly type: number; readonly code: number } | null
}

export const ICMP = 1
export const TCP = 6
export const UDP = 17
export const ICMPV6 = 58
const SCTP = 132
const UDPLITE = 136

/** Protocols of which ports are known. */
export function hasPorts(protocol: number): boolean {
  return [TCP, UDP, SCTP, UDPLITE].includes(protocol)
}
