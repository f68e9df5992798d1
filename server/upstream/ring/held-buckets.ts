import type { MissingRange } from '../../../src/wire/freshness.ts'
import { HeldBucket } from './held-bucket.ts'
import { rangesBetween } from './missing-ranges.ts'

/** The buckets of the ring, in order of time and in order of their last publish. */
export class HeldBuckets {
  /** The number of publishes, and of buckets that have left. */
  publishes = 0
  drops = 0
  #records = 0
  #bytes = 0
  #serial = 0
  readonly #byStart = new Map<number, HeldBucket>()
  #ascending: readonly HeldBucket[] = []
  /** The one that was published to last is at the end. */
  #byPublish: readonly HeldBucket[] = []
  readonly #unpublished = new Set<HeldBucket>()

  get oldest(): HeldBucket | null {
    return this.#ascending[0] ?? null
  }

  get newest(): HeldBucket | null {
    return this.#ascending.at(-1) ?? null
  }

  get ascending(): readonly HeldBucket[] {
    return this.#ascending
  }

  get records(): number {
    return this.#records
  }

  /** Bytes allocated. */
  get byteLength(): number {
    return this.#bytes
  }

  get(start: number): HeldBucket | undefined {
    return this.#byStart.get(start)
  }

  /** Adds a record by `add` to the bucket of that start, which is made if needed. */
  append(start: number, add: (bucket: HeldBucket) => void): void {
    const bucket = this.#byStart.get(start) ?? this.#addBucket(start)
    const before = bucket.byteLength
    add(bucket)
    this.#bytes += bucket.byteLength - before
    this.#records++
    this.#unpublished.add(bucket)
  }

  remove(bucket: HeldBucket): void {
    this.drops++
    bucket.isHeld = false
    this.#byStart.delete(bucket.start)
    this.#ascending = this.#ascending.filter((each) => each !== bucket)
    this.#byPublish = this.#byPublish.filter((each) => each !== bucket)
    this.#unpublished.delete(bucket)
    this.#bytes -= bucket.byteLength
    this.#records -= bucket.count
  }

  /** Shows readers what was appended. Returns the buckets that it was appended to. */
  publish(): readonly HeldBucket[] {
    if (this.#unpublished.size === 0) return []
    this.publishes++
    const others = this.#byPublish.filter((each) => !this.#unpublished.has(each))
    const changed = [...this.#unpublished]
    this.#unpublished.clear()
    this.#byPublish = [...others, ...changed]
    for (const bucket of changed) bucket.publish(this.publishes)
    return changed
  }

  /** The buckets that were published to after that publish, ascending. */
  publishedSince(publish: number): readonly HeldBucket[] {
    const first = this.#byPublish.findLastIndex((bucket) => bucket.lastPublish <= publish) + 1
    return this.#byPublish.slice(first).sort((a, b) => a.start - b.start)
  }

  /** The buckets between the oldest and the newest that are not held. */
  missing(): readonly MissingRange[] {
    return rangesBetween(this.#ascending.map(({ start }) => start))
  }

  /** A bit for each key that has a record in a bucket that starts before `since`, Unix seconds. */
  keysBefore(since: number): Uint8Array<ArrayBuffer> {
    let keys = new Uint8Array(0)
    for (const bucket of this.#ascending) if (bucket.start < since) keys = bucket.addKeysTo(keys)
    return keys
  }

  #addBucket(start: number): HeldBucket {
    const bucket = new HeldBucket(start, ++this.#serial)
    this.#byStart.set(start, bucket)
    this.#ascending = [...this.#ascending, bucket].sort((a, b) => a.start - b.start)
    this.#bytes += bucket.byteLength
    this.#trimAllBut(2)
    return bucket
  }

  /** Only the newest buckets are still filling; a late record makes an older one grow again. */
  #trimAllBut(newest: number): void {
    for (const bucket of this.#ascending.slice(0, -newest)) {
      const before = bucket.byteLength
      bucket.trim()
      this.#bytes += bucket.byteLength - before
    }
  }
}
