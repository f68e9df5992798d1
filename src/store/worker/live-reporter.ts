/**
 * Watches what a live source lacks: gaps, which it can fill, losses that the gateway tells of, and clocks that differ.
 * A chunk of its own, because the first records do not wait for it.
 */
import type { Clock } from '../../lib/clock.ts'
import { ClockSkew } from '../../source/clock-skew.ts'
import { type BucketSource, listBucket } from '../../source/missing-bucket.ts'
import type { Freshness } from '../../wire/freshness.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { LiveReport } from '../live-report.ts'
import type { TimeRange } from '../protocol.ts'
import { GapFiller } from './page-gap-filler.ts'

/** The gaps and losses that a page is told one by one. */
const MAX_TOLD_RANGES = 20

export interface LiveReporterOptions {
  readonly store: RecordStore
  readonly target: BucketSource
  /** Stores the encoded records of a missing bucket, through the scope if there is one. */
  readonly append: (records: readonly Uint8Array[]) => void
  /** The report has changed. */
  readonly onNews: () => void
  /** Aborted when the source is closed. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Returns numbers in [0, 1). */
  readonly random: () => number
}

export class LiveReporter {
  readonly #store: RecordStore
  readonly #onNews: () => void
  readonly #skew = new ClockSkew()
  readonly #filler: GapFiller
  /** The newest of this stream; null through a plain proxy. */
  #freshness: Freshness | null = null
  #lost: LiveReport['lost'] = []

  constructor({ store, target, append, onNews, signal, clock, random }: LiveReporterOptions) {
    this.#store = store
    this.#onNews = onNews
    this.#filler = new GapFiller({
      list: (bucket, ending) => listBucket(target, bucket, ending),
      missing: () => [...store.gapDetector.gaps(), ...this.#lost],
      store: (records) => {
        const before = store.rows.appended
        append(records)
        return store.rows.appended - before
      },
      onChange: () => this.#afterFill(),
      signal,
      clock,
      random,
    })
  }

  /** Seconds, as in {@link LiveReport}. */
  get clockSkew(): number {
    return this.#skew.seconds
  }

  report(): LiveReport {
    return {
      clockSkew: this.clockSkew,
      gaps: this.#store.gapDetector.gaps().slice(-MAX_TOLD_RANGES),
      lost: this.#lost,
      awaited: this.#freshness?.missing ?? [],
      evictedByGateway: this.#freshness?.evicted ?? 0,
      fill: this.#filler.state,
    }
  }

  /** A stream was opened that resumes at `from` (Unix seconds), where it may have left a gap; null for the first one. */
  onOpen(from: number | null): void {
    this.#freshness = null
    if (from !== null) this.#filler.onResume(from)
  }

  /** A record of a bucket that is newer than all before came now; both Unix seconds. */
  onBucket(start: number, now: number): void {
    this.#skew.add(start, now)
  }

  onFreshness(freshness: Freshness): void {
    this.#freshness = freshness
    // The gateway fills its gaps itself, and sends what it finds.
    this.#filler.cancelTries()
    const known = new Set(this.#lost.map(({ from, to }) => `${from} ${to}`))
    const added = freshness.lost.filter(({ from, to }) => !known.has(`${from} ${to}`))
    if (added.length > 0) this.#lost = [...this.#lost, ...added].slice(-MAX_TOLD_RANGES)
    this.#onNews()
  }

  /** Asks Goldmane for what is missing in a range. */
  async fillGaps(range: TimeRange): Promise<void> {
    await this.#filler.request(range)
  }

  #afterFill(): void {
    const fill = this.#filler.state
    // What was lost and then asked for completely is no loss any more.
    if (fill?.state === 'done')
      this.#lost = this.#lost.filter(({ from, to }) => from < fill.range.from || to > fill.range.to)
    this.#onNews()
  }
}
