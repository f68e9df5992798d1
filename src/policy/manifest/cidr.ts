/** Address ranges as intervals of numbers, so that one holds or misses another by two comparisons. */
import ipaddr from 'ipaddr.js'

export interface Cidr {
  /** The network's address and the length of its prefix, as Calico prints it. */
  readonly text: string
  readonly family: 4 | 6
  /** The first and the last address. */
  readonly first: bigint
  readonly last: bigint
}

/** A range from its text, of which a bare address is one too; null where it is neither. */
export function parseCidr(text: string): Cidr | null {
  const [address = '', length, ...rest] = text.split('/')
  if (rest.length > 0 || (length !== undefined && !/^\d{1,3}$/.test(length))) return null
  const bytes = addressBytes(address)
  if (bytes === null) return null
  const bits = bytes.length * 8
  const prefix = length === undefined ? bits : Number(length)
  if (prefix > bits) return null
  const free = BigInt(bits - prefix)
  const first = (bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n) >> free) << free
  return {
    text: `${printAddress(first, bytes.length)}/${prefix}`,
    family: bytes.length === 4 ? 4 : 6,
    first,
    last: first | ((1n << free) - 1n),
  }
}

/** The 4 or 16 bytes of an address; null for a text that is none. Four decimal parts alone are IPv4, as in Go. */
function addressBytes(text: string): readonly number[] | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text).toByteArray()
  const isPlain = text.includes(':') && !text.includes('%')
  return isPlain && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toByteArray() : null
}

function printAddress(address: bigint, length: number): string {
  const bytes = Array.from({ length }, (_, i) => Number((address >> BigInt(8 * (length - 1 - i))) & 255n))
  const parsed = ipaddr.fromByteArray(bytes)
  return parsed instanceof ipaddr.IPv6 ? parsed.toRFC5952String() : parsed.toString()
}

/** Whether all addresses of a range are in another. Those of IPv4 are in no range of IPv6, not even in `::/0`. */
export function holdsRange(outer: Cidr, inner: Cidr): boolean {
  return outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last
}

/** Whether two ranges have no address in common. */
export function areDisjoint(a: Cidr, b: Cidr): boolean {
  return a.family !== b.family || a.last < b.first || b.last < a.first
}
