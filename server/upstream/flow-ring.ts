import { fromBinary, toBinary } from '@bufbuild/protobuf'

import { bucketStart, BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import type { MissingRange } from '../../src/wire/freshness.ts'
import { MalformedRecordError } from '../../src/wire/record-reader.ts'
import { BucketReader, firstBucketFrom } from './ring/bucket-reader.ts'
import { ChunkCache } from './ring/chunk-cache.ts'
import { EntryTable } from './ring/entry-table.ts'
import { type EncodedRecords, FrameEncoder } from './ring/frame-encoder.ts'
import { endOfRecordAt, entryAt, HeldBucket } from './ring/held-bucket.ts'
import { rangesBetween } from './ring/missing-ranges.ts'
import { RecordSlices } from './ring/record-slices.ts'
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

/**
 * Goldmane's hour in memory: each record once, by bucket and key. It is filled by one stream from Goldmane and read by
 * any number of viewers, each from its own position on and with its own view.
 *
 * Keys and label lists are kept once; a record takes about 25 bytes. Frames are put together when they are sent.
 */
export class FlowRing {
  readonly #maxBytes: number
  readonly #views: ViewCache
  readonly #entries: EntryTable
  readonly #encoder: FrameEncoder
  readonly #chunks: ChunkCache
  readonly #record = new RecordSlices()
  readonly #strays = new StrayRecords()
  readonly #buckets = new Map<number, HeldBucket>()
  /** The same buckets, ascending. */
  #sorted: HeldBucket[] = []
  /** The same buckets, the one that was published to last at the end. */
  #byPublish: HeldBucket[] = []
  #unpublished = new Set<HeldBucket>()
  readonly #readers = new Set<BucketReader>()
  #publishes = 0
  #bucketSerial = 0
  #bucketBytes = 0
  #records = 0
  #evicted = 0
  #evictedThrough: number | null = null

  constructor(options: { readonly maxBytes: number }) {
    this.#maxBytes = options.maxBytes
    this.#entries = new EntryTable((key) => this.#views.onKeyFreed(key))
    this.#views = new ViewCache(this.#entries)
    this.#encoder = new FrameEncoder(this.#entries)
    this.#chunks = new ChunkCache(Math.min(MAX_CHUNK_CACHE_BYTES, options.maxBytes / 8))
  }

  /** The start of the newest bucket held, Unix seconds; null while nothing is held. */
  get newestBucket(): number | null {
    return this.#sorted.at(-1)?.start ?? null
  }

  get oldestBucket(): number | null {
    return this.#sorted[0]?.start ?? null
  }

  get records(): number {
    return this.#records
  }

  /** Bytes allocated for what is held. The frames that are shared for a while, at most 16 MB, come on top. */
  get bytes(): number {
    return this.#bucketBytes + this.#entries.byteLength + this.#views.byteLength
  }

  get keys(): number {
    return this.#entries.keys.size
  }

  /** Records that were dropped before they were an hour old: for memory, or because Goldmane's clock was set. */
  get evicted(): number {
    return this.#evicted
  }

  /** The start of the newest bucket that was dropped for memory; null for none. */
  get evictedThrough(): number | null {
    return this.#evictedThrough
  }

  /** Buckets between the oldest and the newest of which nothing is held. */
  missing(): readonly MissingRange[] {
    return rangesBetween(this.#sorted.map(({ start }) => start))
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
      const newest = this.newestBucket
      const bucket = bucketStart(startTime)
      if (newest === null) return this.#store(bucket)
      const isStray = bucket > newest + MAX_STEP_FORWARDS_S || bucket < newest - MAX_STEP_BACKWARDS_S
      if (isStray) return this.#keepAside(bucket)
      this.#strays.clear()
      return bucket < newest - HELD_SECONDS ? 'outside' : this.#store(bucket)
    } catch (error) {
      if (error instanceof MalformedRecordError) return 'malformed'
      throw error
    }
  }

  /** Shows the readers what was appended. */
  publish(): void {
    if (this.#unpublished.size === 0) return
    this.#publishes++
    const buckets = [...this.#unpublished]
    this.#unpublished = new Set()
    for (const bucket of buckets) bucket.publish(this.#publishes)
    this.#byPublish = [...this.#byPublish.filter((each) => !buckets.includes(each)), ...buckets]
    for (const reader of this.#readers) reader.onPublish(buckets)
  }

  /**
   * Opens a reader of all records from the bucket on that `from` (Unix seconds) is in, or, with null, of the buckets after
   * the newest one held, so that it begins with a whole bucket. It must be closed.
   */
  openReader(view: RingView, from: number | null): RingReader {
    const newest = this.newestBucket
    const firstBucket = from !== null ? firstBucketFrom(from) : newest === null ? 0 : newest + BUCKET_SECONDS
    const reader = new BucketReader(this.#sourceFor(view), firstBucket)
    this.#readers.add(reader)
    return reader
  }

  #sourceFor(view: RingView): ConstructorParameters<typeof BucketReader>[0] {
    const publishes = (): number => this.#publishes
    return {
      get publishes() {
        return publishes()
      },
      publishedSince: (publish) => this.#publishedSince(publish),
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
    if (this.#sorted.length === 1 && this.#sorted[0]?.start === start && this.bytes > this.#maxBytes) {
      this.#evicted++
      return 'outside'
    }
    const entry = this.#entries.intern(record, knownKey)
    this.#entries.retain(entry)
    const bucket = this.#buckets.get(start) ?? this.#addBucket(start)
    const before = bucket.byteLength
    const key = this.#entries.keyOf[entry]!
    if (record.isCompact) bucket.add(key, entry, record.bytes, record.countersStart, record.countersEnd)
    else bucket.addRaw(key, entry, record.bytes.slice())
    this.#bucketBytes += bucket.byteLength - before
    this.#records++
    this.#unpublished.add(bucket)
    this.#dropOld()
    return 'stored'
  }

  #keepAside(start: number): Appended {
    const believed = this.#strays.add(start, this.#record.bytes)
    if (believed === null) return 'outside'
    const newest = Math.max(...believed.map((message) => this.#bucketOf(message)))
    // Forwards, old buckets leave by their age. Backwards, everything held is from a future that does not come.
    const future = this.#sorted.filter((bucket) => bucket.start > newest + HELD_SECONDS)
    for (const bucket of future) {
      this.#evicted += bucket.count
      this.#drop(bucket)
    }
    if (future.length > 0) {
      this.#evictedThrough = null
      for (const reader of this.#readers) reader.onClockSetBack(newest - HELD_SECONDS)
    }
    let last: Appended = 'outside'
    for (const message of believed) {
      this.#readRecord(message)
      last = this.#store(this.#bucketOf(message))
    }
    return last
  }

  #bucketOf(message: Uint8Array): number {
    this.#readRecord(message)
    return bucketStart(this.#record.startTime)
  }

  #addBucket(start: number): HeldBucket {
    const bucket = new HeldBucket(start, ++this.#bucketSerial)
    this.#buckets.set(start, bucket)
    this.#sorted = [...this.#sorted, bucket].sort((a, b) => a.start - b.start)
    this.#bucketBytes += bucket.byteLength
    for (const each of this.#sorted.slice(0, -2)) {
      const before = each.byteLength
      each.trim()
      this.#bucketBytes += each.byteLength - before
    }
    return bucket
  }

  /** Drops the buckets that are over an hour older than the newest, and the oldest while there are too many bytes. */
  #dropOld(): void {
    const newest = this.newestBucket ?? 0
    for (let oldest = this.#sorted[0]; oldest !== undefined; oldest = this.#sorted[0]) {
      const isOld = oldest.start < newest - HELD_SECONDS
      if (!isOld && (this.#sorted.length === 1 || this.bytes <= this.#maxBytes)) return
      if (!isOld) {
        this.#evicted += oldest.count
        this.#evictedThrough = oldest.start
      }
      this.#drop(oldest)
    }
  }

  #drop(bucket: HeldBucket): void {
    this.#buckets.delete(bucket.start)
    this.#sorted = this.#sorted.filter((each) => each !== bucket)
    this.#byPublish = this.#byPublish.filter((each) => each !== bucket)
    this.#unpublished.delete(bucket)
    this.#bucketBytes -= bucket.byteLength
    this.#records -= bucket.count
    for (const reader of this.#readers) reader.onEvicted(bucket)
    const { data, length } = bucket
    for (let at = 0; at < length; at = endOfRecordAt(data, at)) this.#entries.release(entryAt(data, at))
  }

  #publishedSince(publish: number): readonly HeldBucket[] {
    const buckets: HeldBucket[] = []
    for (let i = this.#byPublish.length - 1; i >= 0; i--) {
      const bucket = this.#byPublish[i]!
      if (bucket.lastPublish <= publish) break
      buckets.push(bucket)
    }
    return buckets.sort((a, b) => a.start - b.start)
  }

  #encode(view: RingView, bucket: HeldBucket, start: number, maxBytes: number): EncodedRecords {
    const verdicts = this.#views.verdictsOf(view)
    if (maxBytes < CHUNK_BYTES) return this.#encoder.encode(bucket, start, verdicts, maxBytes)
    const key = `${verdicts.serial}/${bucket.serial}/${start}`
    const known = this.#chunks.get(key)
    if (known !== undefined) return known
    const chunk = this.#encoder.encode(bucket, start, verdicts, CHUNK_BYTES)
    this.#chunks.put(key, chunk)
    return chunk
  }
}
