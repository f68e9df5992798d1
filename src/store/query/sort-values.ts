/**
 * The values that rows are sorted by, as numbers: NaN for a row that does not match, which is not in the list.
 */
import { columnOf, type SortKey } from '../../flows/column.ts'
import { ensure, unreachable } from '../../lib/assert.ts'
import { FIRST_COUNTER_COLUMN, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Sort } from '../protocol.ts'
import type { Match, QueryContext } from './matching-rows.ts'
import { measureOf, measureRows } from './measure-counters.ts'
import type { Snapshot } from './snapshot.ts'

/** What the values are: a column's, or the level of attention and within it the connections. */
export type ValueKey = SortKey | { readonly by: 'attention' }

export function valueKeyOf({ column }: Pick<Sort, 'column'>): ValueKey {
  return column === 'attention' ? { by: 'attention' } : columnOf(column).sort
}

/** How values are made: what they are, and numbers by flow or set that they are made of. */
export interface ValueSource {
  readonly key: ValueKey
  /** For a sort by text: the rank of each flow's text. */
  readonly ranks: Uint32Array
  /** For a sort by attention: the level of each set, for keys and intervals of each flow. */
  readonly levels: Uint8Array
  /** The value of a counter that was not recorded, as of {@link unrecordedValue}. */
  readonly unrecorded: number
}

/** Above every sum of counters: of 2^27 records with 2^53 bytes each. It is finite, because the bucket sort divides by it. */
const ABOVE_ALL_SUMS = 2 ** 80

/** The sort value of a counter that was not recorded, which comes last in both directions. Counters are at least 0. */
export function unrecordedValue(descending: boolean): number {
  return descending ? -1 : ABOVE_ALL_SUMS
}

/** Connections within a level of attention are fewer than this, so that both fit one number. */
const LEVEL = 2 ** 50

function numberOr(otherwise: number, value: number): number {
  return Number.isNaN(value) ? otherwise : value
}

/** A level of attention, and within it the connections; where those were not recorded, the records. */
function attentionValue(level: number, connections: number, records: number): number {
  return level * LEVEL + Math.min(LEVEL - 1, Number.isNaN(connections) ? records : connections)
}

/** Reads the sums of keys, signatures or groups by their numbers. */
export interface SortSubjects {
  /** 0 for a subject that does not match. */
  readonly present: Uint8Array | Uint32Array
  /** The flow whose key the row shows. */
  readonly flow: (subject: number) => number
  readonly first: (subject: number) => number
  readonly last: (subject: number) => number
  readonly records: (subject: number) => number
  readonly counter: (index: number, subject: number) => number
}

/** The sort values of keys, signatures or groups, in a new array. */
export function subjectValues(
  { key, ranks, levels, unrecorded }: ValueSource,
  of: SortSubjects,
): Float64Array {
  const values = new Float64Array(of.present.length)
  const valueOf = (subject: number): number => {
    switch (key.by) {
      case 'text':
        return ranks[of.flow(subject)]!
      case 'first':
        return of.first(subject)
      case 'last':
        return of.last(subject)
      case 'measure':
        return numberOr(unrecorded, measureOf(key.field, of.counter, subject))
      case 'attention':
        return attentionValue(levels[subject]!, measureOf('conns', of.counter, subject), of.records(subject))
      default:
        return unreachable(key, 'sort')
    }
  }
  for (let subject = 0; subject < values.length; subject++)
    values[subject] = of.present[subject] === 0 ? Number.NaN : valueOf(subject)
  return values
}

/** The value that {@link fillRowValues} gives to a row that matches. */
export function rowValue(
  { chunk }: ChunkSlice,
  row: number,
  { key, ranks, levels, unrecorded }: ValueSource,
  { keys }: Snapshot,
): number {
  const counter = (index: number, at: number): number => chunk.value(FIRST_COUNTER_COLUMN + index, at)
  switch (key.by) {
    case 'text':
      return ranks[keys.flowOf[chunk.entries[row]!]!]!
    case 'first':
      return chunk.value(START_COLUMN, row)
    case 'last':
      return chunk.value(END_COLUMN, row)
    case 'measure':
      return numberOr(unrecorded, measureOf(key.field, counter, row))
    case 'attention': {
      const level = levels[keys.flowOf[chunk.entries[row]!]!]!
      return attentionValue(level, measureOf('conns', counter, row), 1)
    }
    default:
      return unreachable(key, 'sort')
  }
}

/** Fills `values` with the sort values of the rows of slice number `at`. */
export function fillRowValues(
  values: Float64Array,
  at: number,
  match: Match,
  source: ValueSource,
  { keys, slices, bounds: { time } }: Snapshot,
): void {
  const slice = slices[at]!
  const { chunk, allInRange } = slice
  fillSlice(values, source, slice, keys.flowOf)
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
  { key, ranks, levels, unrecorded }: ValueSource,
  { chunk }: ChunkSlice,
  flowOf: Uint32Array,
): void {
  const { entries } = chunk
  switch (key.by) {
    case 'text':
      for (let row = 0; row < values.length; row++) values[row] = ranks[flowOf[entries[row]!]!]!
      return
    case 'first':
      chunk.column(START_COLUMN).copyTo(values)
      return
    case 'last':
      chunk.column(END_COLUMN).copyTo(values)
      return
    case 'measure':
      measureRows(key.field, chunk, values)
      for (let row = 0; row < values.length; row++) values[row] = numberOr(unrecorded, values[row]!)
      return
    case 'attention':
      measureRows('conns', chunk, values)
      for (let row = 0; row < values.length; row++)
        values[row] = attentionValue(levels[flowOf[entries[row]!]!]!, values[row]!, 1)
      return
    default:
      unreachable(key, 'sort')
  }
}

/** Reads the sums of a match; null for intervals, whose values are those of rows. */
export function subjectsOf(match: Match, { snapshot: { sums } }: QueryContext): SortSubjects | null {
  switch (match.kind) {
    case 'intervals':
      return null
    case 'keys':
      return {
        present: ensure(match.flows, 'a match of keys has flows'),
        flow: (flow) => flow,
        first: (flow) => sums.first[flow]!,
        last: (flow) => sums.last[flow]!,
        records: (flow) => sums.records[flow]!,
        counter: (index, flow) => sums.counter(index, flow),
      }
    case 'groups':
    case 'signatures': {
      const { sums: found } = ensure(match.sets, 'a match of sets has sums of sets')
      return {
        present: found.keys,
        flow: (set) => found.flow[set]!,
        first: (set) => found.first[set]!,
        last: (set) => found.last[set]!,
        records: (set) => found.records[set]!,
        counter: (index, set) => found.counter(index, set),
      }
    }
    default:
      return unreachable(match.kind, 'kind of rows')
  }
}
