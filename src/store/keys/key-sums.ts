import type { Counters } from '../../flows/flow.ts'
import { COLUMN_COUNT, FIRST_COUNTER_COLUMN, END_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import { growToFit } from '../columns/grow-to-fit.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import { NO_GROUP } from '../columns/number-column.ts'
import { isInRange, type ChunkedRows, type SnapshotBounds, type ChunkSlice } from '../columns/chunked-rows.ts'

const COUNTER_COUNT = COLUMN_COUNT - FIRST_COUNTER_COLUMN
/** The first of the three connection counts, which a record may leave out. */
const FIRST_CONNECTION_COUNTER = 4

/** Sums of counters that have no index of their own: a group, a signature. NaN while nothing was recorded. */
export function emptyCounters(): Float64Array {
  return new Float64Array(COUNTER_COUNT).fill(0).fill(Number.NaN, FIRST_CONNECTION_COUNTER)
}

export function addCounters(sum: Float64Array, more: Float64Array): void {
  for (let i = 0; i < COUNTER_COUNT; i++) addCounter(sum, i, more[i]!)
}

function addCounter(sum: Float64Array, index: number, more: number): void {
  if (Number.isNaN(more)) return
  const before = sum[index]!
  sum[index] = Number.isNaN(before) ? more : before + more
}

/** The vocabulary's counters. */
export function toCounters(counters: Float64Array): Counters {
  const orNull = (index: number): number | null => (Number.isNaN(counters[index]!) ? null : counters[index]!)
  return {
    packetsIn: counters[0]!,
    packetsOut: counters[1]!,
    bytesIn: counters[2]!,
    bytesOut: counters[3]!,
    numConnectionsStarted: orNull(4),
    numConnectionsCompleted: orNull(5),
    numConnectionsLive: orNull(6),
  }
}

/**
 * What some rows add up to: per flow its records, counters, times and newest entry; per entry its records. Kept up to
 * date by the store for all rows held, and made by a scan for a part of them.
 */
export class KeySums {
  records = new Uint32Array(16)
  first = new Float64Array(16)
  last = new Float64Array(16)
  /** Start of the newest record, and its entry: whose labels the flow has. */
  newestStart = new Float64Array(16)
  newestEntry = new Uint32Array(16)
  entryRecords = new Uint32Array(16)
  /** Flows and entries with at least one record. */
  flowCount = 0
  entryCount = 0
  #counters = Array.from({ length: COUNTER_COUNT }, () => new Float64Array(16))
  /** Of each connection count, the records that do not have it. */
  #missing = Array.from({ length: COUNTER_COUNT - FIRST_CONNECTION_COUNTER }, () => new Uint32Array(16))

  get byteLength(): number {
    const { records, first, last, newestStart: newest, newestEntry: entry, entryRecords } = this
    const counters = this.#counters
    const missing = this.#missing
    return [records, first, last, newest, entry, entryRecords, ...counters, ...missing].reduce(
      (sum, { byteLength }) => sum + byteLength,
      0,
    )
  }

  /** Makes room for all flows and entries of the keys, so that every index is in range. */
  reserve(keys: KeyDictionary): void {
    if (keys.flowCount > this.records.length) {
      const at = keys.flowCount - 1
      this.records = growToFit(this.records, at)
      this.first = growToFit(this.first, at)
      this.last = growToFit(this.last, at)
      this.newestStart = growToFit(this.newestStart, at)
      this.newestEntry = growToFit(this.newestEntry, at)
      this.#counters = this.#counters.map((each) => growToFit(each, at))
      this.#missing = this.#missing.map((each) => growToFit(each, at))
    }
    if (keys.entryCount > this.entryRecords.length) {
      this.entryRecords = growToFit(this.entryRecords, keys.entryCount - 1)
    }
  }

  /** Adds a row; `values` by column of a chunk. */
  add(flow: number, entry: number, values: Float64Array): void {
    this.#updateTimes(flow, entry, values[START_COLUMN]!, values[END_COLUMN]!)
    for (let i = 0; i < COUNTER_COUNT; i++) {
      const value = values[FIRST_COUNTER_COLUMN + i]!
      if (Number.isNaN(value)) this.#missing[i - FIRST_CONNECTION_COUNTER]![flow]!++
      else this.#counters[i]![flow]! += value
    }
    if (this.records[flow]!++ === 0) this.flowCount++
    if (this.entryRecords[entry]!++ === 0) this.entryCount++
  }

  /** Adds the rows of a slice whose flow is given, column by column. */
  addSlice({ chunk, length }: ChunkSlice, flows: Int32Array): void {
    const { entries, starts } = chunk
    const column = new Float64Array(length)
    chunk.column(END_COLUMN).copyTo(column)
    for (let row = 0; row < length; row++) {
      const flow = flows[row]!
      if (flow === NO_GROUP) continue
      const entry = entries[row]!
      this.#updateTimes(flow, entry, starts[row]!, column[row]!)
      if (this.records[flow]!++ === 0) this.flowCount++
      if (this.entryRecords[entry]!++ === 0) this.entryCount++
    }
    for (let i = 0; i < COUNTER_COUNT; i++) {
      const counter = chunk.column(FIRST_COUNTER_COLUMN + i)
      counter.sumByGroup(flows.subarray(0, length), this.#counters[i]!)
      const missing = this.#missing[i - FIRST_CONNECTION_COUNTER]
      if (missing !== undefined) counter.countMissingByGroup(flows.subarray(0, length), missing)
    }
  }

  /** Takes a row out. Times and the newest entry stay as they were: {@link recomputeTimes} finds them again. */
  subtract(flow: number, entry: number, values: Float64Array): void {
    for (let i = 0; i < COUNTER_COUNT; i++) {
      const value = values[FIRST_COUNTER_COLUMN + i]!
      if (Number.isNaN(value)) this.#missing[i - FIRST_CONNECTION_COUNTER]![flow]!--
      else this.#counters[i]![flow]! -= value
    }
    if (--this.records[flow]! === 0) this.flowCount--
    if (--this.entryRecords[entry]! === 0) this.entryCount--
  }

  /** Finds times and newest entries of all flows again after rows were taken out. */
  recomputeTimes(rows: ChunkedRows, keys: KeyDictionary): void {
    const { records } = this
    const counted = records.slice()
    records.fill(0)
    for (const chunk of rows.chunks) {
      for (let row = 0; row < chunk.length; row++) {
        const entry = chunk.entries[row]!
        const flow = keys.flowOf[entry]!
        this.#updateTimes(flow, entry, chunk.value(START_COLUMN, row), chunk.value(END_COLUMN, row))
        records[flow] = 1
      }
    }
    records.set(counted)
  }

  /** The counters of a flow: NaN where no record has it. */
  countersOf(flow: number): Float64Array {
    const sum = new Float64Array(COUNTER_COUNT)
    for (let i = 0; i < COUNTER_COUNT; i++) sum[i] = this.counter(i, flow)
    return sum
  }

  /** Adds the counters of a flow to others. */
  addTo(sum: Float64Array, flow: number): void {
    for (let i = 0; i < COUNTER_COUNT; i++) addCounter(sum, i, this.counter(i, flow))
  }

  /** One counter of a flow, by its place among the seven. */
  counter(index: number, flow: number): number {
    return index >= FIRST_CONNECTION_COUNTER &&
      this.#missing[index - FIRST_CONNECTION_COUNTER]![flow] === this.records[flow]
      ? Number.NaN
      : this.#counters[index]![flow]!
  }

  /** These sums under other numbers; −1 for a flow or an entry that is gone. */
  renumbered(keys: KeyDictionary, flows: Int32Array, entries: Int32Array): KeySums {
    const sums = new KeySums()
    sums.reserve(keys)
    for (const [flow, to] of flows.entries()) {
      if (to < 0) continue
      sums.records[to] = this.records[flow]!
      sums.first[to] = this.first[flow]!
      sums.last[to] = this.last[flow]!
      sums.newestStart[to] = this.newestStart[flow]!
      sums.newestEntry[to] = Math.max(0, entries[this.newestEntry[flow]!]!)
      for (const [i, each] of this.#counters.entries()) sums.#counters[i]![to] = each[flow]!
      for (const [i, each] of this.#missing.entries()) sums.#missing[i]![to] = each[flow]!
    }
    for (const [entry, to] of entries.entries())
      if (to >= 0) sums.entryRecords[to] = this.entryRecords[entry]!
    sums.flowCount = this.flowCount
    sums.entryCount = this.entryCount
    return sums
  }

  #updateTimes(flow: number, entry: number, start: number, end: number): void {
    if (this.records[flow] === 0) {
      this.first[flow] = start
      this.last[flow] = end
      this.newestStart[flow] = start
      this.newestEntry[flow] = entry
      return
    }
    if (start < this.first[flow]!) this.first[flow] = start
    if (end > this.last[flow]!) this.last[flow] = end
    if (start >= this.newestStart[flow]!) {
      this.newestStart[flow] = start
      this.newestEntry[flow] = entry
    }
  }
}

/** The sums of the rows in a scope, by a scan. */
export function scanSums(slices: readonly ChunkSlice[], scope: SnapshotBounds, keys: KeyDictionary): KeySums {
  const sums = new KeySums()
  sums.reserve(keys)
  const flows = new Int32Array(slices.reduce((most, { length }) => Math.max(most, length), 0))
  for (const slice of slices) {
    fillFlows(slice, scope, keys.flowOf, flows)
    sums.addSlice(slice, flows)
  }
  return sums
}

/** The records by entry of a scope, by a scan. */
export function countRecordsByEntry(
  slices: readonly ChunkSlice[],
  { time }: SnapshotBounds,
  entryCount: number,
): Uint32Array {
  const records = new Uint32Array(entryCount)
  for (const { chunk, length, allInRange: whole } of slices) {
    const { entries, starts } = chunk
    for (let row = 0; row < length; row++) {
      if (whole || isInRange(time, starts[row]!)) records[entries[row]!]!++
    }
  }
  return records
}

function fillFlows(
  { chunk, length, allInRange: whole }: ChunkSlice,
  { time }: SnapshotBounds,
  flowOf: Uint32Array,
  flows: Int32Array,
): void {
  const { entries, starts } = chunk
  for (let row = 0; row < length; row++) {
    flows[row] = whole || isInRange(time, starts[row]!) ? flowOf[entries[row]!]! : NO_GROUP
  }
}
