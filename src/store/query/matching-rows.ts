/** Finds the rows of a snapshot that match a filter, for each kind of rows. */
import { clausesOf, withAll } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { unreachable } from '../../lib/assert.ts'
import { isMeasured } from '../../filter/tree/asks-for.ts'
import { combineBitmaps, type FilterSubjects, keyBitmap } from './filter-bitmap.ts'
import { measureBitmap, rowMeasureBitmap } from './measure-bitmap.ts'
import type { RowKind } from '../protocol.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Snapshot } from './snapshot.ts'
import type { KeyCaches } from '../keys/key-caches.ts'
import type { RollUp } from '../keys/roll-up.ts'
import { RollUpSums } from '../keys/roll-up-sums.ts'

export interface Match {
  readonly kind: RowKind
  /** The number of rows of this kind that match, and the number without the filter. */
  readonly total: number
  readonly held: number
  /** A bitmap by entry: whether any of its records belongs to a matching row. */
  readonly entries: Uint8Array
  /** For intervals under a filter that is about counters or age: a bitmap by row for each slice. Null otherwise. */
  readonly rows: readonly Uint8Array[] | null
  /** But for intervals: a bitmap by flow. */
  readonly flows: Uint8Array | null
  /** For groups and signatures: which sets of flows the rows are, and their sums. */
  readonly sets: { readonly rollUp: RollUp; readonly sums: RollUpSums } | null
  readonly counts: EntryCounts
}

/** How many records belong to matching rows: by entry for intervals, otherwise by flow with its newest labels. */
export interface EntryCounts extends FilterSubjects {
  readonly records: Uint32Array
}

/** What a question is answered from: the rows, and the caches of their keys. */
export interface QueryContext extends KeyCaches {
  readonly snapshot: Snapshot
  /** Unix seconds from which age counts back. */
  readonly now: number
}

export function matchOf(kind: RowKind, filter: Expression, context: QueryContext): Match {
  switch (kind) {
    case 'intervals':
      return matchIntervals(filter, context)
    case 'keys':
      return matchKeys(filter, context)
    case 'signatures':
    case 'groups':
      return matchSets(kind, filter, context)
    default:
      return unreachable(kind, 'kind of rows')
  }
}

function countOnes(bits: Uint8Array): number {
  let total = 0
  for (let i = 0; i < bits.length; i++) total += bits[i]!
  return total
}

function sumOf(counts: Uint32Array): number {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]!
  return total
}

/** How many records belong to the rows that match. */
export function recordsOf({ counts }: Match): number {
  return sumOf(counts.records)
}

function matchIntervals(filter: Expression, context: QueryContext): Match {
  const { snapshot, indexes } = context
  const { entryCount, entryRecords, keys } = snapshot
  const subjects: FilterSubjects = { count: entryCount, flows: keys.flowOf, entries: null }
  const records = new Uint32Array(entryCount)
  const common = {
    kind: 'intervals',
    held: sumOf(entryRecords.subarray(0, entryCount)),
    flows: null,
    sets: null,
    counts: { ...subjects, records },
  } as const
  if (isMeasured(filter)) {
    const rows = matchingRows(filter, subjects, context, records)
    const entries = new Uint8Array(entryCount)
    for (let entry = 0; entry < entryCount; entry++) entries[entry] = records[entry]! > 0 ? 1 : 0
    return { ...common, total: sumOf(records), entries, rows }
  }
  const entries = keyBitmap(filter, subjects, indexes)
  for (let entry = 0; entry < entryCount; entry++) records[entry] = entries[entry]! * entryRecords[entry]!
  return { ...common, total: sumOf(records), entries, rows: null }
}

/**
 * A bitmap by row for each slice, for a filter that is about the counters of single records. Adds the matching rows to
 * `records`, by entry.
 */
function matchingRows(
  filter: Expression,
  subjects: FilterSubjects,
  { snapshot, indexes, now }: QueryContext,
  records: Uint32Array,
): readonly Uint8Array[] {
  // Parts of the filter that are about keys alone are evaluated once, not once for each slice.
  const keyBitmaps = new Map<Expression, Uint8Array>()
  const entryBitmap = (part: Expression): Uint8Array => {
    const bitmap = keyBitmaps.get(part) ?? keyBitmap(part, subjects, indexes)
    keyBitmaps.set(part, bitmap)
    return bitmap
  }
  return snapshot.slices.map((slice) => {
    const { chunk, length } = slice
    const bits = combineBitmaps(filter, length, (part) => {
      if (!isMeasured(part)) return spreadToRows(entryBitmap(part), slice)
      return part.kind === 'compare' ? rowMeasureBitmap(part, slice, now) : null
    })
    clearOutOfRange(bits, slice, snapshot)
    for (let row = 0; row < length; row++) records[chunk.entries[row]!]! += bits[row]!
    return bits
  })
}

/** The bitmap of the rows of a slice from that of their entries. */
function spreadToRows(entryBitmap: Uint8Array, { chunk, length }: ChunkSlice): Uint8Array {
  const bits = new Uint8Array(length)
  for (let row = 0; row < length; row++) bits[row] = entryBitmap[chunk.entries[row]!]!
  return bits
}

/** Clears the bytes of the rows of a slice that do not start in the time range. */
function clearOutOfRange(
  bits: Uint8Array,
  { chunk, length, allInRange }: ChunkSlice,
  { bounds: { time } }: Snapshot,
): void {
  if (allInRange || time === null) return
  const { starts } = chunk
  for (let row = 0; row < length; row++) {
    const start = starts[row]!
    if (start < time.from || start >= time.to) bits[row] = 0
  }
}

/** A bitmap by flow: those that match and have records in the snapshot. */
function flowBitmap(filter: Expression, { snapshot, indexes, now }: QueryContext): Uint8Array {
  const { flowCount, sums } = snapshot
  const subjects: FilterSubjects = { count: flowCount, flows: null, entries: sums.newestEntry }
  const bits = combineBitmaps(filter, flowCount, (part) => {
    if (!isMeasured(part)) return keyBitmap(part, subjects, indexes)
    if (part.kind !== 'compare') return null
    const counter = (index: number, flow: number): number => sums.counter(index, flow)
    return measureBitmap(part, { length: flowCount, counter, last: sums.last }, now)
  })
  for (let flow = 0; flow < flowCount; flow++) if (sums.records[flow] === 0) bits[flow] = 0
  return bits
}

function matchKeys(filter: Expression, context: QueryContext): Match {
  const flows = flowBitmap(filter, context)
  return {
    kind: 'keys',
    total: countOnes(flows),
    held: context.snapshot.sums.flowCount,
    flows,
    sets: null,
    ...entriesOf(flows, context),
  }
}

/**
 * A clause about keys narrows what is summed, as WHERE does; a clause about counters or age tests the sums, as HAVING
 * does. So a row always shows the numbers that the filter tested.
 */
function matchSets(kind: 'groups' | 'signatures', filter: Expression, context: QueryContext): Match {
  const { keys, sums, flowCount } = context.snapshot
  const rollUp = context[kind]
  const clauses = clausesOf(filter)
  const flows = flowBitmap(withAll(clauses.filter((clause) => !isMeasured(clause))), context)
  const ofFlow = rollUp.ofFlows()
  const all = new Uint8Array(rollUp.count)
  for (let flow = 0; flow < flowCount; flow++) if (sums.records[flow]! > 0) all[ofFlow[flow]!] = 1
  let found = new RollUpSums(keys, rollUp, sums, flows)
  const having = withAll(clauses.filter(isMeasured))
  if (having.kind !== 'all') {
    const passing = setBitmap(having, found, rollUp.count, context)
    for (let flow = 0; flow < flowCount; flow++) flows[flow]! &= passing[ofFlow[flow]!]!
    found = new RollUpSums(keys, rollUp, sums, flows)
  }
  let total = 0
  for (const each of found.keys) if (each > 0) total++
  return {
    kind,
    total,
    held: countOnes(all),
    flows,
    sets: { rollUp, sums: found },
    ...entriesOf(flows, context),
  }
}

function setBitmap(filter: Expression, found: RollUpSums, length: number, context: QueryContext): Uint8Array {
  const { indexes, now, snapshot } = context
  const entries = found.flow.map((flow) => snapshot.sums.newestEntry[flow]!)
  return combineBitmaps(filter, length, (part) => {
    if (!isMeasured(part)) return keyBitmap(part, { count: length, flows: found.flow, entries }, indexes)
    if (part.kind !== 'compare') return null
    const counter = (index: number, set: number): number => found.counter(index, set)
    return measureBitmap(part, { length, counter, last: found.last }, now)
  })
}

/** The entries and the record counts of matching flows. */
function entriesOf(
  flows: Uint8Array,
  { snapshot }: QueryContext,
): Pick<Match, 'entries' | 'rows' | 'counts'> {
  const { entryCount, flowCount, keys, sums } = snapshot
  const entries = new Uint8Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) entries[entry] = flows[keys.flowOf[entry]!]!
  const records = new Uint32Array(flowCount)
  for (let flow = 0; flow < flowCount; flow++) records[flow] = flows[flow]! * sums.records[flow]!
  return {
    entries,
    rows: null,
    counts: { count: flowCount, flows: null, entries: sums.newestEntry, records },
  }
}
