/** Reads ports and protocols as Calico's API does (api/pkg/lib/numorstring). */
import type { Port, Protocol } from './policy.ts'
import type { YamlNode } from './yaml-tree.ts'

const MAX_PORT = 65_535
const MAX_PROTOCOL = 255
const PORT_NAME = /^[a-zA-Z0-9_.-]{1,128}$/

/** By their names in small letters. */
const PROTOCOL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['icmpv6', 58],
  ['sctp', 132],
  ['udplite', 136],
])
const PROTOCOLS_WITH_PORTS = new Set([6, 17, 132])

export const ICMP = 1
export const ICMP_V6 = 58

/** A port, a range such as `80:90`, or a name; the reason where it is none. */
export function parsePort(value: string | number): Port | string {
  const text = String(value)
  const range = /^(\d+)(?::(\d+))?$/.exec(text)
  if (range !== null) {
    const from = Number(range[1])
    const to = Number(range[2] ?? range[1])
    if (from < 1 || to < 1 || from > MAX_PORT || to > MAX_PORT)
      return `"${text}" is not within 1 to ${MAX_PORT}`
    return from > to ? `The range "${text}" ends before it begins` : { from, to }
  }
  return typeof value === 'string' && PORT_NAME.test(text)
    ? { name: text }
    : `"${text}" is no port, range or name`
}

/** A protocol, whose number is null for a name that Calico does not know; the reason where it is none. */
export function parseProtocol(value: string | number): Protocol | string {
  const text = String(value)
  const number =
    typeof value === 'number' || /^\d+$/.test(text) ? Number(text) : PROTOCOL_NUMBERS.get(text.toLowerCase())
  if (number === undefined) return { text, number: null }
  const isValid = Number.isInteger(number) && number >= 1 && number <= MAX_PROTOCOL
  return isValid ? { text, number } : `${text} is not within 1 to ${MAX_PROTOCOL}`
}

export function hasPorts(protocol: Protocol | null): boolean {
  return protocol?.number !== null && protocol !== null && PROTOCOLS_WITH_PORTS.has(protocol.number)
}

/** The number of a protocol that has ports, as Services and containers name it; TCP where none is named. */
export function numberOfProtocol(name: string): number | null {
  return PROTOCOL_NUMBERS.get((name === '' ? 'TCP' : name).toLowerCase()) ?? null
}

/** The value of a node that is a number or a text. */
export function numberOrText(node: YamlNode | undefined): string | number | null {
  if (node?.is === 'text') return node.text
  return node?.is === 'number' ? node.value : null
}
