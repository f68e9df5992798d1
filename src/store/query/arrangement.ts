/** The order that a page's rows keep until it asks for another one. */
import type { KeyDictionary } from '../keys/key-dictionary.ts'
import { isInRange } from '../columns/chunked-rows.ts'
import type { TimeRange, ViewRequest } from '../protocol.ts'
import type { Match } from './match.ts'
import type { Snapshot } from './snapshot.ts'
import type { SortedRows } from './sorted-rows.ts'

export interface Arrangement {
  /** As {@link rangeName} and {@link sortName}. */
  readonly rangeName: string
  readonly sortName: string
  /** As in the newest request that kept the order. */
  readonly arrangement: number | null
  /** The dictionary that numbers the rows. */
  readonly keys: KeyDictionary
  /** How many rows had been appended to the store: intervals that came later are not in the order. */
  readonly endSequence: number
  /** The range as it was resolved then, in which intervals stay. */
  readonly time: TimeRange | null
  readonly snapshot: Snapshot
  readonly rows: SortedRows
}

/** Whether a request keeps an order. An order without rows is not kept, because all that comes would wait. */
export function keepsOrder(request: ViewRequest, last: Arrangement): boolean {
  return (
    request.arrangement !== null &&
    (last.arrangement === null || last.arrangement === request.arrangement) &&
    last.sortName === sortName(request) &&
    last.rangeName === rangeName(request) &&
    last.rows.total > 0
  )
}

/** Equal for requests of one range, resolved or sliding. */
export function rangeName({ time, requested = time }: ViewRequest): string {
  return JSON.stringify(requested)
}

/** Equal for requests that sort the same rows alike. */
export function sortName({ shape, filter, sort }: ViewRequest): string {
  return `${shape} ${sort.column} ${sort.descending} ${JSON.stringify(filter)}`
}

/** How many matching records were appended from a sequence number on. */
export function countRecordsFrom(
  sequence: number,
  { entries, rows }: Pick<Match, 'entries' | 'rows'>,
  { slices, bounds: { time } }: Snapshot,
): number {
  let count = 0
  for (const [at, { chunk, length }] of slices.entries()) {
    const bits = rows?.[at]
    for (let row = Math.max(0, sequence - chunk.firstSequence); row < length; row++) {
      const matches = bits === undefined ? entries[chunk.entries[row]!] : bits[row]
      if (matches === 1 && isInRange(time, chunk.starts[row]!)) count++
    }
  }
  return count
}
