/** What the rows of the table say. */
import { unreachable } from '../../lib/assert.ts'
import type { Ground, Match } from './match.ts'
import type { Row } from '../protocol.ts'
import type { Scoped } from './snapshot.ts'
import { toCounters } from '../keys/counter-sums.ts'
import { intervalRows } from './intervals.ts'
import { trendsOf } from './trend.ts'

export function rowsOf(match: Match, items: Uint32Array, ground: Ground): readonly Row[] {
  switch (match.shape) {
    case 'intervals':
      return intervalRows(ground.scoped, items)
    case 'flows':
      return flowRows(ground.scoped, items)
    case 'signatures':
      return signatureRows(match, ground, items)
    default:
      return unreachable(match.shape, 'shape')
  }
}

export function flowRows(scoped: Scoped, flows: Uint32Array): readonly Row[] {
  const { keys, sums, entryCount } = scoped
  const placeOfFlow = new Map(Array.from(flows, (flow, i) => [flow, i + 1]))
  const rowOf = new Uint32Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) rowOf[entry] = placeOfFlow.get(keys.flowOf[entry]!) ?? 0
  const trends = trendsOf(scoped, rowOf, flows.length)
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

function signatureRows(match: Match, { scoped, signatures }: Ground, items: Uint32Array): readonly Row[] {
  const { keys, sums, entryCount } = scoped
  const found = match.signatures
  if (found === null) throw new Error('A match of signatures without their sums')
  const ofFlow = signatures.ofFlows()
  const placeOfSignature = new Map(Array.from(items, (signature, i) => [signature, i + 1]))
  const rowOf = new Uint32Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) {
    if (match.entries[entry] === 0) continue
    rowOf[entry] = placeOfSignature.get(ofFlow[keys.flowOf[entry]!]!) ?? 0
  }
  const trends = trendsOf(scoped, rowOf, items.length)
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
