/** Which rows of a scope match a filter, for each shape of rows. */
import { clausesOf, withAll } from '../../filter/tree/clauses.ts'
import { isNegated, numberTest } from '../../filter/tree/evaluate.ts'
import type { Comparison, Expression } from '../../filter/tree/expression.ts'
import { fieldOf } from '../../flows/field.ts'
import { unreachable } from '../../lib/assert.ts'
import { END_COLUMN } from '../columns/chunk.ts'
import { isMeasured } from '../../filter/tree/asks-for.ts'
import { combine, keyBits, negate, type Subjects } from './filter-bits.ts'
import { measureOf, measureRows } from './measures.ts'
import type { Shape } from '../protocol.ts'
import type { ChunkSlice } from '../columns/chunked-rows.ts'
import type { Scoped } from './snapshot.ts'
import { type Signatures, SignatureSums } from '../keys/signatures.ts'
import type { ValueIndexCache } from '../keys/value-index.ts'

export interface Match {
  readonly shape: Shape
  /** Rows of the shape that match, and rows of the shape. */
  readonly total: number
  readonly held: number
  /** A byte for each entry: whether its records belong to matching rows. Where `rows` is there, that decides. */
  readonly entries: Uint8Array
  /** For intervals whose own counters are asked for: a byte for each row of each slice. */
  readonly rows: readonly Uint8Array[] | null
  /** For flows and signatures: a byte for each flow. */
  readonly flows: Uint8Array | null
  readonly signatures: SignatureSums | null
  /** Records that belong to matching rows, by entry, or by flow with the labels it has now. */
  readonly weighed: Weighed
}

export interface Weighed extends Subjects {
  readonly weights: Uint32Array
}

/** What a match needs to know: the scope, the caches of its keys, and the time from which age counts. */
export interface Ground {
  readonly scoped: Scoped
  readonly indexes: ValueIndexCache
  readonly signatures: Signatures
  readonly now: number
}

export function matchOf(shape: Shape, filter: Expression, ground: Ground): Match {
  switch (shape) {
    case 'intervals':
      return matchIntervals(filter, ground)
    case 'flows':
      return matchFlows(filter, ground)
    case 'signatures':
      return matchSignatures(filter, ground)
    default:
      return unreachable(shape, 'shape')
  }
}

function count(bits: Uint8Array): number {
  let total = 0
  for (let i = 0; i < bits.length; i++) total += bits[i]!
  return total
}

function sum(weights: Uint32Array): number {
  let total = 0
  for (let i = 0; i < weights.length; i++) total += weights[i]!
  return total
}

/** Of subjects, what a comparison of counters or age looks at. */
interface Measured {
  readonly length: number
  readonly counter: (index: number, subject: number) => number
  /** When each was last seen; 0 where the format has no times. */
  readonly last: ArrayLike<number>
}

/** The bytes of a comparison of counters or age, over subjects that each have their own. */
function measuredBits(comparison: Comparison, { length, counter, last }: Measured, now: number): Uint8Array {
  const field = fieldOf(comparison.field)
  const values = new Float64Array(length)
  if (field.type === 'measure') {
    for (let subject = 0; subject < length; subject++) values[subject] = measureOf(field.id, counter, subject)
  } else {
    for (let subject = 0; subject < length; subject++) values[subject] = last[subject]!
    toAge(values, now)
  }
  return testValues(comparison, values)
}

/** The same over the rows of a slice. */
function measuredRowBits(comparison: Comparison, { chunk, length }: ChunkSlice, now: number): Uint8Array {
  const field = fieldOf(comparison.field)
  const values = new Float64Array(length)
  if (field.type === 'measure') measureRows(field.id, chunk, values)
  else {
    chunk.column(END_COLUMN).copyTo(values)
    toAge(values, now)
  }
  return testValues(comparison, values)
}

/** From times last seen to seconds since then; NaN where there is no time. */
function toAge(values: Float64Array, now: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i] === 0 ? Number.NaN : now - values[i]!
}

function testValues(comparison: Comparison, values: Float64Array): Uint8Array {
  const test = numberTest(comparison)
  const bits = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) {
    // What was not recorded passes no test, so that only the negated ones hold.
    bits[i] = !Number.isNaN(values[i]!) && test(values[i]!) ? 1 : 0
  }
  return isNegated(comparison.operator) ? negate(bits) : bits
}

function matchIntervals(filter: Expression, { scoped, indexes, now }: Ground): Match {
  const { entryCount, entryRecords, keys, slices } = scoped
  const subjects: Subjects = { count: entryCount, flows: keys.flowOf, entries: null }
  const weights = new Uint32Array(entryCount)
  const held = sum(entryRecords.subarray(0, entryCount))
  const common = {
    shape: 'intervals',
    held,
    flows: null,
    signatures: null,
    weighed: { ...subjects, weights },
  } as const
  if (!isMeasured(filter)) {
    const entries = keyBits(filter, subjects, indexes)
    for (let entry = 0; entry < entryCount; entry++) {
      weights[entry] = entries[entry]! * entryRecords[entry]!
    }
    return { ...common, total: sum(weights), entries, rows: null }
  }
  const ofKeys = new Map<Expression, Uint8Array>()
  const entryBits = (part: Expression): Uint8Array => {
    const known = ofKeys.get(part) ?? keyBits(part, subjects, indexes)
    ofKeys.set(part, known)
    return known
  }
  const rows = slices.map((slice) => {
    const { chunk, length } = slice
    const bits = combine(filter, length, (part) => {
      if (!isMeasured(part)) return spread(entryBits(part), slice)
      if (part.kind !== 'compare') return null
      return measuredRowBits(part, slice, now)
    })
    leaveOut(bits, slice, scoped)
    for (let row = 0; row < length; row++) weights[chunk.entries[row]!]! += bits[row]!
    return bits
  })
  const entries = new Uint8Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) entries[entry] = weights[entry]! > 0 ? 1 : 0
  return { ...common, total: sum(weights), entries, rows }
}

/** From entries to the rows that have them. */
function spread(entryBits: Uint8Array, { chunk, length }: ChunkSlice): Uint8Array {
  const bits = new Uint8Array(length)
  for (let row = 0; row < length; row++) bits[row] = entryBits[chunk.entries[row]!]!
  return bits
}

/** Clears the rows of a slice that are not in the time range. */
function leaveOut(
  bits: Uint8Array,
  { chunk, length, allInRange: whole }: ChunkSlice,
  { scope: { time } }: Scoped,
): void {
  if (whole || time === null) return
  const { starts } = chunk
  for (let row = 0; row < length; row++) {
    const start = starts[row]!
    if (start < time.from || start >= time.to) bits[row] = 0
  }
}

/** The flows that have records in the scope and match. */
function flowBits(filter: Expression, { scoped, indexes, now }: Ground): Uint8Array {
  const { flowCount, sums } = scoped
  const subjects: Subjects = { count: flowCount, flows: null, entries: sums.newestEntry }
  const bits = combine(filter, flowCount, (part) => {
    if (!isMeasured(part)) return keyBits(part, subjects, indexes)
    if (part.kind !== 'compare') return null
    const counter = (index: number, flow: number): number => sums.counter(index, flow)
    return measuredBits(part, { length: flowCount, counter, last: sums.last }, now)
  })
  for (let flow = 0; flow < flowCount; flow++) if (sums.records[flow] === 0) bits[flow] = 0
  return bits
}

function matchFlows(filter: Expression, ground: Ground): Match {
  const flows = flowBits(filter, ground)
  return {
    shape: 'flows',
    total: count(flows),
    held: ground.scoped.sums.flowCount,
    flows,
    signatures: null,
    ...recordsOf(flows, ground),
  }
}

/**
 * A clause that asks for keys narrows what is counted; one that asks for counters or age is about the count, as WHERE
 * and HAVING are. So the numbers on the screen are always those that were asked about.
 */
function matchSignatures(filter: Expression, ground: Ground): Match {
  const { keys, sums, flowCount } = ground.scoped
  const { signatures } = ground
  const clauses = clausesOf(filter)
  const flows = flowBits(withAll(clauses.filter((clause) => !isMeasured(clause))), ground)
  const every = new Uint8Array(flowCount)
  for (let flow = 0; flow < flowCount; flow++) every[flow] = sums.records[flow]! > 0 ? 1 : 0
  const ofFlow = signatures.ofFlows()
  const all = new Uint8Array(signatures.count)
  for (let flow = 0; flow < flowCount; flow++) all[ofFlow[flow]!]! |= every[flow]!
  let found = new SignatureSums(keys, signatures, sums, flows)
  const about = withAll(clauses.filter(isMeasured))
  if (about.kind !== 'all') {
    const passing = signatureBits(about, found, signatures.count, ground)
    for (let flow = 0; flow < flowCount; flow++) flows[flow]! &= passing[ofFlow[flow]!]!
    found = new SignatureSums(keys, signatures, sums, flows)
  }
  let total = 0
  for (const each of found.keys) if (each > 0) total++
  return {
    shape: 'signatures',
    total,
    held: count(all),
    flows,
    signatures: found,
    ...recordsOf(flows, ground),
  }
}

function signatureBits(about: Expression, found: SignatureSums, length: number, ground: Ground): Uint8Array {
  const { indexes, now, scoped } = ground
  const entries = found.flow.map((flow) => scoped.sums.newestEntry[flow]!)
  return combine(about, length, (part) => {
    if (!isMeasured(part)) return keyBits(part, { count: length, flows: found.flow, entries }, indexes)
    if (part.kind !== 'compare') return null
    const counter = (index: number, signature: number): number => found.counter(index, signature)
    return measuredBits(part, { length, counter, last: found.last }, now)
  })
}

/** What matching flows say of entries and records. */
function recordsOf(flows: Uint8Array, { scoped }: Ground): Pick<Match, 'entries' | 'rows' | 'weighed'> {
  const { entryCount, flowCount, keys, sums } = scoped
  const entries = new Uint8Array(entryCount)
  for (let entry = 0; entry < entryCount; entry++) entries[entry] = flows[keys.flowOf[entry]!]!
  const weights = new Uint32Array(flowCount)
  for (let flow = 0; flow < flowCount; flow++) weights[flow] = flows[flow]! * sums.records[flow]!
  return {
    entries,
    rows: null,
    weighed: { count: flowCount, flows: null, entries: sums.newestEntry, weights },
  }
}
