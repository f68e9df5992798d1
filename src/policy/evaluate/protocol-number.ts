/** The numbers of the protocols that Felix names in flows (felix/collector/utils/utils.go:124-140). */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['ipip', 4],
  ['tcp', 6],
  ['udp', 17],
  ['esp', 50],
  ['icmp6', 58],
  ['icmpv6', 58],
  ['sctp', 132],
  ['udplite', 136],
])

/** IANA's number of a protocol as flows name it, or of a number as text; null for another text. */
export function protocolNumber(text: string): number | null {
  const number = NUMBERS.get(text.toLowerCase())
  if (number !== undefined) return number
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : null
}
