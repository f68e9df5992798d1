/** What rows are sorted by, as numbers. NaN means that a row is not in the list. */
import type { SortKey } from '../../flows/column.ts'
import { unreachable } from '../../lib/assert.ts'
import { FIRST_COUNTER_COLUMN, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import type { Match } from './match.ts'
import { measureOf, measureRows } from './measures.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Scoped } from './snapshot.ts'

/** Sorts what was not recorded below everything. */
function orBelow(value: number): number {
  return Number.isNaN(value) ? -1 : value
}

export interface Subjects {
  /** 0 for what does not match. */
  readonly present: Uint8Array | Uint32Array
  readonly rank: (subject: number) => number
  readonly first: (subject: number) => number
  readonly last: (subject: number) => number
  readonly counter: (index: number, subject: number) => number
}

/** Fills `values` with those of flows or signatures. */
export function fillSubjects(values: Float64Array, sort: SortKey, of: Subjects): void {
  for (let subject = 0; subject < values.length; subject++) {
    if (of.present[subject] === 0) values[subject] = Number.NaN
    else if (sort.by === 'text') values[subject] = of.rank(subject)
    else if (sort.by === 'first') values[subject] = of.first(subject)
    else if (sort.by === 'last') values[subject] = of.last(subject)
    else values[subject] = orBelow(measureOf(sort.field, of.counter, subject))
  }
}

/** What {@link fillRows} gives for one row that matches. */
export function rowValue(
  { chunk }: ChunkSlice,
  row: number,
  sort: SortKey,
  rank: Uint32Array,
  { keys }: Scoped,
): number {
  switch (sort.by) {
    case 'text':
      return rank[keys.flowOf[chunk.entries[row]!]!]!
    case 'first':
      return chunk.value(START_COLUMN, row)
    case 'last':
      return chunk.value(END_COLUMN, row)
    case 'measure':
      return orBelow(measureOf(sort.field, (index, at) => chunk.value(FIRST_COUNTER_COLUMN + index, at), row))
    default:
      return unreachable(sort, 'sort')
  }
}

/** Fills `values` with those of the rows of slice number `at`. `rank` is by flow, for a sort by text. */
export function fillRows(
  values: Float64Array,
  at: number,
  match: Match,
  sort: SortKey,
  rank: Uint32Array,
  { keys, slices, scope: { time } }: Scoped,
): void {
  const slice = slices[at]!
  const { chunk, allInRange: whole } = slice
  fillSlice(values, sort, rank, slice, keys.flowOf)
  if (match.total < match.held) leaveOut(values, match, at, chunk.entries)
  if (whole || time === null) return
  const { starts } = chunk
  for (let row = 0; row < values.length; row++) {
    if (starts[row]! < time.from || starts[row]! >= time.to) values[row] = Number.NaN
  }
}

/** Takes the rows that do not match out of the list. */
function leaveOut(
  values: Float64Array,
  { entries: ofEntry, rows }: Match,
  at: number,
  entries: Uint32Array,
): void {
  const ofRow = rows?.[at]
  if (ofRow === undefined) {
    for (let row = 0; row < values.length; row++) if (ofEntry[entries[row]!] === 0) values[row] = Number.NaN
  } else {
    for (let row = 0; row < values.length; row++) if (ofRow[row] === 0) values[row] = Number.NaN
  }
}

/** The values of all rows of a slice, those that do not match included. */
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
      for (let row = 0; row < values.length; row++) values[row] = orBelow(values[row]!)
      return
    default:
      unreachable(sort, 'sort')
  }
}
