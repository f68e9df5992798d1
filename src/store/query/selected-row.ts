import { unreachable } from '../../lib/assert.ts'
import { intervalOfId, positionOf } from './interval-rows.ts'
import type { SortedRows } from './sorted-rows.ts'
import type { QueryContext, Match } from './match.ts'
import type { Row, Sort } from '../protocol.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import type { Snapshot } from './snapshot.ts'
import { windowRows } from './window-rows.ts'

/**
 * The selected row and its index among the sorted rows. A row that the filter leaves out has index −1, and is looked for
 * without the filter: first in the time range of the view, then at any time. Null when no record of it is held.
 */
export function selectedRow(
  id: string,
  sorted: SortedRows,
  sort: Sort,
  context: QueryContext,
  unfilteredMatch: (atAnyTime: boolean) => { readonly match: Match; readonly context: QueryContext },
): { readonly index: number; readonly row: Row } | null {
  const item = itemOf(id, sorted.match, context)
  if (item >= 0) {
    const [row] = windowRows(sorted.match, Uint32Array.of(item), context)
    if (row !== undefined) return { index: sorted.indexOf(sort, item), row }
  }
  for (const atAnyTime of [false, true]) {
    const unfiltered = unfilteredMatch(atAnyTime)
    const found = itemOf(id, unfiltered.match, unfiltered.context)
    const [row] = found < 0 ? [] : windowRows(unfiltered.match, Uint32Array.of(found), unfiltered.context)
    if (row !== undefined) return { index: -1, row }
  }
  return null
}

/** The number of the row with an id among those that match; −1 when there is none. */
function itemOf(id: string, match: Match, { snapshot, signatures }: QueryContext): number {
  switch (match.shape) {
    case 'intervals':
      return matchingInterval(id, match, snapshot)
    case 'flows': {
      const flow = snapshot.keys.flowOfId(id)
      return flow >= 0 && match.flows?.[flow] === 1 ? flow : -1
    }
    case 'signatures': {
      const signature = signatures.ofId(id)
      return signature >= 0 && (match.signatures?.keys[signature] ?? 0) > 0 ? signature : -1
    }
    default:
      return unreachable(match.shape, 'shape')
  }
}

function matchingInterval(id: string, match: Match, snapshot: Snapshot): number {
  const item = intervalOfId(snapshot, id)
  if (item < 0) return -1
  const { slice, at, row } = positionOf(snapshot, item)
  const entry = slice.chunk.entries[row]!
  const matches = match.rows === null ? match.entries[entry] === 1 : match.rows[at]?.[row] === 1
  return matches && isInRange(snapshot.bounds.time, slice.chunk.starts[row]!) ? item : -1
}
