/**
 * Fills the gaps of a live stream: Goldmane restarts empty, and gets minutes of flows again from its nodes, which reach
 * List and no stream. Behind a plain proxy it tries by itself some time after a stream was resumed, and once more later;
 * behind a gateway of ours, which does the same for all of its viewers, only when the reader asks.
 */
import { BUCKET_SECONDS, bucketStart } from '../../flows/bucket.ts'
import type { Clock } from '../../lib/clock.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { GapFill } from '../live-report.ts'
import type { TimeRange } from '../protocol.ts'

/** Milliseconds after a resumption: Felix comes back within 10 s and then resends five minutes. */
const FIRST_TRY_MS = 30_000
const SECOND_TRY_MS = 120_000
/** The upper bound of what is added at random, so that the pages of a restarted Goldmane do not ask all at once. */
const MAX_JITTER_MS = 30_000
/** Goldmane's hour. */
const MAX_BUCKETS = 240

export interface GapFillerOptions {
  /** The encoded records of the bucket that starts at a time (Unix seconds). */
  readonly list: (bucket: number, signal: AbortSignal) => Promise<readonly Uint8Array[]>
  /** What is missing now: times of which nothing, or not all, was received. */
  readonly missing: () => readonly TimeRange[]
  /** Stores records and returns how many were new. */
  readonly store: (records: readonly Uint8Array[]) => number
  /** Called when `state` has changed. */
  readonly onChange: () => void
  /** Aborted when the source is closed. */
  readonly signal: AbortSignal
  readonly clock: Clock
  /** Returns numbers in [0, 1). */
  readonly random: () => number
}

export class GapFiller {
  /** The newest attempt; null before the first one. */
  state: GapFill | null = null
  readonly #options: GapFillerOptions
  #cancelTries: () => void = () => undefined
  /** Where the earliest gap begins that the pending tries are for. */
  #resumedFrom: number | null = null

  constructor(options: GapFillerOptions) {
    this.#options = options
    options.signal.addEventListener('abort', () => this.cancelTries())
  }

  /** Schedules two tries to fill what is missing from `from` on (Unix seconds), where a stream was resumed. */
  onResume(from: number): void {
    const { clock, random, signal } = this.#options
    if (signal.aborted) return
    this.#cancelTries()
    this.#resumedFrom = Math.min(from, this.#resumedFrom ?? from)
    const range = { from: this.#resumedFrom, to: Number.POSITIVE_INFINITY }
    const jitter = random() * MAX_JITTER_MS
    const cancelFirst = clock.after(FIRST_TRY_MS + jitter, () => void this.request(range))
    const cancelSecond = clock.after(SECOND_TRY_MS + jitter, () => {
      this.#resumedFrom = null
      void this.request(range)
    })
    this.#cancelTries = () => {
      cancelFirst()
      cancelSecond()
    }
  }

  /** Drops the tries that are still to come. */
  cancelTries(): void {
    this.#cancelTries()
    this.#resumedFrom = null
  }

  /** Asks for each missing bucket in a range, one after another. Does nothing while it asks, or when nothing is missing. */
  async request(range: TimeRange): Promise<void> {
    const { list, store, signal } = this.#options
    const buckets = this.#missingBuckets(range)
    const [first] = buckets
    const last = buckets.at(-1)
    if (this.state?.state === 'asking' || first === undefined || last === undefined) return
    const asked = { from: first, to: last + BUCKET_SECONDS }
    let found = 0
    this.#setState({ state: 'asking', range: asked })
    try {
      for (const bucket of buckets) found += store(await list(bucket, signal))
      this.#setState({ state: 'done', range: asked, found })
    } catch (error) {
      if (!signal.aborted) this.#setState({ state: 'failed', range: asked, found, trouble: toTrouble(error) })
    }
  }

  /** The starts of the missing buckets in a range, oldest first; of too many the newest. */
  #missingBuckets({ from, to }: TimeRange): readonly number[] {
    const starts = new Set<number>()
    for (const missing of this.#options.missing()) {
      const end = Math.min(to, missing.to)
      let start = Math.max(bucketStart(missing.from), from, end - MAX_BUCKETS * BUCKET_SECONDS)
      for (start = bucketStart(start); start < end; start += BUCKET_SECONDS) starts.add(start)
    }
    return [...starts].toSorted((a, b) => a - b).slice(-MAX_BUCKETS)
  }

  #setState(state: GapFill): void {
    this.state = state
    this.#options.onChange()
  }
}
