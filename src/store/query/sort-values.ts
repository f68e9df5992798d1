/** The values that rows are sorted by, as numbers: NaN for a row that does not match, which is not in the list. */
import type { SortKey } from '../../flows/column.ts'
import { unreachable } from '../../lib/assert.ts'
import { FIRST_COUNTER_COLUMN, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import type { Levels } from './bucket-sort.ts'
import type { Match, QueryContext } from './match.ts'
import { measureOf, measureRows } from './measure-counters.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Snapshot } from './snapshot.ts'

/** Sorts a counter that was not recorded below all others, which are at least 0. */
function orBelowZero(value: number): number {
  return Number.isNaN(value) ? -1 : value
}

/** Reads the sums of flows or signatures by their numbers. */
export interface SortSubjects {
  /** 0 for a subject that does not match. */
  readonly present: Uint8Array | Uint32Array
  readonly rank: (subject: number) => number
  readonly first: (subject: number) => number
  readonly last: (subject: number) => number
  readonly counter: (index: number, subject: number) => number
}

/** Fills `values` with the sort values of flows or signatures. */
export function fillSubjectValues(values: Float64Array, sort: SortKey, of: SortSubjects): void {
  for (let subject = 0; subject < values.length; subject++) {
    if (of.present[subject] === 0) values[subject] = Number.NaN
    else if (sort.by === 'text') values[subject] = of.rank(subject)
    else if (sort.by === 'first') values[subject] = of.first(subject)
    else if (sort.by === 'last') values[subject] = of.last(subject)
    else values[subject] = orBelowZero(measureOf(sort.field, of.counter, subject))
  }
}

/** The value that {@link fillRowValues} gives to a row that matches. */
export function rowValue(
  { chunk }: ChunkSlice,
  row: number,
  sort: SortKey,
  rank: Uint32Array,
  { keys }: Snapshot,
): number {
  switch (sort.by) {
    case 'text':
      return rank[keys.flowOf[chunk.entries[row]!]!]!
    case 'first':
      return chunk.value(START_COLUMN, row)
    case 'last':
      return chunk.value(END_COLUMN, row)
    case 'measure':
      return orBelowZero(
        measureOf(sort.field, (index, at) => chunk.value(FIRST_COUNTER_COLUMN + index, at), row),
      )
    default:
      return unreachable(sort, 'sort')
  }
}

/** Fills `values` with the sort values of the rows of slice number `at`. `rank` is by flow, for a sort by text. */
export function fillRowValues(
  values: Float64Array,
  at: number,
  match: Match,
  sort: SortKey,
  rank: Uint32Array,
  { keys, slices, bounds: { time } }: Snapshot,
): void {
  const slice = slices[at]!
  const { chunk, allInRange } = slice
  fillSlice(values, sort, rank, slice, keys.flowOf)
  if (match.total < match.held) clearUnmatched(values, match, at, chunk.entries)
  if (allInRange || time === null) return
  const { starts } = chunk
  for (let row = 0; row < values.length; row++) {
    if (starts[row]! < time.from || starts[row]! >= time.to) values[row] = Number.NaN
  }
}

/** Sets the values of rows that do not match to NaN. */
function clearUnmatched(
  values: Float64Array,
  { entries: entryBitmap, rows }: Match,
  at: number,
  entries: Uint32Array,
): void {
  const rowBitmap = rows?.[at]
  if (rowBitmap === undefined) {
    for (let row = 0; row < values.length; row++)
      if (entryBitmap[entries[row]!] === 0) values[row] = Number.NaN
  } else {
    for (let row = 0; row < values.length; row++) if (rowBitmap[row] === 0) values[row] = Number.NaN
  }
}

/** Fills `values` for all rows of a slice, those that do not match included. */
function fillSlice(
  values: Float64Array,
  sort: SortKey,
  rank: Uint32Array,
  { chunk }: ChunkSlice,
  flowOf: Uint32Array,
): void {
  switch (sort.by) {
    case 'text': {
      const { entries } = chunk
      for (let row = 0; row < values.length; row++) values[row] = rank[flowOf[entries[row]!]!]!
      return
    }
    case 'first':
      chunk.column(START_COLUMN).copyTo(values)
      return
    case 'last':
      chunk.column(END_COLUMN).copyTo(values)
      return
    case 'measure':
      measureRows(sort.field, chunk, values)
      for (let row = 0; row < values.length; row++) values[row] = orBelowZero(values[row]!)
      return
    default:
      unreachable(sort, 'sort')
  }
}

/** Reads the sort values of a match of flows or signatures; null for intervals, whose values are those of rows. */
export function subjectsOf(
  match: Match,
  rank: Uint32Array,
  { snapshot: { sums } }: QueryContext,
): SortSubjects | null {
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
      if (found === null) throw new Error('A match of signatures has no sums of signatures')
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

/**
 * The numbers that decide among rows of equal value. Ids give flows and signatures the same order in every store that
 * holds them; intervals keep the order in which they came.
 */
export function tiesOf(match: Match, { snapshot: { keys }, signatures }: QueryContext): Levels {
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
