/** The ports that the rows of groups and signatures asked for. */
import { isSteady } from '../../flows/scan-rule.ts'
import { ensure } from '../../lib/assert.ts'
import { compareTexts } from '../keys/text-ranks.ts'
import { isNewer } from '../keys/roll-up-sums.ts'
import { partIndex } from '../keys/key-dictionary.ts'
import type { PortUse } from '../protocol.ts'
import type { Match, QueryContext } from './matching-rows.ts'
import { measureOf } from './measure-counters.ts'

/** A row lists at most so many of its ports. */
export const MAX_LISTED_PORTS = 32

const PROTO = partIndex('proto')
const PORT = partIndex('destPort')
/** An upper bound of the codes of ports, so that a protocol and a port fit one safe integer. */
const PORT_LIMIT = 2 ** 26

interface Use {
  /** The flow with the newest record, of several the one with the greatest id. */
  flow: number
  records: number
  connections: number
  firstSeen: number
  lastSeen: number
}

/** The ports of some rows of a match of groups or signatures, of each all of them, in the order of the screen. */
export function portUsesOf(
  match: Match,
  items: Uint32Array,
  context: QueryContext,
): readonly (readonly PortUse[])[] {
  const { snapshot, signatures } = context
  const { keys, sums } = snapshot
  const { rollUp } = ensure(match.sets, 'a match of sets has sums of sets')
  const flows = ensure(match.flows, 'a match of sets has flows')
  const ofFlow = rollUp.ofFlows()
  const rowOf = new Int32Array(rollUp.count).fill(-1)
  for (const [row, item] of items.entries()) rowOf[item] = row
  const uses = Array.from(items, () => new Map<number, Use>())
  const [protos, ports] = [keys.codes[PROTO]!, keys.codes[PORT]!]
  const counter = (index: number, flow: number): number => sums.counter(index, flow)
  for (let flow = 0; flow < flows.length; flow++) {
    const row = flows[flow] === 0 ? -1 : rowOf[ofFlow[flow]!]!
    // Most flows belong to no row: reading an array at −1 is slow.
    if (row < 0) continue
    const ofRow = uses[row]!
    const port = protos[flow]! * PORT_LIMIT + ports[flow]!
    const connections = measureOf('conns', counter, flow)
    const use = ofRow.get(port)
    if (use === undefined) {
      ofRow.set(port, {
        flow,
        records: sums.records[flow]!,
        connections,
        firstSeen: sums.first[flow]!,
        lastSeen: sums.last[flow]!,
      })
      continue
    }
    use.records += sums.records[flow]!
    if (!Number.isNaN(connections))
      use.connections = Number.isNaN(use.connections) ? connections : use.connections + connections
    use.firstSeen = Math.min(use.firstSeen, sums.first[flow]!)
    use.lastSeen = Math.max(use.lastSeen, sums.last[flow]!)
    if (isNewer(keys, sums, flow, use.flow)) use.flow = flow
  }
  const signatureOf = signatures.ofFlows()
  return uses.map((ofRow) =>
    Array.from(ofRow.values(), ({ flow, connections, ...use }) => ({
      id: signatures.idOf(signatureOf[flow]!),
      proto: keys.enums.text(protos[flow]!),
      port: keys.numbers.number(ports[flow]!),
      connections: Number.isNaN(connections) ? null : connections,
      ...use,
    })).sort((a, b) => comparePorts(a, b, snapshot.recordSeconds)),
  )
}

/** Steady ports first, then by connections (or records, where those were not recorded), then by protocol and port. */
function comparePorts(a: PortUse, b: PortUse, recordSeconds: number): number {
  return (
    Number(isSteady(b, recordSeconds)) - Number(isSteady(a, recordSeconds)) ||
    (b.connections ?? b.records) - (a.connections ?? a.records) ||
    compareTexts(a.proto, b.proto) ||
    a.port - b.port
  )
}
