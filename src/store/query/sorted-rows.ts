/**
 * The matching rows in sorted order, window by window, without sorting them all: top-k selection near either end, a
 * bucket sort for windows in the middle of many rows. After rows were appended, top-k starts from its last result.
 */
import type { KeySums } from '../keys/key-sums.ts'
import { columnOf } from '../../flows/column.ts'
import { ensure } from '../../lib/assert.ts'
import { attentionLevels } from './attention.ts'
import type { RowOrder } from './carried-order.ts'
import { BucketOrder, compare, type Levels, type SortBuffers } from './bucket-sort.ts'
import { positionOf } from './interval-rows.ts'
import type { Match, QueryContext } from './matching-rows.ts'
import type { ViewRequest } from '../protocol.ts'
import { tiesOf } from './row-ties.ts'
import type { Snapshot } from './snapshot.ts'
import {
  fillRowValues,
  rowValue,
  subjectsOf,
  subjectValues,
  unrecordedValue,
  type ValueSource,
  valueKeyOf,
} from './sort-values.ts'
import { TopK } from './top-k.ts'

/** Windows within so many rows of an end are found by top-k. */
const MAX_TOP_K = 1024
/** Top-k finds at least so many rows at once, so that the next ones are there when the reader scrolls. */
const MIN_TOP_K = 256
/** When top-k accepts more than this share of the rows (they come in rising order, say), the bucket sort is faster. */
const MAX_ACCEPTED_SHARE = 1 / 16

/** The first items of the order and of the reverse order, as far as they were found. */
interface FirstItems {
  forward: Uint32Array | null
  reverse: Uint32Array | null
}

/** What is known of an order to which rows were only added since. */
interface EarlierRows {
  readonly firstItems: FirstItems
  readonly total: number
  readonly rowCount: number
}

/** What an order is made from. */
export interface SortedRowsOptions {
  readonly match: Match
  readonly context: QueryContext
  readonly request: Pick<ViewRequest, 'sort' | 'newSince'>
  /** The sums of everything held. */
  readonly all: KeySums
  /** The levels of attention, by flow, where they are not those of now. */
  readonly levels?: Uint8Array | null
  readonly buffers: SortBuffers
}

/** Items are row numbers: a flow's, signature's or group's own number; an interval's counts through the slices. */
export class SortedRows implements RowOrder {
  readonly total: number
  readonly #source: ValueSource
  /** −1 for descending values; ties ascend all the same. */
  readonly #sign: 1 | -1
  readonly #buffers: SortBuffers
  /** The values of keys, signatures or groups as they were when the order was made; null for intervals. */
  readonly #values: Float64Array | null
  /** What the values of intervals are read from. Null for other rows, so that their snapshot is not kept. */
  readonly #intervals: { readonly match: Match; readonly snapshot: Snapshot } | null
  readonly #ties: Levels
  #bucketOrder: BucketOrder | null = null
  readonly #firstItems: FirstItems = { forward: null, reverse: null }
  /** For intervals: the same rows before the newest ones were appended. */
  readonly #before: EarlierRows | null

  /**
   * Valid until the buffers are used for other rows. `before` has the same filter and order: where rows were only
   * appended since, top-k looks at its first items and the new rows alone.
   */
  constructor(
    { match, context, request, all, levels = null, buffers }: SortedRowsOptions,
    before: SortedRows | null = null,
  ) {
    const { column, descending } = request.sort
    this.total = match.total
    this.#source = {
      key: valueKeyOf(request.sort),
      ranks: column === 'attention' ? new Uint32Array(0) : context.ranks.ranksOf(columnOf(column)),
      levels:
        column === 'attention'
          ? (levels ?? attentionLevels(match, request.newSince, all, context))
          : new Uint8Array(0),
      unrecorded: unrecordedValue(descending),
    }
    this.#sign = descending ? -1 : 1
    this.#buffers = buffers
    const subjects = subjectsOf(match, context)
    this.#values = subjects === null ? null : subjectValues(this.#source, subjects)
    this.#intervals = subjects === null ? { match, snapshot: context.snapshot } : null
    this.#ties = tiesOf(match, context)
    this.#before = before === null ? null : this.#continued(before)
  }

  /** The levels of attention in the order, by flow for intervals; empty for another order. */
  get levels(): Uint8Array {
    return this.#source.levels
  }

  /** The items from `offset` on, at most `limit`. */
  window(offset: number, limit: number): Uint32Array {
    const from = Math.min(Math.max(0, offset), this.total)
    const to = Math.min(this.total, from + Math.max(0, limit))
    if (from === to) return new Uint32Array(0)
    const first = this.#firstOf('forward', to)
    if (first !== null) return first.slice(from, to)
    const last = this.#firstOf('reverse', this.total - from)
    if (last !== null) return last.slice(this.total - to, this.total - from).reverse()
    this.#bucketOrder ??= new BucketOrder(this.#allValues(), this.#sign, this.#ties, this.#buffers)
    return this.#bucketOrder.window(from, to)
  }

  /** The index of a matching item in the order. */
  indexOf(item: number): number {
    const index = this.#firstItems.forward?.indexOf(item) ?? -1
    if (index >= 0) return index
    return this.#bucketOrder?.indexOf(item) ?? this.#countBefore(item)
  }

  /** Whether a key, signature or group is in the order. */
  has(item: number): boolean {
    const value = this.#values?.[item]
    return value !== undefined && !Number.isNaN(value)
  }

  /** The first items of a direction, at least `count` of them or all; null where the bucket sort is better. */
  #firstOf(direction: keyof FirstItems, count: number): Uint32Array | null {
    if (count > MAX_TOP_K) return null
    const known = this.#firstItems[direction]
    if (known !== null && known.length >= Math.min(count, this.total)) return known
    if (this.#bucketOrder !== null) return null
    const found = this.#selectTop(direction, count <= MIN_TOP_K ? MIN_TOP_K : MAX_TOP_K)
    this.#firstItems[direction] = found
    return found
  }

  /** What can be taken from the order before the last append; null where it does not tell the first items of now. */
  #continued(before: SortedRows): EarlierRows | null {
    const [now, then] = [this.#intervals, before.#intervals]
    if (now === null || then === null || now.match.rows !== null) return null
    if (!now.snapshot.isExtensionOf(then.snapshot)) return null
    // A level may have changed since, as when a denial is not new any more. Ranks of texts keep their order.
    const { levels } = before.#source
    if (!levels.every((level, flow) => level === this.#source.levels[flow])) return null
    return { firstItems: before.#firstItems, total: before.total, rowCount: then.snapshot.rowCount }
  }

  #snapshotOfIntervals(): Snapshot {
    return ensure(this.#intervals, 'intervals have a snapshot').snapshot
  }

  #selectTop(direction: keyof FirstItems, k: number): Uint32Array | null {
    const isReverse = direction === 'reverse'
    const top = new TopK(k, this.#sign < 0 !== isReverse, this.#ties, isReverse)
    if (this.#values !== null) {
      top.offer(this.#values, 0)
      return top.items()
    }
    const { slices, rowCount } = this.#snapshotOfIntervals()
    const earlier = this.#earlierTop(direction, k)
    const skippedRows = earlier === null ? 0 : (this.#before?.rowCount ?? 0)
    const maxAccepted = k * 4 + rowCount * MAX_ACCEPTED_SHARE
    let base = rowCount
    // Backwards from the newest rows: they are the first ones of an order by the time last seen.
    for (let at = slices.length - 1; at >= 0 && base > skippedRows; at--) {
      const { chunk, length } = slices[at]!
      base -= length
      if (this.#source.key.by === 'last' && top.excludesUpTo(chunk.newestEnd)) continue
      const skipped = Math.max(0, skippedRows - base)
      top.offer(this.#rowValues(at, length).subarray(skipped), base + skipped)
      if (top.accepted > maxAccepted) return null
    }
    if (earlier !== null) top.offerItems(this.#valuesOf(earlier), earlier)
    return top.items()
  }

  /** The first items before the last append; null unless they are `k`, or all there were. */
  #earlierTop(direction: keyof FirstItems, k: number): Uint32Array | null {
    const found = this.#before?.firstItems[direction] ?? null
    return found !== null && (found.length >= k || found.length === this.#before?.total) ? found : null
  }

  /** The sort values of intervals that match. */
  #valuesOf(items: Uint32Array): Float64Array {
    const snapshot = this.#snapshotOfIntervals()
    return Float64Array.from(items, (item) => {
      const { slice, row } = positionOf(snapshot, item)
      return rowValue(slice, row, this.#source, snapshot)
    })
  }

  #allValues(): Float64Array {
    if (this.#values !== null) return this.#values
    const { slices, rowCount } = this.#snapshotOfIntervals()
    const values = this.#buffers.values(rowCount)
    let base = 0
    for (const [at, { length }] of slices.entries()) {
      this.#fillRowValues(values.subarray(base, base + length), at)
      base += length
    }
    return values
  }

  #rowValues(at: number, length: number): Float64Array {
    const values = this.#buffers.sliceValues(length)
    this.#fillRowValues(values, at)
    return values
  }

  #fillRowValues(values: Float64Array, at: number): void {
    const { match, snapshot } = ensure(this.#intervals, 'intervals have a match')
    fillRowValues(values, at, match, this.#source, snapshot)
  }

  /** How many items come before a matching one, by a pass over all of them. */
  #countBefore(item: number): number {
    const options = { sign: this.#sign, ties: this.#ties, item }
    if (this.#values !== null) return countBefore(this.#values, 0, { ...options, value: this.#values[item]! })
    const { slices } = this.#snapshotOfIntervals()
    const [value = Number.NaN] = this.#valuesOf(Uint32Array.of(item))
    let count = 0
    let base = 0
    for (const [each, { length }] of slices.entries()) {
      count += countBefore(this.#rowValues(each, length), base, { ...options, value })
      base += length
    }
    return count
  }
}

interface CountBeforeOptions {
  readonly sign: 1 | -1
  readonly ties: Levels
  readonly item: number
  readonly value: number
}

/** How many of the items from number `base` on come before `item`, whose value is given. */
function countBefore(
  values: Float64Array,
  base: number,
  { sign, ties, item, value }: CountBeforeOptions,
): number {
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const difference = sign * (values[i]! - value)
    if (difference < 0 || (difference === 0 && compare(ties, base + i, item) < 0)) count++
  }
  return count
}
