/**
 * Plays a capture into an in-memory Goldmane, whose clock is that of the capture: either all of it at once, with a clock
 * that stands at its end, or bucket by bucket while the clock runs from its beginning.
 */
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { PAST_BUCKETS } from '../../src/goldmane/ring.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import type { ReplayedCapture } from './replayed-capture.ts'

export interface PlayerOptions {
  /** Seconds of the capture in a second; null for all at once. */
  readonly speed: number | null
  /** Whether the capture begins again, at later times, when it has been played. */
  readonly loop: boolean
  /** Whether times are shifted so that the capture is of now: it begins now, or with all at once ends now. */
  readonly fromNow: boolean
  readonly clock?: Clock
}

/** Goldmane sends a bucket when two later ones have begun (src/goldmane/ring.ts). */
const SENDING_DELAY_S = 2 * BUCKET_SECONDS
/**
 * At most so many buckets are played in one turn, an hour of them. When the machine slept or is too slow, the capture
 * plays slower than asked rather than being skipped.
 */
const MAX_BUCKETS_PER_TURN = 240
/** Milliseconds. */
const MIN_TURN_MS = 4

export class CapturePlayer {
  readonly goldmane: Goldmane
  readonly #capture: ReplayedCapture
  readonly #options: PlayerOptions
  readonly #clock: Clock
  /** Goldmane's clock, Unix seconds. */
  #now: number
  /** The next bucket to play, by Goldmane's clock, and the shift of its pass against the capture. */
  #nextBucket: number
  #shift: number
  /** The clock's time, in Unix milliseconds, at which Goldmane's was `playedTo`. */
  #base: { at: number; playedTo: number }
  #cancelTurn: () => void = () => {}

  /** It plays at once. */
  constructor(capture: ReplayedCapture, options: PlayerOptions) {
    const { speed, fromNow, clock = systemClock } = options
    const { first, last } = capture
    this.#capture = capture
    this.#options = options
    this.#clock = clock
    const present = bucketStart(clock.now() / 1000)
    const isAtOnce = speed === null
    if (fromNow) this.#shift = isAtOnce ? present - SENDING_DELAY_S - last : present - first
    else this.#shift = 0
    this.#nextBucket = first + this.#shift
    this.#now = isAtOnce ? this.#end : this.#nextBucket
    this.#base = { at: clock.now(), playedTo: this.#now }
    const span = (last - first) / BUCKET_SECONDS
    this.goldmane = new Goldmane({
      now: () => this.#now,
      pastBuckets: Math.max(PAST_BUCKETS, span + SENDING_DELAY_S / BUCKET_SECONDS),
    })
    if (isAtOnce) this.#playThrough(last + this.#shift, Infinity)
    else this.#turn(speed)
  }

  /** Whether nothing more will come. */
  get isOver(): boolean {
    return !this.#options.loop && this.#now >= this.#end
  }

  close(): void {
    this.#cancelTurn()
    this.goldmane.breakStreams()
  }

  /** When, by Goldmane's clock, the last bucket of this pass has been sent. */
  get #end(): number {
    return this.#capture.last + this.#shift + SENDING_DELAY_S
  }

  #turn(speed: number): void {
    const { at, playedTo } = this.#base
    const wanted = playedTo + ((this.#clock.now() - at) / 1000) * speed
    const played = this.#playThrough(wanted, MAX_BUCKETS_PER_TURN)
    this.#now = Math.max(this.#now, played)
    if (!this.#options.loop) this.#now = Math.min(this.#now, this.#end)
    this.goldmane.rollover()
    if (played < wanted) this.#base = { at: this.#clock.now(), playedTo: played }
    if (this.isOver) return
    const wait = ((this.#nextBucket - this.#now) / speed) * 1000
    this.#cancelTurn = this.#clock.after(Math.max(MIN_TURN_MS, wait), () => this.#turn(speed))
  }

  /**
   * Plays the buckets that begin up to a time, at most so many. Returns the time up to which all is played: that time, or
   * the start of the next bucket.
   */
  #playThrough(time: number, maxBuckets: number): number {
    const { buckets, first, last } = this.#capture
    for (let played = 0; this.#nextBucket <= time; played++) {
      if (played >= maxBuckets) return this.#nextBucket
      const start = this.#nextBucket
      this.#now = Math.max(this.#now, start)
      for (const flow of buckets.get(start - this.#shift) ?? []) {
        const { startTime, endTime } = flow
        this.goldmane.ingest({ ...flow, startTime: startTime + this.#shift, endTime: endTime + this.#shift })
      }
      this.#nextBucket += BUCKET_SECONDS
      // The next pass begins where this one ends, so that no time comes twice.
      if (this.#options.loop && start === last + this.#shift) this.#shift += last - first + BUCKET_SECONDS
    }
    return time
  }
}
