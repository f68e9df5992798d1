/** Sums of a snapshot's rows by a scan, for snapshots that leave rows out; the store keeps the sums of all rows itself. */
import { type ChunkSlice, isInRange, type SnapshotBounds } from '../columns/chunked-rows.ts'
import { NO_GROUP } from '../columns/number-column.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import { KeySums } from './key-sums.ts'

/** The sums of the rows that start in the range of the bounds. `slices` are those of `ChunkedRows.slices(bounds)`. */
export function scanSums(
  slices: readonly ChunkSlice[],
  bounds: SnapshotBounds,
  keys: KeyDictionary,
): KeySums {
  const sums = new KeySums()
  sums.reserve(keys)
  const flows = new Int32Array(slices.reduce((longest, { length }) => Math.max(longest, length), 0))
  for (const slice of slices) {
    fillFlows(slice, bounds, keys.flowOf, flows)
    sums.addSlice(slice, flows)
  }
  return sums
}

/** By entry: how many of the rows start in the range of the bounds. */
export function countRecordsByEntry(
  slices: readonly ChunkSlice[],
  { time }: SnapshotBounds,
  entryCount: number,
): Uint32Array {
  const records = new Uint32Array(entryCount)
  for (const { chunk, length, allInRange } of slices) {
    const { entries, starts } = chunk
    for (let row = 0; row < length; row++) {
      if (allInRange || isInRange(time, starts[row]!)) records[entries[row]!]!++
    }
  }
  return records
}

/** Writes the flow of each row of a slice into `flows`, NO_GROUP for a row outside the range. */
function fillFlows(
  { chunk, length, allInRange }: ChunkSlice,
  { time }: SnapshotBounds,
  flowOf: Uint32Array,
  flows: Int32Array,
): void {
  const { entries, starts } = chunk
  for (let row = 0; row < length; row++) {
    flows[row] = allInRange || isInRange(time, starts[row]!) ? flowOf[entries[row]!]! : NO_GROUP
  }
}
