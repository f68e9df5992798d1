/** Makes a bucket for the store of the rows that the ring holds of it. */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { BucketSnapshot } from '../../upstream/ring/bucket-snapshot.ts'
import type { Bucket, CounterColumns, EntryId } from '../history-store.ts'
import type { EntryIds } from './entry-ids.ts'
import { orderById } from './id-order.ts'
import { countOrNaN } from './summed-rows.ts'

/** Rows between two turns of the event loop, and new ids: some 5 ms. */
const ROWS_PER_TURN = 20_000
const NEW_IDS_PER_TURN = 250
/** Seconds: a record that says that it is longer is taken for one of a bucket. */
const MAX_SECONDS = 3600

/** The field number of the first counter in goldmane.Flow; the others follow in their order. */
const FIRST_COUNTER = 6

export interface BuiltBucket {
  readonly bucket: Bucket
  /** Rows that cannot be decoded, which are not in it. */
  readonly unreadable: number
}

/**
 * Resolves with a bucket whose `keyOf` is valid until the rows are released. Rows whose keys are alike, though the ring tells
 * them apart by an unknown field, are summed.
 */
export async function buildBucket(
  rows: BucketSnapshot,
  ids: EntryIds,
  { cluster, version }: Pick<Bucket, 'cluster' | 'version'>,
): Promise<BuiltBucket> {
  const readable = await readableRows(rows, ids)
  const high = Uint32Array.from(readable, (row) => ids.highOf(rows.entryOf(row)))
  const low = Uint32Array.from(readable, (row) => ids.lowOf(rows.entryOf(row)))
  const order = orderById(high, low)
  const entries = new BigUint64Array(order.length)
  const rowOf = new Uint32Array(order.length)
  const columns = COUNTER_NAMES.map(() => new Float64Array(order.length))
  const counters = new Float64Array(16)
  let count = 0
  for (let i = 0; i < order.length; i++) {
    const at = order[i]!
    const row = readable[at]!
    const isSame = i > 0 && high[order[i - 1]!] === high[at] && low[order[i - 1]!] === low[at]
    if (!isSame) {
      entries[count] = (BigInt(high[at]!) << 32n) | BigInt(low[at]!)
      rowOf[count] = row
      count += 1
    }
    rows.readCounters(row, counters)
    for (let c = 0; c < columns.length; c++)
      columns[c]![count - 1]! += countOrNaN(counters[FIRST_COUNTER + c]!)
    // oxlint-disable-next-line no-await-in-loop -- lets viewers be served meanwhile
    if (i % ROWS_PER_TURN === ROWS_PER_TURN - 1) await nextTurn()
  }
  const distinct = entries.subarray(0, count)
  const bucket: Bucket = {
    cluster,
    version,
    start: rows.start,
    seconds: secondsOf(rows, readable),
    entries: distinct,
    keyOf: (entry) => rows.decode(rowOf[indexOf(distinct, entry)]!),
    ...(Object.fromEntries(
      COUNTER_NAMES.map((name, c) => [name, columns[c]!.subarray(0, count)]),
    ) as unknown as CounterColumns), // Each column by its name.
  }
  return { bucket, unreadable: rows.count - readable.length }
}

/** Fills the cache with the ids of the rows. Returns the rows that have one. */
async function readableRows(rows: BucketSnapshot, ids: EntryIds): Promise<Uint32Array> {
  const readable = new Uint32Array(rows.count)
  let count = 0
  let added = 0
  for (let row = 0; row < rows.count; row++) {
    if (!ids.has(rows, row)) {
      added += 1
      // oxlint-disable-next-line no-await-in-loop -- lets viewers be served meanwhile
      if (added % NEW_IDS_PER_TURN === 0) await nextTurn()
      try {
        ids.add(rows, row)
      } catch {
        continue
      }
    }
    readable[count] = row
    count += 1
  }
  return readable.subarray(0, count)
}

/** How long all records are; {@link BUCKET_SECONDS} where they differ, or are no whole buckets long. */
function secondsOf(rows: BucketSnapshot, readable: Uint32Array): number {
  const [first] = readable
  const seconds = first === undefined ? BUCKET_SECONDS : rows.secondsOf(first)
  const isWhole = seconds > 0 && seconds <= MAX_SECONDS && seconds % BUCKET_SECONDS === 0
  if (!isWhole || seconds === BUCKET_SECONDS) return BUCKET_SECONDS
  return readable.every((row) => rows.secondsOf(row) === seconds) ? seconds : BUCKET_SECONDS
}

/** Binary search in ascending ids. Throws RangeError for an id that is not there. */
function indexOf(ids: BigUint64Array, wanted: EntryId): number {
  let from = 0
  let to = ids.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if (ids[middle]! < wanted) from = middle + 1
    else to = middle
  }
  if (ids[from] !== wanted) throw new RangeError(`entry ${wanted} is not of this bucket`)
  return from
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}
