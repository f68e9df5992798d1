/**
 * Records one cluster: stores each bucket of the ring once it is whole, and again when records of it came late. The ring is the
 * queue: it holds what the store has not taken yet, within its memory and Goldmane's hour, and what leaves it before it was
 * stored is a gap.
 */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { BackOff, type BackOffBounds } from '../../../src/lib/back-off.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { MissingRange } from '../../../src/wire/freshness.ts'
import type { Log } from '../../lib/log.ts'
import type { FlowRing } from '../../upstream/flow-ring.ts'
import type { GoldmaneFollower } from '../../upstream/goldmane-follower.ts'
import type { HistoryError } from '../history-error.ts'
import type { HistoryStore } from '../history-store.ts'
import { BucketWriter } from './bucket-writer.ts'
import type { Exclusively } from './exclusively.ts'
import { isFarAhead } from './clock-bound.ts'
import { causeOfStayingGap, GAP_CAUSES, GapNotes, gapsAtStart } from './gap-notes.ts'
import { InterruptibleSleep } from './interruptible-sleep.ts'
import { type BucketsAtOnce, inBatches, type PendingBucket, PendingBuckets } from './pending-buckets.ts'
import { RollUpSchedule } from './roll-up-schedule.ts'
import { type StoredExtent, findExtent } from './stored-extent.ts'
import type { StoredIndex } from './stored-index.ts'
import { asHistoryError } from './writer-error.ts'

export interface HistoryRecorderOptions {
  readonly store: HistoryStore
  readonly cluster: string
  readonly index: StoredIndex
  /** Runs tasks that look what is held and put something, one after the other. */
  readonly exclusively: Exclusively
  readonly ring: FlowRing
  readonly follower: Pick<GoldmaneFollower, 'status' | 'subscribe' | 'askForOlder'>
  readonly log: Log
  readonly clock: Clock
  /** Returns numbers in [0, 1), for the jitter of waits. */
  readonly random: () => number
}

/** How the last attempt failed. */
export interface RecorderFailure {
  readonly error: HistoryError
  /** Unix milliseconds. */
  readonly retryAt: number
}

export interface RecorderCounts {
  readonly rows: number
  readonly buckets: number
  readonly failures: number
  readonly gaps: number
  readonly dropped: number
}

/** Seconds: Felix sends what is younger again to a Goldmane that was restarted, rounded up by two buckets. */
const SENT_AGAIN_S = 330

/** What is put at once, since the store takes what waits together as one batch: some 3 MB, or one larger bucket. */
const TOGETHER: BucketsAtOnce = { buckets: 64, rows: 40_000 }
const ONE_BUCKET: BucketsAtOnce = { buckets: 1, rows: 1 }

const BACK_OFF: BackOffBounds = { minMs: 200, firstBoundMs: 1000, maxMs: 30_000 }

export class HistoryRecorder {
  readonly #options: HistoryRecorderOptions
  readonly #pending = new PendingBuckets()
  readonly #notes = new GapNotes()
  readonly #writer: BucketWriter
  readonly #rollUps: RollUpSchedule
  readonly #backOff: BackOff
  readonly #sleep: InterruptibleSleep
  /** Unix seconds. */
  readonly #startedAt: number
  readonly #unsubscribe: () => void
  readonly #done: Promise<void>
  #publish = 0
  #extent: StoredExtent | null = null
  #isPrepared = false
  #isStartNoted = false
  /** Unix seconds: what is missing before it was noted with its cause at the start. */
  #notedTo = -Infinity
  #isClosing = false
  #failure: RecorderFailure | null = null
  #counts = { failures: 0, gaps: 0, dropped: 0 }

  constructor(options: HistoryRecorderOptions) {
    const { ring, follower, clock, random } = options
    this.#options = options
    this.#writer = new BucketWriter(options)
    this.#rollUps = new RollUpSchedule(options)
    this.#backOff = new BackOff(random, BACK_OFF)
    this.#sleep = new InterruptibleSleep(clock)
    this.#startedAt = clock.now() / 1000
    const stopRing = ring.subscribe(() => this.#onPublish())
    const stopStatus = follower.subscribe(() => this.#sleep.interrupt())
    this.#unsubscribe = () => {
      stopRing()
      stopStatus()
    }
    this.#onPublish()
    this.#done = this.#run()
  }

  /** Whether it is known what the store holds. */
  get isPrepared(): boolean {
    return this.#isPrepared
  }

  /** Unix seconds: the start of the first bucket that was stored, as far as is known; null when none was. */
  get firstStored(): number | null {
    return this.#extent?.first.start ?? this.#writer.firstStored
  }

  /** Null while the last attempt was a success. */
  get failure(): RecorderFailure | null {
    return this.#failure
  }

  get counts(): RecorderCounts {
    const { rows, buckets, unreadable } = this.#writer.counts
    const failures = this.#counts.failures + this.#rollUps.failures
    return { ...this.#counts, failures, rows, buckets, dropped: this.#counts.dropped + unreadable }
  }

  /** What waits: buckets, their bytes in the ring, and the end of the oldest that is whole (Unix seconds; null for none). */
  get queue(): { readonly buckets: number; readonly bytes: number; readonly oldestEnd: number | null } {
    const { ring, clock } = this.#options
    const { size, bytes } = this.#pending
    return { buckets: size, bytes, oldestEnd: this.#pending.oldestWaitingEnd(ring.newestBucket, clock.now()) }
  }

  /** Must be called when the follower of Goldmane gives buckets up; see `OnGapStays`. */
  onGapStays(ranges: readonly MissingRange[], why: string): void {
    const { restartedAt } = this.#options.follower.status
    for (const { from, to } of ranges) {
      const cause = causeOfStayingGap(why, from, restartedAt)
      const range = { from: Math.max(from, this.#notedTo), to }
      if (cause !== null && range.from < to) this.#addGap(range, cause)
    }
    this.#sleep.interrupt()
  }

  /** Stores what waits, each bucket in one attempt, and resolves when that is done or `graceMs` milliseconds have passed. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true
    this.#sleep.interrupt()
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(graceMs, resolve)
      void this.#done.then(() => {
        cancel()
        resolve()
      })
    })
    this.#unsubscribe()
  }

  #onPublish(): void {
    const { ring, clock } = this.#options
    const { publish, buckets } = ring.changesSince(this.#publish)
    this.#publish = publish
    for (const { start, publishedCount, publishedLength } of buckets)
      this.#pending.onChange(start, publishedCount, publishedLength, clock.now())
    for (const pending of this.#pending.takeLost(ring.oldestBucket)) this.#onLost(pending)
    this.#sleep.interrupt()
  }

  #onLost({ start, rows }: PendingBucket): void {
    const { ring, index } = this.#options
    // Of a bucket that is stored only late records are lost: no gap, but counted.
    const stored = index.get(start)?.rows ?? 0
    this.#counts.dropped += Math.max(0, rows - stored)
    if (stored > 0) return
    const { evictedThrough } = ring
    const isForMemory = evictedThrough !== null && start <= evictedThrough
    this.#addGap(
      { from: start, to: start + BUCKET_SECONDS },
      isForMemory ? GAP_CAUSES.noMemory : GAP_CAUSES.tooSlow,
    )
  }

  #addGap(range: MissingRange, cause: string): void {
    // Of a clock that was ahead: that time is still to come.
    if (isFarAhead(range.to, this.#options.clock.now())) return
    this.#notes.add(range, cause)
    this.#counts.gaps += 1
    this.#options.log.warn('history gap', { from: timeOf(range.from), to: timeOf(range.to), why: cause })
  }

  async #run(): Promise<void> {
    while (!this.#isClosing) {
      try {
        await this.#step()
        if (this.#failure !== null) this.#options.log.info('history writes again')
        this.#failure = null
        this.#backOff.reset()
      } catch (error) {
        await this.#waitToRetry(asHistoryError(error))
      }
    }
    await this.#flush()
  }

  /** Does the next thing that is due, or waits for one. */
  async #step(): Promise<void> {
    const { ring, clock } = this.#options
    if (!this.#isPrepared) return this.#prepare()
    this.#noteStart()
    if (this.#notes.size > 0) await this.#flushNotes()
    const max = this.#failure === null ? TOGETHER : ONE_BUCKET
    const next = this.#pending.next(ring.newestBucket, clock.now(), max)
    if (next.length > 0) return this.#write(next)
    const oldest = this.#pending.all()[0]?.start ?? null
    if (await this.#rollUps.runIfDue(oldest)) return
    const wait = this.#pending.untilNext(ring.newestBucket, clock.now())
    await this.#sleep.sleep(Math.min(wait ?? Infinity, this.#rollUps.untilNext()))
  }

  async #write(buckets: readonly PendingBucket[]): Promise<void> {
    const gone = await this.#writer.write(buckets, this.#pending)
    // A bucket may also leave the ring because Goldmane's clock was set back.
    for (const pending of gone) if (this.#pending.remove(pending.start)) this.#onLost(pending)
  }

  async #prepare(): Promise<void> {
    const { store, cluster, index, clock } = this.#options
    this.#extent = await findExtent(store, cluster, clock.now() / 1000)
    if (this.#extent !== null) index.note(this.#extent.last)
    this.#isPrepared = true
  }

  /** Notes what is missing since the newest bucket stored, once Goldmane has sent all that it still had. */
  #noteStart(): void {
    const { ring, follower, clock } = this.#options
    const { oldestBucket: oldest, newestBucket: newest } = ring
    if (this.#isStartNoted || oldest === null || newest === null || follower.status.state !== 'live') return
    if (isFarAhead(newest, clock.now())) return
    this.#isStartNoted = true
    if (this.#extent === null) return
    const { start, seconds } = this.#extent.last
    const storedTo = start + seconds
    const times = { storedTo, gatewayStart: this.#startedAt, oldest, newest }
    for (const gap of gapsAtStart(times)) this.#addGap(gap, gap.cause)
    this.#notedTo = oldest
    // Felix sends them again to a Goldmane that was started with the gateway, too late for the stream.
    const mayStillCome = Math.max(storedTo, oldest - SENT_AGAIN_S)
    if (mayStillCome < oldest) follower.askForOlder(mayStillCome)
  }

  async #flushNotes(): Promise<void> {
    const { store, cluster } = this.#options
    await this.#notes.flush((gap) => store.addGap(cluster, gap))
  }

  async #waitToRetry(error: HistoryError): Promise<void> {
    const { clock, log } = this.#options
    const delay = this.#backOff.nextDelayMs()
    const retryAt = clock.now() + delay
    this.#counts.failures += 1
    // The log has the same failure once.
    if (this.#failure?.error.message !== error.message)
      log.error('history cannot be written', { trouble: error.trouble, why: error.message })
    this.#failure = { error, retryAt }
    for (let left = delay; !this.#isClosing && left > 0; left = retryAt - clock.now()) {
      // The clock was set back.
      if (left > delay) break
      await this.#sleep.sleep(left)
    }
  }

  /** The last attempts, whether the buckets are whole or not: the next start puts what is missing in a newer version. */
  async #flush(): Promise<void> {
    if (!this.#isPrepared) return
    try {
      this.#noteStart()
      for (const buckets of inBatches(this.#pending.all(), TOGETHER)) await this.#write(buckets)
      await this.#flushNotes()
    } catch (error) {
      const { message } = asHistoryError(error)
      const left = this.#pending.size
      this.#options.log.warn('history not written to its end', { buckets: left, why: message })
    }
  }
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}
