import type { MissingRange } from '../../../src/wire/freshness.ts'
import { type EncodedRecords, WORK_PER_CALL } from './frame-encoder.ts'
import type { HeldBucket } from './held-bucket.ts'
import { addBucket } from './missing-ranges.ts'
import type { RingReader } from './ring-view.ts'

/** What a reader needs of the ring. */
export interface ReaderSource {
  /** The number of publishes so far. */
  publishes(): number
  /** The buckets that were published to after that publish, ascending. */
  publishedSince(publish: number): readonly HeldBucket[]
  encode(bucket: HeldBucket, start: number, maxBytes: number): EncodedRecords
  onClose(reader: BucketReader): void
}

/**
 * A position in each bucket. Sweeps over the buckets that have more than the reader took, in ascending order; the first
 * sweep is the back-fill, each later one takes what was published meanwhile. Since buckets only grow, and leave whole,
 * nothing comes twice and nothing is left out unnoticed.
 */
export class BucketReader implements RingReader {
  readonly #source: ReaderSource
  /** The start of the first bucket that is read. */
  #from: number
  /** Where in each bucket the next record begins; 0 for a bucket without a position. */
  readonly #positions = new Map<HeldBucket, number>()
  /** The buckets that this sweep has not read to their end, descending. */
  #sweep: HeldBucket[] = []
  /** The sweep takes all of what was published up to here. */
  #sweptThrough = 0
  #backFill: { sent: number; total: number } | null
  #lost: readonly MissingRange[] = []
  #listener: () => void = () => {}
  #resume: NodeJS.Immediate | null = null
  #work = 0

  constructor(source: ReaderSource, from: number) {
    this.#source = source
    this.#from = from
    this.#startSweep()
    const total = this.#sweep.reduce((sum, bucket) => sum + bucket.publishedCount, 0)
    this.#backFill = total === 0 ? null : { sent: 0, total }
  }

  get backFill(): { readonly sent: number; readonly total: number } | null {
    return this.#backFill === null ? null : { ...this.#backFill }
  }

  get work(): number {
    return this.#work
  }

  get lost(): readonly MissingRange[] {
    return this.#lost
  }

  read(maxBytes: number): Buffer | null {
    let work = 0
    for (;;) {
      const bucket = this.#nextBucket()
      if (bucket === null) return null
      const position = this.#positions.get(bucket) ?? 0
      const encoded = this.#source.encode(bucket, position, Math.max(1, maxBytes))
      this.#positions.set(bucket, encoded.end)
      this.#advanceBackFill(encoded.passed)
      this.#work += encoded.work
      if (encoded.frames.length > 0) return encoded.frames
      work += encoded.work
      if (work >= WORK_PER_CALL) {
        this.#resumeLater()
        return null
      }
    }
  }

  onMore(listener: () => void): void {
    this.#listener = listener
  }

  /** Called by the ring after each publish. */
  onPublish(buckets: readonly HeldBucket[]): void {
    if (buckets.some((bucket) => bucket.start >= this.#from)) this.#listener()
  }

  /** Called by the ring when a bucket leaves it. */
  onEvicted(bucket: HeldBucket): void {
    const position = this.#positions.get(bucket) ?? 0
    this.#positions.delete(bucket)
    this.#sweep = this.#sweep.filter((each) => each !== bucket)
    if (bucket.start < this.#from || position >= bucket.length) return
    this.#lost = addBucket(this.#lost, bucket.start)
  }

  /** Called by the ring when Goldmane's clock was set back: what comes is older than what the reader began with. */
  onClockSetBack(bucket: number): void {
    this.#from = Math.min(this.#from, bucket)
  }

  close(): void {
    if (this.#resume !== null) clearImmediate(this.#resume)
    this.#listener = () => {}
    this.#sweep = []
    this.#source.onClose(this)
  }

  #advanceBackFill(passed: number): void {
    const backFill = this.#backFill
    if (backFill !== null) backFill.sent = Math.min(backFill.sent + passed, backFill.total)
  }

  /** A view that shows next to nothing must not keep everybody else waiting while it passes over the rest. */
  #resumeLater(): void {
    this.#resume ??= setImmediate(() => {
      this.#resume = null
      this.#listener()
    })
  }

  /** The bucket to read from; null when the reader has all that was published. */
  #nextBucket(): HeldBucket | null {
    for (;;) {
      const bucket = this.#sweep.at(-1)
      if (bucket === undefined) {
        this.#backFill = null
        if (this.#sweptThrough === this.#source.publishes()) return null
        this.#startSweep()
      } else if ((this.#positions.get(bucket) ?? 0) < bucket.publishedLength) {
        return bucket
      } else {
        this.#sweep.pop()
      }
    }
  }

  #startSweep(): void {
    this.#sweep = this.#source
      .publishedSince(this.#sweptThrough)
      .filter((bucket) => bucket.start >= this.#from)
      .toReversed()
    this.#sweptThrough = this.#source.publishes()
  }
}
