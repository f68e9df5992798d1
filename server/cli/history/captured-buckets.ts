/** Makes buckets for the history of a capture's records. */
import { BUCKET_SECONDS, bucketStart } from '../../../src/flows/bucket.ts'
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { Flow, FlowKey, LabelledKey } from '../../../src/flows/flow.ts'
import { formatCount, formatPlural } from '../../../src/lib/format.ts'
import { entryId } from '../../history/entry-id.ts'
import type { Bucket, EntryId } from '../../history/history-store.ts'
import { isFarAhead } from '../../history/writer/clock-bound.ts'
import { bucketOfRows, countOrNaN, type SummedRow } from '../../history/writer/summed-rows.ts'

/** A longer record says too little of when something was: its hour of the roll-up would hold a day. */
const MAX_RECORD_SECONDS = 86_400
/** Unix seconds, in 2106: both engines have times of 32 bits. */
const MAX_TIME = 2 ** 32 - 1
/** A bucket is held in memory as a whole: some 300 bytes an entry. */
const MAX_BUCKET_ENTRIES = 1_000_000

/** Counts the records that the history cannot hold. */
export class LeftOutRecords {
  #timeless = 0
  #long = 0
  #late = 0
  #ahead = 0
  #many = 0
  /** Unix milliseconds. */
  readonly #now: number

  constructor(now: number) {
    this.#now = now
  }

  /** Whether a record has a place in the history, as far as its times tell. */
  takes({ startTime, endTime }: Flow): boolean {
    if (startTime <= 0) this.#timeless += 1
    else if (Math.max(startTime, endTime) > MAX_TIME - BUCKET_SECONDS) this.#late += 1
    else if (isFarAhead(startTime, this.#now)) this.#ahead += 1
    else if (endTime - startTime > MAX_RECORD_SECONDS) this.#long += 1
    else return true
    return false
  }

  addOneOfTooMany(): void {
    this.#many += 1
  }

  /** A line for each reason. */
  lines(): readonly string[] {
    const reasons: readonly (readonly [number, string])[] = [
      [this.#timeless, 'without a time'],
      [this.#long, 'longer than a day'],
      [this.#late, 'of a time after the year 2105'],
      [this.#ahead, "of a time more than a day ahead of this machine's clock"],
      [this.#many, `of a bucket that has ${formatCount(MAX_BUCKET_ENTRIES)} others`],
    ]
    return reasons.flatMap(([count, why]) =>
      count === 0 ? [] : [`Not stored: ${formatPlural(count, 'record')} ${why}`],
    )
  }
}

/** How many records a bucket was made of: those of one entry are summed to one row. */
export interface CapturedBucket {
  readonly bucket: Bucket
  readonly records: number
}

/**
 * The buckets of records that come in the order of their start. The records of an entry that begin in one bucket are
 * summed. All records of a bucket are as long as its longest one, rounded up to the end of a bucket, so that none looks
 * more precise than it is.
 */
export async function* capturedBuckets(
  flows: AsyncIterable<readonly Flow[]>,
  cluster: string,
  leftOut: LeftOutRecords,
): AsyncGenerator<CapturedBucket> {
  const ids = new EntryIds()
  let open: OpenBucket | null = null
  for await (const batch of flows) {
    for (const flow of batch) {
      const start = bucketStart(flow.startTime)
      if (open !== null && open.start !== start) {
        yield open.close(cluster)
        open = null
      }
      open ??= new OpenBucket(start)
      if (!open.add(ids.of(flow), flow)) leftOut.addOneOfTooMany()
    }
  }
  if (open !== null) yield open.close(cluster)
}

interface KnownEntry {
  readonly subject: LabelledKey
  readonly id: EntryId
}

/** Caches the ids: the reader gives records of one entry the same objects, and hashing them takes some 20 µs. */
class EntryIds {
  readonly #known = new WeakMap<FlowKey, KnownEntry>()

  of(flow: LabelledKey): EntryId {
    const known = this.#known.get(flow.key)
    const { sourceLabels, destLabels } = flow
    if (known?.subject.sourceLabels === sourceLabels && known.subject.destLabels === destLabels)
      return known.id
    const id = entryId(flow)
    this.#known.set(flow.key, { subject: flow, id })
    return id
  }
}

class OpenBucket {
  readonly start: number
  readonly #rows = new Map<EntryId, SummedRow>()
  #records = 0
  #seconds = BUCKET_SECONDS

  constructor(start: number) {
    this.start = start
  }

  /** False for a record of an entry that the bucket has no room for. */
  add(id: EntryId, flow: Flow): boolean {
    const known = this.#rows.get(id)
    if (known === undefined && this.#rows.size >= MAX_BUCKET_ENTRIES) return false
    const row = known ?? {
      key: { key: flow.key, sourceLabels: flow.sourceLabels, destLabels: flow.destLabels },
      counters: new Float64Array(COUNTER_NAMES.length).fill(Number.NaN),
    }
    if (known === undefined) this.#rows.set(id, row)
    for (const [i, name] of COUNTER_NAMES.entries()) addCount(row.counters, i, flow[name])
    this.#records += 1
    this.#seconds = Math.max(this.#seconds, roundedUp(flow.endTime - this.start))
    return true
  }

  close(cluster: string): CapturedBucket {
    const version = versionOf(this.start, this.#records)
    const bucket = bucketOfRows(this.#rows, { cluster, version, start: this.start, seconds: this.#seconds })
    return { bucket, records: this.#records }
  }
}

/**
 * The same for the same records, so that a second import changes nothing; later for more of them; and always before the
 * end of the bucket, so that what a gateway has recorded itself, whose clock was past it, is never replaced.
 */
function versionOf(start: number, records: number): number {
  return start * 1000 + Math.min(records, BUCKET_SECONDS * 1000 - 1)
}

function roundedUp(seconds: number): number {
  return Math.ceil(seconds / BUCKET_SECONDS) * BUCKET_SECONDS
}

/** Adds a count to a sum that is NaN as long as none of its records has it. */
function addCount(sums: Float64Array, i: number, value: number | null): void {
  const count = countOrNaN(value)
  if (Number.isNaN(count)) return
  const before = sums[i]!
  sums[i] = Number.isNaN(before) ? count : before + count
}
