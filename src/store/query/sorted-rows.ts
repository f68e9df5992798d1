/**
 * The matching rows in sorted order, window by window, without sorting them all: top-k selection near either end, a
 * bucket sort for windows in the middle of many rows. After rows were appended, top-k starts from its last result.
 */
import { columnOf, type SortKey } from '../../flows/column.ts'
import type { ColumnRankCache } from '../keys/column-rank-cache.ts'
import { positionOf } from './interval-rows.ts'
import type { QueryContext, Match } from './match.ts'
import { compare, type Levels, BucketOrder, type SortBuffers } from './bucket-sort.ts'
import type { Sort } from '../protocol.ts'
import {
  fillRowValues,
  fillSubjectValues,
  rowValue,
  type SortSubjects,
  subjectsOf,
  tiesOf,
} from './sort-values.ts'
import { TopK } from './top-k.ts'

/** Windows within so many rows of an end are found by top-k. */
const MAX_TOP_K = 1024
/** Top-k finds at least so many rows at once, so that the next ones are there when the reader scrolls. */
const MIN_TOP_K = 256
/** When top-k accepts more than this share of the rows (they come in rising order, say), the bucket sort is faster. */
const MAX_ACCEPTED_SHARE = 1 / 16

/** The first items of the ascending and of the descending order, as far as they were found. */
interface FirstItems {
  asc: Uint32Array | null
  desc: Uint32Array | null
}

/** Items are row numbers: a flow's or a signature's own number; an interval's counts through the slices. */
export class SortedRows {
  readonly match: Match
  readonly total: number
  readonly #sort: SortKey
  /** For a sort by text: the rank of each flow. */
  readonly #rank: Uint32Array
  readonly #context: QueryContext
  readonly #buffers: SortBuffers
  readonly #subjects: SortSubjects | null
  readonly #ties: Levels
  #bucketOrder: BucketOrder | null = null
  readonly #firstItems: FirstItems = { asc: null, desc: null }
  /** For intervals: the same rows before the newest ones were appended. */
  readonly #before: {
    readonly firstItems: FirstItems
    readonly total: number
    readonly rowCount: number
  } | null

  /**
   * Valid until the buffers are used for other rows. `before` has the same filter and column: where rows were only
   * appended since, top-k looks at its first items and the new rows alone.
   */
  constructor(
    match: Match,
    { column: id }: Sort,
    context: QueryContext,
    ranks: ColumnRankCache,
    buffers: SortBuffers,
    before: SortedRows | null = null,
  ) {
    const column = columnOf(id)
    this.match = match
    this.total = match.total
    this.#sort = column.sort
    this.#rank = column.sort.by === 'text' ? ranks.ranksOf(column, column.sort) : new Uint32Array(0)
    this.#context = context
    this.#buffers = buffers
    this.#subjects = subjectsOf(match, this.#rank, context)
    this.#ties = tiesOf(match, context)
    this.#before =
      before !== null &&
      this.#subjects === null &&
      match.rows === null &&
      context.snapshot.isExtensionOf(before.#context.snapshot)
        ? { firstItems: before.#firstItems, total: before.total, rowCount: before.#context.snapshot.rowCount }
        : null
  }

  /** The items from `offset` on, at most `limit`. The descending order is the ascending one read backwards. */
  window({ descending }: Sort, offset: number, limit: number): Uint32Array {
    const from = Math.min(Math.max(0, offset), this.total)
    const to = Math.min(this.total, from + Math.max(0, limit))
    if (from === to) return new Uint32Array(0)
    const first = this.#firstOf(descending, to)
    if (first !== null) return first.slice(from, to)
    const last = this.#firstOf(!descending, this.total - from)
    if (last !== null) return last.slice(this.total - to, this.total - from).reverse()
    this.#bucketOrder ??= new BucketOrder(this.#allValues(), this.#ties, this.#buffers)
    const order = this.#bucketOrder
    return descending ? order.window(this.total - to, this.total - from).reverse() : order.window(from, to)
  }

  /** The index of a matching item in the order. */
  indexOf({ descending }: Sort, item: number): number {
    const index = this.#firstItems[descending ? 'desc' : 'asc']?.indexOf(item) ?? -1
    if (index >= 0) return index
    const ascending = this.#bucketOrder?.indexOf(item) ?? this.#countBefore(item)
    return descending ? this.total - 1 - ascending : ascending
  }

  /** The first items of a direction, at least `count` of them or all; null where the bucket sort is better. */
  #firstOf(descending: boolean, count: number): Uint32Array | null {
    if (count > MAX_TOP_K) return null
    const direction = descending ? 'desc' : 'asc'
    const known = this.#firstItems[direction]
    if (known !== null && known.length >= Math.min(count, this.total)) return known
    if (this.#bucketOrder !== null) return null
    const found = this.#selectTop(descending, count <= MIN_TOP_K ? MIN_TOP_K : MAX_TOP_K)
    this.#firstItems[direction] = found
    return found
  }

  #selectTop(descending: boolean, k: number): Uint32Array | null {
    const top = new TopK(k, descending, this.#ties)
    if (this.#subjects !== null) {
      top.offer(this.#subjectValues(this.#subjects), 0)
      return top.items()
    }
    const { slices } = this.#context.snapshot
    const earlier = this.#earlierTop(descending, k)
    const skippedRows = earlier === null ? 0 : (this.#before?.rowCount ?? 0)
    const maxAccepted = k * 4 + this.#context.snapshot.rowCount * MAX_ACCEPTED_SHARE
    let base = this.#context.snapshot.rowCount
    // Backwards from the newest rows: they are the first ones of the usual order, last seen first.
    for (let at = slices.length - 1; at >= 0 && base > skippedRows; at--) {
      const { chunk, length } = slices[at]!
      base -= length
      if (this.#sort.by === 'last' && top.excludesUpTo(chunk.newestEnd)) continue
      const skipped = Math.max(0, skippedRows - base)
      top.offer(this.#rowValues(at, length).subarray(skipped), base + skipped)
      if (top.accepted > maxAccepted) return null
    }
    if (earlier !== null) top.offerItems(this.#valuesOf(earlier), earlier)
    return top.items()
  }

  /** The first items before the last append; null unless they are `k`, or all there were. */
  #earlierTop(descending: boolean, k: number): Uint32Array | null {
    const found = this.#before?.firstItems[descending ? 'desc' : 'asc'] ?? null
    return found !== null && (found.length >= k || found.length === this.#before?.total) ? found : null
  }

  /** The sort values of intervals that match. */
  #valuesOf(items: Uint32Array): Float64Array {
    const { snapshot } = this.#context
    return Float64Array.from(items, (item) => {
      const { slice, row } = positionOf(snapshot, item)
      return rowValue(slice, row, this.#sort, this.#rank, snapshot)
    })
  }

  #allValues(): Float64Array {
    const subjects = this.#subjects
    const buffers = this.#buffers
    if (subjects !== null) return this.#subjectValues(subjects)
    const { snapshot } = this.#context
    const values = buffers.values(snapshot.rowCount)
    let base = 0
    for (const [at, { length }] of snapshot.slices.entries()) {
      fillRowValues(values.subarray(base, base + length), at, this.match, this.#sort, this.#rank, snapshot)
      base += length
    }
    return values
  }

  #subjectValues(subjects: SortSubjects): Float64Array {
    const values = this.#buffers.values(subjects.present.length)
    fillSubjectValues(values, this.#sort, subjects)
    return values
  }

  #rowValues(at: number, length: number): Float64Array {
    const values = this.#buffers.sliceValues(length)
    fillRowValues(values, at, this.match, this.#sort, this.#rank, this.#context.snapshot)
    return values
  }

  /** How many items come before a matching one in ascending order, by a pass over all of them. */
  #countBefore(item: number): number {
    const subjects = this.#subjects
    const ties = this.#ties
    if (subjects !== null) return countBefore(this.#subjectValues(subjects), 0, ties, item, null)
    const { slices } = this.#context.snapshot
    let base = 0
    const at = slices.findIndex(({ length }) => {
      if (item < base + length) return true
      base += length
      return false
    })
    const value = this.#rowValues(at, slices[at]!.length)[item - base]!
    let count = 0
    base = 0
    for (const [each, { length }] of slices.entries()) {
      count += countBefore(this.#rowValues(each, length), base, ties, item, value)
      base += length
    }
    return count
  }
}

/**
 * How many of the items from number `base` on come before `item` in ascending order. `given` is the value of the item;
 * null where it is one of `values`.
 */
function countBefore(
  values: Float64Array,
  base: number,
  ties: Levels,
  item: number,
  given: number | null,
): number {
  const value = given ?? values[item - base]!
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const other = values[i]!
    if (other < value || (other === value && compare(ties, base + i, item) < 0)) count++
  }
  return count
}
