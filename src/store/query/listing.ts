/**
 * The matching rows in the order that was asked for. Its first and last rows are found in one pass; bins for all of
 * them are made only for a reader who is in the middle of many.
 */
import { columnOf, type SortKey } from '../../flows/column.ts'
import { unreachable } from '../../lib/assert.ts'
import type { ColumnRankCache } from '../keys/column-rank-cache.ts'
import { placeIn } from './intervals.ts'
import type { Ground, Match } from './match.ts'
import { compare, type Levels, Order, type OrderBuffers } from './bucket-sort.ts'
import type { Sort } from '../protocol.ts'
import { fillRows, fillSubjects, rowValue, type Subjects } from './sort-values.ts'
import { Top } from './top-k.ts'

/** Up to so many rows from either end of the list are found without bins. */
const NEAR_END = 1024
/** What is found at once at least, so that the next rows are there when the reader scrolls. */
const LEAST_FOUND = 256
/** When a pass takes in more than this share of the rows, bins are faster. */
const TOO_MANY = 1 / 16

/** The first items of the ascending and of the descending list. */
interface Ends {
  asc: Uint32Array | null
  desc: Uint32Array | null
}

/** Rows are numbered: flows and signatures by their own numbers, intervals through all slices. */
export class Listing {
  readonly match: Match
  readonly total: number
  readonly #sort: SortKey
  readonly #rank: Uint32Array
  readonly #ground: Ground
  readonly #buffers: OrderBuffers
  readonly #subjects: Subjects | null
  readonly #ties: Levels
  #order: Order | null = null
  readonly #ends: Ends = { asc: null, desc: null }
  /** Of intervals: the same list before the newest rows came. */
  readonly #before: { readonly ends: Ends; readonly total: number; readonly rowCount: number } | null

  /**
   * The listing lives until the buffers are used for another one. `before`: one of the same filter and column; where
   * rows only came since then, its first ones and the new rows are all that is looked at.
   */
  constructor(
    match: Match,
    { column: id }: Sort,
    ground: Ground,
    ranks: ColumnRankCache,
    buffers: OrderBuffers,
    before: Listing | null = null,
  ) {
    const column = columnOf(id)
    this.match = match
    this.total = match.total
    this.#sort = column.sort
    this.#rank = column.sort.by === 'text' ? ranks.ranksOf(column, column.sort) : new Uint32Array(0)
    this.#ground = ground
    this.#buffers = buffers
    this.#subjects = subjectsOf(match, this.#rank, ground)
    this.#ties = tiesOf(match, ground)
    this.#before =
      before !== null &&
      this.#subjects === null &&
      match.rows === null &&
      ground.scoped.goesOnFrom(before.#ground.scoped)
        ? { ends: before.#ends, total: before.total, rowCount: before.#ground.scoped.rowCount }
        : null
  }

  /** The numbers of the rows from `offset` on, at most `limit`. Descending is ascending read backwards. */
  window({ descending }: Sort, offset: number, limit: number): Uint32Array {
    const from = Math.min(Math.max(0, offset), this.total)
    const to = Math.min(this.total, from + Math.max(0, limit))
    if (from === to) return new Uint32Array(0)
    const near = this.#near(descending, to)
    if (near !== null) return near.slice(from, to)
    const far = this.#near(!descending, this.total - from)
    if (far !== null) return far.slice(this.total - to, this.total - from).reverse()
    const order = this.#binned()
    return descending ? order.window(this.total - to, this.total - from).reverse() : order.window(from, to)
  }

  /** Where a row stands among the matching ones. */
  indexOf({ descending }: Sort, item: number): number {
    const place = this.#ends[descending ? 'desc' : 'asc']?.indexOf(item) ?? -1
    if (place >= 0) return place
    const ascending = this.#order?.placeOf(item) ?? this.#placeOf(item)
    return descending ? this.total - 1 - ascending : ascending
  }

  /** The first items of the list in either direction, at least `count` of them; null when bins are better. */
  #near(descending: boolean, count: number): Uint32Array | null {
    if (count > NEAR_END) return null
    const direction = descending ? 'desc' : 'asc'
    const known = this.#ends[direction]
    if (known !== null && known.length >= Math.min(count, this.total)) return known
    if (this.#order !== null) return null
    const found = this.#find(descending, count <= LEAST_FOUND ? LEAST_FOUND : NEAR_END)
    this.#ends[direction] = found
    return found
  }

  #find(descending: boolean, size: number): Uint32Array | null {
    const top = new Top(size, descending, this.#ties)
    if (this.#subjects !== null) {
      top.offer(this.#subjectValues(this.#subjects), 0)
      return top.found()
    }
    const { slices } = this.#ground.scoped
    const earlier = this.#earlier(descending, size)
    const seen = earlier === null ? 0 : (this.#before?.rowCount ?? 0)
    const limit = size * 4 + this.#ground.scoped.rowCount * TOO_MANY
    let base = this.#ground.scoped.rowCount
    // From the newest rows back, which are the first ones of the usual order.
    for (let at = slices.length - 1; at >= 0 && base > seen; at--) {
      const { chunk, length } = slices[at]!
      base -= length
      if (this.#sort.by === 'last' && top.isAbove(chunk.newestEnd)) continue
      const skipped = Math.max(0, seen - base)
      top.offer(this.#rowValues(at, length).subarray(skipped), base + skipped)
      if (top.taken > limit) return null
    }
    if (earlier !== null) top.offerItems(this.#valuesOf(earlier), earlier)
    return top.found()
  }

  /** The first items of the list before, where they are as many as are wanted, or all there were. */
  #earlier(descending: boolean, size: number): Uint32Array | null {
    const found = this.#before?.ends[descending ? 'desc' : 'asc'] ?? null
    return found !== null && (found.length >= size || found.length === this.#before?.total) ? found : null
  }

  /** Of rows that match. */
  #valuesOf(items: Uint32Array): Float64Array {
    const { scoped } = this.#ground
    return Float64Array.from(items, (item) => {
      const { slice, row } = placeIn(scoped, item)
      return rowValue(slice, row, this.#sort, this.#rank, scoped)
    })
  }

  #binned(): Order {
    this.#order ??= new Order(this.#allValues(), this.#ties, this.#buffers)
    return this.#order
  }

  #allValues(): Float64Array {
    const subjects = this.#subjects
    const buffers = this.#buffers
    if (subjects !== null) return this.#subjectValues(subjects)
    const { scoped } = this.#ground
    const values = buffers.values(scoped.rowCount)
    let base = 0
    for (const [at, { length }] of scoped.slices.entries()) {
      fillRows(values.subarray(base, base + length), at, this.match, this.#sort, this.#rank, scoped)
      base += length
    }
    return values
  }

  #subjectValues(subjects: Subjects): Float64Array {
    const values = this.#buffers.values(subjects.present.length)
    fillSubjects(values, this.#sort, subjects)
    return values
  }

  #rowValues(at: number, length: number): Float64Array {
    const values = this.#buffers.part(length)
    fillRows(values, at, this.match, this.#sort, this.#rank, this.#ground.scoped)
    return values
  }

  /** How many items come before one that is in the list, ascending; by a pass over all of them. */
  #placeOf(item: number): number {
    const subjects = this.#subjects
    const ties = this.#ties
    if (subjects !== null) return countBefore(this.#subjectValues(subjects), 0, ties, item, null)
    const { slices } = this.#ground.scoped
    let base = 0
    const at = slices.findIndex(({ length }) => {
      if (item < base + length) return true
      base += length
      return false
    })
    const value = this.#rowValues(at, slices[at]!.length)[item - base]!
    let place = 0
    base = 0
    for (const [each, { length }] of slices.entries()) {
      place += countBefore(this.#rowValues(each, length), base, ties, item, value)
      base += length
    }
    return place
  }
}

/** Items from number `base` on that come before one; its value is among them when it is not given. */
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

function subjectsOf(match: Match, rank: Uint32Array, { scoped: { sums } }: Ground): Subjects | null {
  switch (match.shape) {
    case 'intervals':
      return null
    case 'flows':
      return {
        present: match.flows ?? new Uint8Array(0),
        rank: (flow) => rank[flow]!,
        first: (flow) => sums.first[flow]!,
        last: (flow) => sums.last[flow]!,
        counter: (index, flow) => sums.counter(index, flow),
      }
    case 'signatures': {
      const found = match.signatures
      if (found === null) throw new Error('A match of signatures without their sums')
      return {
        present: found.keys,
        rank: (signature) => rank[found.flow[signature]!]!,
        first: (signature) => found.first[signature]!,
        last: (signature) => found.last[signature]!,
        counter: (index, signature) => found.counter(index, signature),
      }
    }
    default:
      return unreachable(match.shape, 'shape')
  }
}

/** Ids decide among equals, so that the order is the same in every store that holds them; intervals have their numbers. */
function tiesOf(match: Match, { scoped: { keys }, signatures }: Ground): Levels {
  switch (match.shape) {
    case 'intervals':
      return []
    case 'flows':
      return [keys.idHigh, keys.idLow]
    case 'signatures':
      return [signatures.idHigh, signatures.idLow]
    default:
      return unreachable(match.shape, 'shape')
  }
}
