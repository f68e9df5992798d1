/** Makes the rows of the table from the numbers of flows, signatures or intervals. */
import { unreachable } from '../../lib/assert.ts'
import type { QueryContext, Match } from './match.ts'
import type { Row } from '../protocol.ts'
import type { Snapshot } from './snapshot.ts'
import { toCounters } from '../keys/counter-sums.ts'
import { intervalRows } from './interval-rows.ts'
import { trendsOf } from './trend.ts'

export function windowRows(match: Match, items: Uint32Array, context: QueryContext): readonly Row[] {
  switch (match.shape) {
    case 'intervals':
      return intervalRows(context.snapshot, items)
    case 'flows':
      return flowRows(context.snapshot, items)
    case 'signatures':
      return signatureRows(match, context, items)
    default:
      return unreachable(match.shape, 'shape')
  }
}

/** The table rows of flows. */
export function flowRows(snapshot: Snapshot, flows: Uint32Array): readonly Row[] {
  const { keys, sums, entryCount } = snapshot
  const rowOfFlow = new Map(Array.from(flows, (flow, i) => [flow, i + 1]))
  const rowOfEntry = new Uint32Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) rowOfEntry[entry] = rowOfFlow.get(keys.flowOf[entry]!) ?? 0
  const trends = trendsOf(snapshot, rowOfEntry, flows.length)
  return Array.from(flows, (flow, i) => ({
    id: keys.idOf(flow),
    ...keys.labelledKeyOf(sums.newestEntry[flow]!),
    ...toCounters(sums.countersOf(flow)),
    firstSeen: sums.first[flow]!,
    lastSeen: sums.last[flow]!,
    records: sums.records[flow]!,
    keys: 1,
    trend: trends[i] ?? [],
  }))
}

function signatureRows(
  match: Match,
  { snapshot, signatures }: QueryContext,
  items: Uint32Array,
): readonly Row[] {
  const { keys, sums, entryCount } = snapshot
  const found = match.signatures
  if (found === null) throw new Error('A match of signatures has no sums of signatures')
  const ofFlow = signatures.ofFlows()
  const rowOfSignature = new Map(Array.from(items, (signature, i) => [signature, i + 1]))
  const rowOfEntry = new Uint32Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) {
    if (match.entries[entry] === 0) continue
    rowOfEntry[entry] = rowOfSignature.get(ofFlow[keys.flowOf[entry]!]!) ?? 0
  }
  const trends = trendsOf(snapshot, rowOfEntry, items.length)
  return Array.from(items, (signature, i) => ({
    id: signatures.idOf(signature),
    ...keys.labelledKeyOf(sums.newestEntry[found.flow[signature]!]!),
    ...toCounters(found.countersOf(signature)),
    firstSeen: found.first[signature]!,
    lastSeen: found.last[signature]!,
    records: found.records[signature]!,
    keys: found.keys[signature]!,
    trend: trends[i] ?? [],
  }))
}
