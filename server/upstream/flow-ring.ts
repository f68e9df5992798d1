import { fromBinary, toBinary } from '@bufbuild/protobuf'

import { bucketStart, BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { reachesFarBefore, RECENT_SECONDS } from '../../src/flows/new-since.ts'
import { FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import type { MissingRange } from '../../src/wire/freshness.ts'
import { MalformedRecordError } from '../../src/wire/wire-reader.ts'
import { Subscribers } from '../../src/lib/observable.ts'
import { BucketReader, type ReaderSource } from './ring/bucket-reader.ts'
import { BucketSnapshot } from './ring/bucket-snapshot.ts'
import { ChunkCache } from './ring/chunk-cache.ts'
import { type DeniedPair, DeniedPairs } from './ring/denied-pairs.ts'
import { EntryTable } from './ring/entry-table.ts'
import { type EncodedRecords, FrameEncoder } from './ring/frame-encoder.ts'
import { endOfRecordAt, entryAt, type HeldBucket } from './ring/held-bucket.ts'
import { HeldBuckets } from './ring/held-buckets.ts'
import { RecordSlices } from './ring/record-slices.ts'
import { RecordScan } from './ring/record-scan.ts'
import type { RingReader, RingView } from './ring/ring-view.ts'
import { StrayRecords } from './ring/stray-records.ts'
import { ViewCache } from './ring/view-cache.ts'

/** Seconds: what is held, as Goldmane does. */
const HELD_SECONDS = 3600
/**
 * A record this much newer than the newest one, or this much older, is believed only together with others: see
 * StrayRecords. Backwards it is two hours, because the filling of gaps may ask for buckets that leave meanwhile.
 */
const MAX_STEP_FORWARDS_S = HELD_SECONDS
const MAX_STEP_BACKWARDS_S = 2 * HELD_SECONDS
/** Frames that are encoded at a time, and shared. */
const CHUNK_BYTES = 64 * 1024
const MAX_CHUNK_CACHE_BYTES = 16 * 2 ** 20

/**
 * What became of a record. `known`: the ring has one of this key and bucket. `outside`: it is older than the hour held, or
 * the memory is full, or it is far from all others and kept aside until more such records come. `malformed`: it is no
 * goldmane.FlowResult.
 */
export type Appended = 'stored' | 'known' | 'outside' | 'malformed'

export interface RingChanges {
  readonly publish: number
  readonly buckets: readonly Pick<HeldBucket, 'start' | 'publishedCount' | 'publishedLength'>[]
}

/**
 * Goldmane's hour in memory: each record once, by bucket and key. It is filled by one stream from Goldmane and read by
 * any number of viewers, each from its own position on and with its own view.
 *
 * Keys and label lists are kept once; a record takes about 25 bytes. Frames are put together when they are sent.
 */
export class FlowRing {
  readonly #maxBytes: number
  readonly #buckets = new HeldBuckets()
  readonly #entries: EntryTable
  readonly #denied = new DeniedPairs()
  readonly #views: ViewCache
  readonly #encoder: FrameEncoder
  readonly #chunks: ChunkCache
  readonly #record = new RecordSlices()
  readonly #strays = new StrayRecords()
  readonly #readers = new Set<BucketReader>()
  readonly #subscribers = new Subscribers()
  #evicted = 0
  #evictedThrough: number | null = null

  constructor(options: { readonly maxBytes: number }) {
    this.#maxBytes = options.maxBytes
    this.#entries = new EntryTable({
      onKeyAdded: (code, key) => this.#denied.onKeyAdded(code, key),
      onKeyFreed: (code) => {
        this.#denied.onKeyFreed(code)
        this.#views.onKeyFreed(code)
      },
    })
    this.#views = new ViewCache(this.#entries)
    this.#encoder = new FrameEncoder(this.#entries)
    this.#chunks = new ChunkCache(Math.min(MAX_CHUNK_CACHE_BYTES, options.maxBytes / 8))
  }

  /** The start of the newest bucket held, Unix seconds; null while nothing is held. */
  get newestBucket(): number | null {
    return this.#buckets.newest?.start ?? null
  }

  get oldestBucket(): number | null {
    return this.#buckets.oldest?.start ?? null
  }

  get records(): number {
    return this.#buckets.records
  }

  /** Bytes allocated for what is held. The frames that are shared for a while, at most 16 MB, come on top. */
  get bytes(): number {
    const { byteLength } = this.#entries
    return this.#buckets.byteLength + byteLength + this.#views.byteLength + this.#denied.byteLength
  }

  get keys(): number {
    return this.#entries.keys.size
  }

  /** Records that were dropped before they were an hour old: for memory, or because Goldmane's clock was set back. */
  get evicted(): number {
    return this.#evicted
  }

  /** The start of the newest bucket that was dropped for memory; null for none. */
  get evictedThrough(): number | null {
    return this.#evictedThrough
  }

  /** Buckets between the oldest and the newest of which nothing is held. */
  missing(): readonly MissingRange[] {
    return this.#buckets.missing()
  }

  /**
   * The pairs that have denied records. One is new when its first one is of the last five minutes held; `tellsNew` is false
   * while too little is held from before them. No record is looked at: it costs a step for each denied key, and one for
   * each byte of the buckets' bitmaps of keys.
   */
  deniedPairs(): { readonly pairs: readonly DeniedPair[]; readonly tellsNew: boolean } {
    const { oldest, newest } = this.#buckets
    if (oldest === null || newest === null) return { pairs: [], tellsNew: false }
    const since = newest.start + BUCKET_SECONDS - RECENT_SECONDS
    const pairs = this.#denied.list(this.#buckets.keysBefore(since))
    return { pairs, tellsNew: reachesFarBefore(oldest.start, since) }
  }

  /** Ids of the upstream are void after it was opened again. The ring's own ids stay. */
  forgetUpstreamIds(): void {
    this.#entries.forgetHints()
  }

  /** Stores an encoded goldmane.FlowResult, whose bytes are copied. Readers see it after `publish`. */
  append(message: Uint8Array): Appended {
    try {
      this.#readRecord(message)
      const { startTime } = this.#record
      if (startTime <= 0 || !Number.isSafeInteger(startTime)) return 'malformed'
      const bucket = bucketStart(startTime)
      const newest = this.newestBucket ?? bucket
      if (bucket > newest + MAX_STEP_FORWARDS_S || bucket < newest - MAX_STEP_BACKWARDS_S)
        return this.#keepAside(bucket)
      this.#strays.clear()
      return bucket < newest - HELD_SECONDS ? 'outside' : this.#store(bucket)
    } catch (error) {
      if (error instanceof MalformedRecordError) return 'malformed'
      throw error
    }
  }

  /** Shows the readers what was appended. */
  publish(): void {
    const changed = this.#buckets.publish()
    if (changed.length === 0) return
    for (const reader of this.#readers) reader.onPublish(changed)
    this.#subscribers.notify()
  }

  /** Calls back after each publish, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    return this.#subscribers.subscribe(listener)
  }

  /** The number of publishes so far, and the buckets that were published to after that publish, ascending. */
  changesSince(publish: number): RingChanges {
    return { publish: this.#buckets.publishes, buckets: this.#buckets.publishedSince(publish) }
  }

  /** The published records of a bucket, for who stores them; null when it is not held. It must be released. */
  rowsOf(start: number): BucketSnapshot | null {
    const bucket = this.#buckets.get(start)
    return bucket === undefined || bucket.publishedCount === 0
      ? null
      : new BucketSnapshot(this.#entries, bucket)
  }

  /**
   * Opens a reader of all records from the bucket on that `from` (Unix seconds) is in, or, with null, of the buckets after
   * the newest one held, so that it begins with a whole bucket. It must be closed.
   */
  openReader(view: RingView, from: number | null): RingReader {
    const nextBucket = this.newestBucket === null ? 0 : this.newestBucket + BUCKET_SECONDS
    const reader = new BucketReader(this.#sourceFor(view), from === null ? nextBucket : bucketStart(from))
    this.#readers.add(reader)
    return reader
  }

  /** Opens a scan of the records that a view shows in the buckets that start in [gte, lt), Unix seconds. */
  scan(view: RingView, gte: number, lt: number): RecordScan {
    const buckets = this.#buckets.ascending.filter(({ start }) => start >= gte && start < lt)
    return new RecordScan(this.#entries, view, buckets, () => this.#buckets.drops)
  }

  #sourceFor(view: RingView): ReaderSource {
    return {
      publishes: () => this.#buckets.publishes,
      publishedSince: (publish) => this.#buckets.publishedSince(publish),
      encode: (bucket, start, maxBytes) => this.#encode(view, bucket, start, maxBytes),
      onClose: (reader) => this.#readers.delete(reader),
    }
  }

  /** @throws MalformedRecordError */
  #readRecord(message: Uint8Array): void {
    this.#record.read(message)
    if (this.#record.isCompact) return
    // Kept whole, so it must be readable as a whole. Written anew it says the same, each field in one piece.
    try {
      const result = fromBinary(FlowResultSchema, message)
      if (!this.#record.isExact) this.#record.read(toBinary(FlowResultSchema, result))
    } catch (error) {
      throw new MalformedRecordError(error instanceof Error ? error.message : String(error))
    }
  }

  #store(start: number): Appended {
    const record = this.#record
    if (this.#evictedThrough !== null && start <= this.#evictedThrough) return 'outside'
    const knownKey = this.#entries.findKey(record)
    if (knownKey >= 0 && this.#buckets.get(start)?.hasKey(knownKey) === true) return 'known'
    const isOnlyBucket = this.oldestBucket === start && this.newestBucket === start
    if (isOnlyBucket && this.bytes > this.#maxBytes) {
      this.#evicted++
      return 'outside'
    }
    const entry = this.#entries.intern(record, knownKey)
    this.#entries.retain(entry)
    this.#buckets.append(start, (bucket) => {
      const key = this.#entries.keyOf[entry]!
      if (record.isCompact) bucket.add(key, entry, record.bytes, record.countersStart, record.countersEnd)
      else bucket.addRaw(key, entry, record.bytes.slice())
    })
    this.#dropOld()
    return 'stored'
  }

  #keepAside(start: number): Appended {
    const believed = this.#strays.add(start, this.#record.bytes)
    if (believed === null) return 'outside'
    const newest = Math.max(...believed.map((stray) => stray.bucket))
    // Forwards, old buckets leave by their age. Backwards, what is newer is from a future that does not come.
    const future = this.#buckets.ascending.filter((bucket) => bucket.start > newest + HELD_SECONDS)
    for (const bucket of future) {
      this.#evicted += bucket.count
      this.#drop(bucket)
    }
    if (future.length > 0) {
      this.#evictedThrough = null
      for (const reader of this.#readers) reader.onClockSetBack(newest - HELD_SECONDS)
    }
    let last: Appended = 'outside'
    for (const { bucket, message } of believed) {
      this.#readRecord(message)
      last = this.#store(bucket)
    }
    return last
  }

  /** Drops the buckets that are over an hour older than the newest, and the oldest while there are too many bytes. */
  #dropOld(): void {
    for (;;) {
      const { oldest, newest } = this.#buckets
      if (oldest === null || newest === null || oldest === newest) return
      const isOld = oldest.start < newest.start - HELD_SECONDS
      if (!isOld && this.bytes <= this.#maxBytes) return
      if (!isOld) {
        this.#evicted += oldest.count
        this.#evictedThrough = oldest.start
      }
      this.#drop(oldest)
    }
  }

  #drop(bucket: HeldBucket): void {
    this.#buckets.remove(bucket)
    for (const reader of this.#readers) reader.onEvicted(bucket)
    const { data, length } = bucket
    for (let at = 0; at < length; at = endOfRecordAt(data, at)) this.#entries.release(entryAt(data, at))
  }

  #encode(view: RingView, bucket: HeldBucket, start: number, maxBytes: number): EncodedRecords {
    const verdicts = this.#views.verdictsOf(view)
    if (maxBytes < CHUNK_BYTES) return this.#encoder.encode(bucket, start, verdicts, maxBytes)
    const key = `${verdicts.serial}/${bucket.serial}/${start}`
    const known = this.#chunks.get(key)
    if (known !== undefined) return { ...known, work: 0 }
    const chunk = this.#encoder.encode(bucket, start, verdicts, CHUNK_BYTES)
    this.#chunks.put(key, chunk)
    return chunk
  }
}
