/** Makes the rows of the table from the numbers of keys, groups, signatures or intervals. */
import { ensure, unreachable } from '../../lib/assert.ts'
import type { KeySums } from '../keys/key-sums.ts'
import { EMPTY_COUNTERS, toCounters } from '../keys/counter-sums.ts'
import { STAGED_ALLOW, STAGED_DENY } from '../keys/trace-facts.ts'
import type { Row, ViewRequest } from '../protocol.ts'
import { attentionLevels, LEVELS, levelsOfFlows, stagedCounts, stagedOf } from './attention.ts'
import { CarriedOrder, type RowOrder } from './carried-order.ts'
import { intervalRows } from './interval-rows.ts'
import type { Match, QueryContext } from './matching-rows.ts'
import { MAX_LISTED_PORTS, portUsesOf } from './port-uses.ts'
import { Scans } from './scans.ts'
import { type RowOfEntry, trendsOf } from './trend.ts'

/** What rows are made from beside a match. */
export interface RowOptions {
  readonly context: QueryContext
  readonly request: Pick<ViewRequest, 'newSince' | 'trendMeasure'>
  /** The sums of everything held. */
  readonly all: KeySums
}

/** The rows of a window of an order, those included that have no number any more. */
export function rowsOfOrder(
  order: RowOrder,
  offset: number,
  limit: number,
  match: Match,
  options: RowOptions,
): readonly Row[] {
  const items = order.window(offset, limit)
  if (!(order instanceof CarriedOrder)) return windowRows(match, items, options)
  const held = windowRows(
    match,
    items.filter((item) => order.goneRow(item) === null),
    options,
  ).values()
  return Array.from(items, (item) => order.goneRow(item) ?? ensure(held.next().value, 'each item has a row'))
}

export function windowRows(match: Match, items: Uint32Array, options: RowOptions): readonly Row[] {
  const { context, request, all } = options
  switch (match.kind) {
    case 'intervals':
      return intervalRows(context, items, levelsOfFlows(request.newSince, all, context))
    case 'keys':
      return keyRows(items, options)
    case 'groups':
    case 'signatures':
      return setRows(match, items, options)
    default:
      return unreachable(match.kind, 'kind of rows')
  }
}

/** By entry: one more than the index in `items` of what its flow belongs to, by `itemOf`; 0 where that is not in it. */
function rowOfEntries(
  { keys, entryCount }: QueryContext['snapshot'],
  items: Uint32Array,
  itemCount: number,
  itemOf: (flow: number) => number,
): RowOfEntry {
  const rowOf = new Uint32Array(itemCount)
  for (const [i, item] of items.entries()) rowOf[item] = i + 1
  const rowOfEntry = items.length < 2 ** 8 ? new Uint8Array(entryCount) : new Uint32Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) {
    const item = itemOf(keys.flowOf[entry]!)
    if (item >= 0) rowOfEntry[entry] = rowOf[item]!
  }
  return rowOfEntry
}

/** The table rows of keys. */
function keyRows(items: Uint32Array, { context, request, all }: RowOptions): readonly Row[] {
  const { snapshot, signatures, facts } = context
  const { keys, sums } = snapshot
  const signatureOf = signatures.ofFlows()
  const levelOf = levelsOfFlows(request.newSince, all, context)
  const rowOfEntry = rowOfEntries(snapshot, items, snapshot.flowCount, (flow) => flow)
  const trends = trendsOf(snapshot, rowOfEntry, items.length, request.trendMeasure)
  return Array.from(items, (flow, i) => {
    const labelled = keys.labelledKeyOf(sums.newestEntry[flow]!)
    const counters = toCounters(sums.countersOf(flow))
    const sum = { firstSeen: sums.first[flow]!, lastSeen: sums.last[flow]!, records: sums.records[flow]! }
    const { proto, destPort: port } = labelled.key
    const connections = counters.numConnectionsStarted
    const staged = facts.stagedOf(flow)
    return {
      id: keys.idOf(flow),
      ...labelled,
      ...counters,
      ...sum,
      keys: 1,
      trend: trends[i] ?? [],
      ports: [{ id: signatures.idOf(signatureOf[flow]!), proto, port, connections, ...sum }],
      portCount: 1,
      scan: null,
      attention: ensure(LEVELS[levelOf(flow)], 'each level has a name'),
      staged: stagedOf(Number(staged === STAGED_ALLOW), Number(staged === STAGED_DENY), 1),
    }
  })
}

/** The table rows of groups or signatures. One without records in the range has zeros, and the key and times of before. */
function setRows(match: Match, items: Uint32Array, options: RowOptions): readonly Row[] {
  const { context, request, all } = options
  const { snapshot, groups } = context
  const { keys, sums } = snapshot
  const { rollUp, sums: found } = ensure(match.sets, 'a match of sets has sums of sets')
  const flows = ensure(match.flows, 'a match of sets has flows')
  const ofFlow = rollUp.ofFlows()
  const groupOf = groups.ofFlows()
  const levels = attentionLevels(match, request.newSince, all, context)
  const staged = stagedCounts(match, context)
  const rowOfEntry = rowOfEntries(snapshot, items, rollUp.count, (flow) =>
    flows[flow] === 1 ? ofFlow[flow]! : -1,
  )
  const trends = trendsOf(snapshot, rowOfEntry, items.length, request.trendMeasure)
  const portUses = portUsesOf(match, items, context)
  const wanted = new Uint8Array(groups.count)
  for (const item of items) wanted[groupOf[rollUp.exampleOf(item)]!] = 1
  const scans = new Scans(match, context, wanted)
  return Array.from(items, (set, i) => {
    const isEmpty = (found.keys[set] ?? 0) === 0
    const flow = isEmpty ? rollUp.exampleOf(set) : found.flow[set]!
    const ports = portUses[i] ?? []
    return {
      id: rollUp.idOf(set),
      ...keys.labelledKeyOf((isEmpty ? all : sums).newestEntry[flow]!),
      ...(isEmpty ? EMPTY_COUNTERS : toCounters(found.countersOf(set))),
      firstSeen: isEmpty ? all.first[flow]! : found.first[set]!,
      lastSeen: isEmpty ? all.last[flow]! : found.last[set]!,
      records: found.records[set]!,
      keys: found.keys[set]!,
      trend: trends[i] ?? [],
      ports: ports.slice(0, MAX_LISTED_PORTS),
      portCount: ports.length,
      scan: match.kind === 'groups' ? scans.ofGroup(set) : scans.ofFlow(flow),
      attention: ensure(LEVELS[levels[set]!], 'each level has a name'),
      staged: stagedOf(staged.allow[set]!, staged.deny[set]!, found.keys[set]!),
    }
  })
}
