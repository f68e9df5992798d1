/** Groups the ports of a rule of Kubernetes by protocol, as Calico converts them (`calico-semantics.md` 3.7). */
import type { Port, Protocol } from './policy.ts'
import { parseProtocol } from './ports-and-protocols.ts'

/** The ports of one protocol; none stand for all. Without a protocol they are those of every protocol. */
export interface ProtocolGroup {
  readonly protocol: Protocol | null
  readonly ports: readonly Port[]
}

/** `protocol` is empty for every protocol; without a port, every port is meant. */
export interface GivenPort {
  readonly protocol: string
  readonly port: Port | null
}

export function isEveryPort({ protocol, port }: GivenPort): boolean {
  return protocol === '' && port === null
}

/** One group for each protocol, in the order of their names. Nothing given is everything, and so is one of everything. */
export function groupByProtocol(given: readonly GivenPort[]): readonly ProtocolGroup[] {
  if (given.length === 0 || given.some(isEveryPort)) return [{ protocol: null, ports: [] }]
  const groups = new Map<string, Port[] | 'all'>()
  for (const { protocol, port } of given) {
    const group = groups.get(protocol)
    if (port === null) groups.set(protocol, 'all')
    else if (group === undefined) groups.set(protocol, [port])
    else if (group !== 'all') group.push(port)
  }
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, ports]) => ({
      protocol: protocolOf(name),
      ports: ports === 'all' ? [] : coalescePorts(ports),
    }))
}

function protocolOf(name: string): Protocol | null {
  const protocol = name === '' ? null : parseProtocol(name)
  return typeof protocol === 'string' ? null : protocol
}

/** The names first, then as few ranges as cover the numbers; a single number stays where it is. */
export function coalescePorts(ports: readonly Port[]): readonly Port[] {
  const names = ports.filter((port) => 'name' in port)
  const ranges = ports.filter((port) => 'from' in port).toSorted((a, b) => a.from - b.from)
  const count = ranges.reduce((sum, { from, to }) => sum + to - from + 1, 0)
  if (ports.length <= 1 || count <= 1) return ports
  const merged: { from: number; to: number }[] = []
  for (const { from, to } of ranges) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to)
    else merged.push({ from, to })
  }
  return [...names, ...merged]
}
