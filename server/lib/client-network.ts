import { isIP } from 'node:net'
import { canonicalAddress } from './host-name.ts'

/**
 * What limits count as one client: the address, or of IPv6 the /64 network, for an IPv6 host has a whole one to choose its
 * addresses from. Text that is no address counts as it is.
 */
export function clientNetwork(text: string): string {
  const address = canonicalAddress(text) ?? text
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - left.length - right.length }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
