import { END_COLUMN, FIRST_COUNTER_COLUMN, START_COLUMN } from '../columns/chunk.ts'
import type { ChunkedRows, ChunkSlice } from '../columns/chunked-rows.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import { NO_GROUP } from '../columns/number-column.ts'
import { COUNTER_COUNT } from './counter-sums.ts'
import type { KeyDictionary } from './key-dictionary.ts'

/**
 * Sums of rows by key: per flow its records, counters, times and newest entry; per entry its records. The store updates
 * one for all rows it holds while it appends, so that flows, facets and signatures need no scan; a snapshot of some of
 * the rows makes its own by a scan.
 *
 * Arrays by flow or entry are longer than the dictionary and replaced when it grows: call {@link reserve} first, and
 * check `records` before any other value, since those of a flow without records are left-overs.
 */
export class KeySums {
  /** By flow: how many records. */
  records = new Uint32Array(16)
  /** By flow: the least start and the greatest end, Unix seconds. */
  first = new Float64Array(16)
  last = new Float64Array(16)
  /** By flow: the greatest start, and the entry of that record, whose labels the flow is shown with. */
  newestStart = new Float64Array(16)
  newestEntry = new Uint32Array(16)
  /** By entry: how many records. */
  entryRecords = new Uint32Array(16)
  /** How many flows and entries have at least one record. */
  flowCount = 0
  entryCount = 0
  /** By counter, then by flow. A record without the counter adds nothing here, and one to `#missing`. */
  #counters = Array.from({ length: COUNTER_COUNT }, () => new Float64Array(16))
  /** Whether rows were taken out that may have been the newest of their flow, or may have ended last. */
  #isLastStale = false
  /** By flow: whether rows were taken out of which one began first, and other rows are left. */
  #isFirstStale = new Uint8Array(16)
  /**
   * By counter, then by flow: how many records do not have it. Null while all records have the counter, as those of a live
   * source do: then it takes no memory.
   */
  #missing: (Uint32Array<ArrayBuffer> | null)[] = Array.from({ length: COUNTER_COUNT }, () => null)

  get byteLength(): number {
    const { records, first, last, newestStart, newestEntry, entryRecords } = this
    const counters = this.#counters
    const missing = this.#missing.filter((counts) => counts !== null)
    const stale = this.#isFirstStale
    return [
      records,
      first,
      last,
      newestStart,
      newestEntry,
      entryRecords,
      stale,
      ...counters,
      ...missing,
    ].reduce((sum, { byteLength }) => sum + byteLength, 0)
  }

  /** Grows the arrays so that every flow and entry of the dictionary has its element. */
  reserve(keys: KeyDictionary): void {
    if (keys.flowCount > this.records.length) {
      const flow = keys.flowCount - 1
      this.records = growToFit(this.records, flow)
      this.first = growToFit(this.first, flow)
      this.last = growToFit(this.last, flow)
      this.newestStart = growToFit(this.newestStart, flow)
      this.newestEntry = growToFit(this.newestEntry, flow)
      this.#isFirstStale = growToFit(this.#isFirstStale, flow)
      this.#counters = this.#counters.map((sums) => growToFit(sums, flow))
      this.#missing = this.#missing.map((counts) => (counts === null ? null : growToFit(counts, flow)))
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
      if (Number.isNaN(value)) this.#missingOf(i)[flow]!++
      else this.#counters[i]![flow]! += value
    }
    if (this.records[flow]!++ === 0) this.flowCount++
    if (this.entryRecords[entry]!++ === 0) this.entryCount++
  }

  /** Adds the rows of a slice, column by column; `flows` by row, NO_GROUP to leave a row out. */
  addSlice({ chunk, length }: ChunkSlice, flows: Int32Array): void {
    const { entries, starts } = chunk
    const ends = new Float64Array(length)
    chunk.column(END_COLUMN).copyTo(ends)
    for (let row = 0; row < length; row++) {
      const flow = flows[row]!
      if (flow === NO_GROUP) continue
      const entry = entries[row]!
      this.#updateTimes(flow, entry, starts[row]!, ends[row]!)
      if (this.records[flow]!++ === 0) this.flowCount++
      if (this.entryRecords[entry]!++ === 0) this.entryCount++
    }
    for (let i = 0; i < COUNTER_COUNT; i++) {
      const counter = chunk.column(FIRST_COUNTER_COLUMN + i)
      counter.sumByGroup(flows.subarray(0, length), this.#counters[i]!)
      if (counter.hasMissing) counter.countMissingByGroup(flows.subarray(0, length), this.#missingOf(i))
    }
  }

  /** Takes a row out. Times and the newest entry may be stale until {@link recomputeTimes}. */
  subtract(flow: number, entry: number, values: Float64Array): void {
    if (values[START_COLUMN]! >= this.newestStart[flow]! || values[END_COLUMN]! >= this.last[flow]!) {
      if (this.records[flow]! > 1) this.#isLastStale = true
    } else if (values[START_COLUMN]! <= this.first[flow]!) this.#isFirstStale[flow] = 1
    for (let i = 0; i < COUNTER_COUNT; i++) {
      const value = values[FIRST_COUNTER_COLUMN + i]!
      if (Number.isNaN(value)) this.#missingOf(i)[flow]!--
      else this.#counters[i]![flow]! -= value
    }
    if (--this.records[flow]! === 0) this.flowCount--
    if (--this.entryRecords[entry]! === 0) this.entryCount--
  }

  /** Recomputes the times and the newest entry of flows from the rows that are left, after rows were taken out. */
  recomputeTimes(rows: ChunkedRows, keys: KeyDictionary): void {
    if (this.#isLastStale) this.#recomputeAll(rows, keys)
    else this.#recomputeFirst(rows, keys)
    this.#isLastStale = false
    this.#isFirstStale.fill(0)
  }

  /**
   * Recomputes the first start where it is stale. Chunks are read in the order of time until all were found: most flows
   * of an evicted chunk have a record in the next one.
   */
  #recomputeFirst({ chunks }: ChunkedRows, { flowOf }: KeyDictionary): void {
    const { first, records } = this
    const isStale = this.#isFirstStale
    let missing = 0
    for (let flow = 0; flow < isStale.length; flow++) {
      if (isStale[flow] === 0 || records[flow] === 0) continue
      first[flow] = Number.POSITIVE_INFINITY
      missing++
    }
    let latest = Number.NEGATIVE_INFINITY
    for (const chunk of chunks.toSorted((a, b) => a.oldestStart - b.oldestStart)) {
      if (missing === 0 && chunk.oldestStart >= latest) return
      const { entries, length, starts } = chunk
      for (let row = 0; row < length; row++) {
        const flow = flowOf[entries[row]!]!
        if (isStale[flow] === 0 || starts[row]! >= first[flow]!) continue
        if (first[flow] === Number.POSITIVE_INFINITY) missing--
        first[flow] = starts[row]!
        if (starts[row]! > latest) latest = starts[row]!
      }
    }
  }

  #recomputeAll(rows: ChunkedRows, keys: KeyDictionary): void {
    const { records } = this
    const counted = records.slice()
    // `#updateTimes` takes a flow with 0 records for a new one.
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

  /** A copy of a flow's counters, in goldmane.Flow's order; NaN where no record has it. */
  countersOf(flow: number): Float64Array {
    const sum = new Float64Array(COUNTER_COUNT)
    for (let i = 0; i < COUNTER_COUNT; i++) sum[i] = this.counter(i, flow)
    return sum
  }

  /** One of a flow's seven counters, by its index in goldmane.Flow's order; NaN where no record has it. */
  counter(index: number, flow: number): number {
    const missing = this.#missing[index]!
    return missing !== null && missing[flow] === this.records[flow]
      ? Number.NaN
      : this.#counters[index]![flow]!
  }

  /**
   * Adds one counter of flows to `into`, by set: NaN stays where no record of a set has it. `setOf` is by flow, as
   * `flowBits`, of which 0 leaves a flow out.
   */
  addCounterBySet(index: number, flowBits: Uint8Array, setOf: Uint32Array, into: Float64Array): void {
    const counters = this.#counters[index]!
    const missing = this.#missing[index]!
    const { records } = this
    for (let flow = 0; flow < flowBits.length; flow++) {
      if (flowBits[flow] === 0 || (missing !== null && missing[flow] === records[flow])) continue
      const set = setOf[flow]!
      const sum = into[set]!
      into[set] = Number.isNaN(sum) ? counters[flow]! : sum + counters[flow]!
    }
  }

  /** A copy of the sums for compacted keys: `flows` and `entries` have one more than the new number of each; 0 if it is gone. */
  renumbered(keys: KeyDictionary, flows: Uint32Array, entries: Uint32Array): KeySums {
    const sums = new KeySums()
    sums.reserve(keys)
    move(this.records, sums.records, flows)
    move(this.first, sums.first, flows)
    move(this.last, sums.last, flows)
    move(this.newestStart, sums.newestStart, flows)
    const newestEntry = this.newestEntry.map((entry) => Math.max(1, entries[entry]!) - 1)
    move(newestEntry, sums.newestEntry, flows)
    for (const [i, each] of this.#counters.entries()) move(each, sums.#counters[i]!, flows)
    for (const [i, each] of this.#missing.entries()) if (each !== null) move(each, sums.#missingOf(i), flows)
    move(this.#isFirstStale, sums.#isFirstStale, flows)
    move(this.entryRecords, sums.entryRecords, entries)
    sums.#isLastStale = this.#isLastStale
    sums.flowCount = this.flowCount
    sums.entryCount = this.entryCount
    return sums
  }

  /** By flow: how many records lack a counter. Allocated when the first record lacks it. */
  #missingOf(index: number): Uint32Array<ArrayBuffer> {
    return (this.#missing[index] ??= new Uint32Array(this.records.length))
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

/** Copies values to their new numbers; `numbers` as in {@link KeySums.renumbered}. */
function move<A extends Uint8Array | Uint32Array | Float64Array>(from: A, to: A, numbers: Uint32Array): void {
  const length = Math.min(from.length, numbers.length)
  for (let old = 0; old < length; old++) if (numbers[old] !== 0) to[numbers[old]! - 1] = from[old]!
}
