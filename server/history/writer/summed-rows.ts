/** The rows of a bucket while records are summed to them. */
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { ensure } from '../../../src/lib/assert.ts'
import type { Bucket, CounterColumns, EntryId } from '../history-store.ts'

export interface SummedRow {
  readonly key: LabelledKey
  /** In the order of COUNTER_NAMES; NaN where it is not recorded. */
  readonly counters: Float64Array
}

/** What the store takes: a whole number up to 2^53. NaN for another one, which says nothing, and where none is recorded. */
export function countOrNaN(value: number | null): number {
  return value !== null && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN
}

/** The bucket that has these rows. They must not change afterwards. */
export function bucketOfRows(
  rows: ReadonlyMap<EntryId, SummedRow>,
  place: Pick<Bucket, 'cluster' | 'version' | 'start' | 'seconds'>,
): Bucket {
  const rowOf = (entry: EntryId): SummedRow => ensure(rows.get(entry), 'entry of the bucket')
  const entries = BigUint64Array.from(rows.keys()).sort()
  const sorted = Array.from(entries, rowOf)
  const columns = COUNTER_NAMES.map((name, i) => [name, Float64Array.from(sorted, (row) => row.counters[i]!)])
  return {
    ...place,
    entries,
    keyOf: (entry) => rowOf(entry).key,
    ...(Object.fromEntries(columns) as unknown as CounterColumns), // Each column by its name.
  }
}
