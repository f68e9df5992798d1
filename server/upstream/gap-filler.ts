/**
 * Fills gaps of the ring with what Flows.List has. After a restart of Goldmane its clients (Felix) come back later than
 * we do, and send the last five minutes again. Those flows are in Goldmane's List, and no stream ever brings them.
 */
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { MissingRange } from '../../src/wire/freshness.ts'
import type { Log } from '../lib/log.ts'
import type { BucketList } from './list-bucket.ts'
import type { RecordSink } from './record-sink.ts'

/** Milliseconds after a resume: Felix is back by then. The jitter keeps several gateways from asking together. */
const FIRST_PASS_MS = { min: 30_000, jitter: 30_000 }
/** Milliseconds after the first pass, for what was still missing. */
const SECOND_PASS_MS = { min: 120_000, jitter: 60_000 }
/** Passes after a resume. More of them are for those that ask by {@link GapFiller.fillGap}. */
const MAX_PASSES = 2
/** Seconds: Goldmane holds an hour. */
const MAX_AGE_S = 3600
/** Calls of {@link GapFiller.fillGap} that may wait for their turn. */
const MAX_WAITING = 16

/** Why a gap stays although Goldmane could be asked. */
export const OVER_AN_HOUR = 'Goldmane holds one hour only'
export const NO_FLOWS_THERE = 'Goldmane has no flows of it'

export interface GapFillerOptions {
  readonly ring: RecordSink
  readonly log: Log
  readonly clock: Clock
  readonly random: () => number
  /** Lists one bucket. It takes the records to the ring. */
  readonly listBucket: (bucket: number, signal: AbortSignal) => Promise<BucketList>
  /** See {@link OnGapStays}. */
  readonly onGapStays?: OnGapStays
}

/**
 * Called with the buckets after a break of the stream that neither a stream nor List has brought, once nobody asks for
 * them any more. `why` is a sentence without a full stop.
 */
export type OnGapStays = (ranges: readonly MissingRange[], why: string) => void

export interface GapFillOutcome {
  /** The records that the ring did not hold before. */
  readonly records: number
  /** What is still missing of the range. */
  readonly missing: readonly MissingRange[]
  /** Why not all was asked for: a sentence without a full stop; null when it was. */
  readonly failure: string | null
}

export class GapFiller {
  readonly #options: GapFillerOptions
  /** Unix seconds: gaps are looked for from this bucket on; null when nothing is suspected. */
  #suspectFrom: number | null = null
  #cancelTimer = () => {}
  #cancelLists = new AbortController()
  /** One List at a time. */
  #tail: Promise<unknown> = Promise.resolve()
  #waiting = 0
  #closed = false

  constructor(options: GapFillerOptions) {
    this.#options = options
  }

  /** Must be called when the stream broke or stood still: what comes after the newest bucket may be missing. */
  onBreak(): void {
    const { newestBucket } = this.#options.ring
    if (newestBucket !== null) this.#suspectFrom = Math.min(this.#suspectFrom ?? Infinity, newestBucket)
  }

  /**
   * Must be called after a start, with the bucket from which on records are missing that the stream has not brought: of a
   * Goldmane that was started at the same time its clients may send them later.
   */
  onLateStart(from: number): void {
    this.#suspectFrom = Math.min(this.#suspectFrom ?? Infinity, from - BUCKET_SECONDS)
    this.#schedule(FIRST_PASS_MS, 1)
  }

  /** Must be called when the stream is gone; cancels what is being asked. */
  onStreamEnd(): void {
    this.#cancelTimer()
    this.#cancelLists.abort()
    this.#cancelLists = new AbortController()
  }

  /** Must be called when Goldmane has answered again. Gaps since the break are looked for some time later, twice. */
  onResume(): void {
    if (this.#suspectFrom !== null) this.#schedule(FIRST_PASS_MS, 1)
  }

  /** Asks for the missing buckets of a range now. Never rejects. */
  async fillGap(range: MissingRange): Promise<GapFillOutcome> {
    const { newestBucket } = this.#options.ring
    if (newestBucket === null) return { records: 0, missing: [], failure: 'Nothing was received yet' }
    if (this.#waiting >= MAX_WAITING) {
      return { records: 0, missing: this.#missingIn(range), failure: 'Too many gaps are being filled' }
    }
    const { signal } = this.#cancelLists
    this.#waiting += 1
    const filled = this.#tail.then(() => this.#fillNow(range, signal))
    this.#tail = filled
    try {
      return await filled
    } finally {
      this.#waiting -= 1
    }
  }

  /** Asks now for what a break may have cost, as a last pass does, for who does not wait for the passes. Never rejects. */
  async settle(): Promise<void> {
    const from = this.#suspectFrom
    const { newestBucket } = this.#options.ring
    if (from === null || newestBucket === null || newestBucket === from) return
    this.#cancelTimer()
    const { missing, failure } = await this.fillGap({ from, to: newestBucket })
    this.#endSuspicion(from, missing, failure)
  }

  close(): void {
    this.#closed = true
    this.onStreamEnd()
  }

  #schedule({ min, jitter }: { min: number; jitter: number }, pass: number): void {
    const { clock, random } = this.#options
    this.#cancelTimer()
    this.#cancelTimer = clock.after(min + random() * jitter, () => void this.#runPass(pass))
  }

  async #runPass(pass: number): Promise<void> {
    const { ring } = this.#options
    const from = this.#suspectFrom
    if (from === null || ring.newestBucket === null) return
    // Without a newer bucket there is no gap yet: the stream has brought nothing since.
    if (ring.newestBucket === from) return this.#schedule(FIRST_PASS_MS, pass)
    const { signal } = this.#cancelLists
    const { missing, failure } = await this.fillGap({ from, to: ring.newestBucket })
    if (signal.aborted || this.#closed) return
    if (missing.length > 0 && pass < MAX_PASSES) this.#schedule(SECOND_PASS_MS, pass + 1)
    else this.#endSuspicion(from, missing, failure)
  }

  #endSuspicion(from: number, missing: readonly MissingRange[], failure: string | null): void {
    const { ring, log, onGapStays } = this.#options
    this.#suspectFrom = null
    const next = from + BUCKET_SECONDS
    const oldestAsked = (ring.newestBucket ?? from) - MAX_AGE_S
    if (next < oldestAsked) onGapStays?.([{ from: next, to: oldestAsked }], OVER_AN_HOUR)
    if (missing.length === 0) return
    const why = failure ?? NO_FLOWS_THERE
    log.warn('gap stays', { ...describe(missing), why })
    onGapStays?.(missing, why)
  }

  async #fillNow(range: MissingRange, signal: AbortSignal): Promise<GapFillOutcome> {
    const { log, listBucket } = this.#options
    const asked = bucketsOf(this.#missingIn(range))
    let records = 0
    let failure: string | null = null
    const filled: MissingRange[] = []
    for (const bucket of asked) {
      if (signal.aborted || this.#closed) failure = 'The connection to Goldmane was lost meanwhile'
      const list: BucketList | null = failure === null ? await listBucket(bucket, signal) : null
      if (list === null) break
      failure = list.failure
      records += list.records
      if (list.records > 0) filled.push({ from: bucket, to: bucket + BUCKET_SECONDS })
    }
    if (filled.length > 0) log.info('gap filled', { ...describe(filled), records })
    return { records, missing: this.#missingIn(range), failure }
  }

  /** What the ring lacks of a range, in whole buckets of the last hour. */
  #missingIn({ from, to }: MissingRange): readonly MissingRange[] {
    const { ring } = this.#options
    const { oldestBucket: oldest, newestBucket: newest } = ring
    if (oldest === null || newest === null) return []
    const first = Math.max(bucketStart(from), newest - MAX_AGE_S)
    return [{ from: first, to: oldest }, ...ring.missing()]
      .map((range) => ({ from: Math.max(range.from, first), to: Math.min(range.to, to) }))
      .filter((range) => range.from < range.to)
  }
}

function bucketsOf(ranges: readonly MissingRange[]): readonly number[] {
  return ranges.flatMap(({ from, to }) =>
    Array.from(
      { length: Math.ceil((to - from) / BUCKET_SECONDS) },
      (_, index) => from + index * BUCKET_SECONDS,
    ),
  )
}

/** For the log: how many buckets, and between which times. */
function describe(ranges: readonly MissingRange[]): { buckets: number; from: string; to: string } {
  const times = ranges.flatMap(({ from, to }) => [from, to])
  return {
    buckets: bucketsOf(ranges).length,
    from: new Date(Math.min(...times) * 1000).toISOString(),
    to: new Date(Math.max(...times) * 1000).toISOString(),
  }
}
