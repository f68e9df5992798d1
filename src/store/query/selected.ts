import { unreachable } from '../../lib/assert.ts'
import { intervalOfId, placeIn } from './intervals.ts'
import type { Listing } from './listing.ts'
import type { Ground, Match } from './match.ts'
import type { Row, Sort } from '../protocol.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import type { Scoped } from './snapshot.ts'
import { rowsOf } from './window-rows.ts'

/** The open row: its place among the matching ones, or −1 and the row as it is without the filter, then at any time. */
export function selectedOf(
  id: string,
  listing: Listing,
  sort: Sort,
  ground: Ground,
  held: (everything: boolean) => { readonly match: Match; readonly ground: Ground },
): { readonly index: number; readonly row: Row } | null {
  const item = itemOf(id, listing.match, ground)
  if (item >= 0) {
    const [row] = rowsOf(listing.match, Uint32Array.of(item), ground)
    if (row !== undefined) return { index: listing.indexOf(sort, item), row }
  }
  for (const everything of [false, true]) {
    const unfiltered = held(everything)
    const found = itemOf(id, unfiltered.match, unfiltered.ground)
    const [row] = found < 0 ? [] : rowsOf(unfiltered.match, Uint32Array.of(found), unfiltered.ground)
    if (row !== undefined) return { index: -1, row }
  }
  return null
}

/** The number of the matching row of an id; −1 when it does not match. */
function itemOf(id: string, match: Match, { scoped, signatures }: Ground): number {
  switch (match.shape) {
    case 'intervals':
      return intervalOf(id, match, scoped)
    case 'flows': {
      const flow = scoped.keys.flowOfId(id)
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

function intervalOf(id: string, match: Match, scoped: Scoped): number {
  const item = intervalOfId(scoped, id)
  if (item < 0) return -1
  const { slice, at, row } = placeIn(scoped, item)
  const entry = slice.chunk.entries[row]!
  const matches = match.rows === null ? match.entries[entry] === 1 : match.rows[at]?.[row] === 1
  return matches && isInRange(scoped.scope.time, slice.chunk.starts[row]!) ? item : -1
}
