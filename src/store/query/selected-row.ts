/** The open row, by its id: what the inspector shows, with its group. */
import { ensure } from '../../lib/assert.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import type { Row, RowKind } from '../protocol.ts'
import { intervalOfId, positionOf } from './interval-rows.ts'
import type { Match } from './matching-rows.ts'
import type { Snapshot } from './snapshot.ts'
import type { RowOrder } from './carried-order.ts'
import type { MatchOf } from './snapshot-cache.ts'
import { type RowOptions, windowRows } from './window-rows.ts'

export interface FoundRow {
  readonly rows: { readonly row: Row; readonly group: Row | null }
  /** The numbers of its group and of its signature. */
  readonly group: number
  readonly signature: number
}

/** The row of an id among those that match, with its group; null when none matches. */
export function selectedRow(
  id: string,
  matchOfKind: (kind: RowKind) => Match,
  options: RowOptions,
): FoundRow | null {
  const { snapshot, groups, signatures } = options.context
  const interval = id.includes('-') ? matchingInterval(id, matchOfKind('intervals'), snapshot) : -1
  if (interval < 0 && id.includes('-')) return null
  const flow = flowOf(id, interval, options)
  if (flow < 0) return null
  const group = groups.ofFlows()[flow]!
  const ofGroups = matchOfKind('groups')
  const hasGroup = (ofGroups.sets?.sums.keys[group] ?? 0) > 0
  const [groupRow = null] = hasGroup ? windowRows(ofGroups, Uint32Array.of(group), options) : []
  if (interval >= 0) {
    const [row] = windowRows(matchOfKind('intervals'), Uint32Array.of(interval), options)
    const signature = signatures.ofFlows()[flow]!
    return row === undefined ? null : { rows: { row, group: groupRow }, group, signature }
  }
  const isGroup = groups.ofId(id) >= 0
  const firstPort = groupRow?.ports[0]
  if (isGroup && firstPort === undefined) return null
  const signature = isGroup
    ? signatures.ofId(ensure(firstPort, 'a group with records has a port').id)
    : signatures.ofFlows()[flow]!
  const ofSignatures = matchOfKind('signatures')
  if ((ofSignatures.sets?.sums.keys[signature] ?? 0) === 0) return null
  const [row] = windowRows(ofSignatures, Uint32Array.of(signature), options)
  return row === undefined ? null : { rows: { row, group: groupRow }, group, signature }
}

/** The index in the table's order of the row that contains a found one; −1 when none does. */
export function indexOfSelected(
  id: string,
  { group, signature }: FoundRow,
  { match, context }: MatchOf,
  order: RowOrder,
): number {
  if (match.kind === 'intervals') {
    const interval = id.includes('-') ? matchingInterval(id, match, context.snapshot) : -1
    return interval < 0 ? -1 : order.indexOf(interval)
  }
  const item = match.kind === 'groups' ? group : signature
  return order.has(item) ? order.indexOf(item) : -1
}

/** A flow of what an id names; −1 when the dictionary has none. */
function flowOf(id: string, interval: number, { context }: RowOptions): number {
  const { snapshot, groups, signatures } = context
  if (interval >= 0) {
    const { slice, row } = positionOf(snapshot, interval)
    return snapshot.keys.flowOf[slice.chunk.entries[row]!]!
  }
  for (const rollUp of [groups, signatures]) {
    const set = rollUp.ofId(id)
    if (set >= 0) return rollUp.exampleOf(set)
  }
  return snapshot.keys.flowOfId(id)
}

function matchingInterval(id: string, match: Match, snapshot: Snapshot): number {
  const item = intervalOfId(snapshot, id)
  if (item < 0) return -1
  const { slice, at, row } = positionOf(snapshot, item)
  const entry = slice.chunk.entries[row]!
  const matches = match.rows === null ? match.entries[entry] === 1 : match.rows[at]?.[row] === 1
  return matches && isInRange(snapshot.bounds.time, slice.chunk.starts[row]!) ? item : -1
}
