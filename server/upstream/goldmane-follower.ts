/**
 * Follows Goldmane's Flows.Stream for ever: one stream for all viewers of a cluster. It takes every message to the ring,
 * opens the stream again when it breaks, from the newest bucket received, and knows at each moment whether Goldmane
 * answers.
 *
 *     connecting    nothing was heard yet         a message ▶ reading      an answer to the probe ▶ live
 *     reading       the back-fill is coming       it stands still ▶ live
 *     live          each bucket comes in time     25 s without one and no answer ▶ silent
 *     silent        the connection stands         a message, an answer ▶ live
 *     unreachable   there is no stream            a message ▶ reading      an answer to the probe ▶ live
 *
 * A stream that breaks leads from every state to unreachable, until the next one was heard of.
 */
import { FlowStreamRequestSchema } from '../../src/gen/goldmane/api_pb.ts'
import { BackOff, SLOW_BACK_OFF, STABLE_AFTER_MS } from '../../src/lib/back-off.ts'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import type { MissingRange } from '../../src/wire/freshness.ts'
import { MAX_BACK_FILL_S, startOfStream } from '../../src/wire/stream-start.ts'
import type { Log } from '../lib/log.ts'
import type { ChainRecorder } from './chain-recorder.ts'
import { CertificateWatch } from './certificate-watch.ts'
import { ConnectionLog } from './connection-log.ts'
import { GapFiller, type GapFillOutcome, type OnGapStays } from './gap-filler.ts'
import { GoldmaneStream } from './goldmane-stream.ts'
import { listBucket } from './list-bucket.ts'
import { encodeRequest, openCall, requestHeaders } from './open-call.ts'
import { askWhetherAlive } from './probe.ts'
import type { RecordSink } from './record-sink.ts'
import { RestartDetector } from './restart-detector.ts'
import type { ConnectionVerdict } from './silence-watch.ts'
import { failureOfError, failureOfStatus, type StreamFailure } from './stream-failure.ts'
import type { Upstream, UpstreamCall } from './upstream.ts'
import { StatusHolder, type UpstreamStatus } from './upstream-status.ts'

export interface FollowerOptions {
  readonly upstream: Upstream
  /** A FlowRing. */
  readonly ring: RecordSink
  readonly log: Log
  readonly clock?: Clock
  /** Returns numbers in [0, 1), for the jitter of waits. */
  readonly random?: () => number
  readonly onGapStays?: OnGapStays
}

/** Milliseconds: a viewer's wish to try again is granted at most so often. */
const MIN_RETRY_INTERVAL_MS = 1000

export class GoldmaneFollower {
  readonly #options: FollowerOptions
  readonly #clock: Clock
  readonly #status: StatusHolder
  readonly #log: ConnectionLog
  readonly #gaps: GapFiller
  readonly #certificates: CertificateWatch | null
  readonly #restarts = new RestartDetector()
  readonly #quickBackOff: BackOff
  readonly #slowBackOff: BackOff
  readonly #closing = new AbortController()
  readonly #openedAt: number
  readonly #done: Promise<void>
  #stream: GoldmaneStream | null = null
  /** Ends the present stream, so that another is opened at once; also while it is being opened. */
  #endStream = () => {}
  /** Ends the wait before the next attempt; null while there is none. */
  #wake: (() => void) | null = null
  /** Whether a viewer wished to try again while an attempt was under way: if this one fails, another follows at once. */
  #isRetryWanted = false
  #lastRetryAt = -Infinity
  /** Null unless a retry waits until it may be. */
  #cancelRetry: (() => void) | null = null
  #messages = 0
  #malformed = 0

  constructor(options: FollowerOptions) {
    const { upstream, ring, log, clock = systemClock, random = Math.random, onGapStays } = options
    this.#options = options
    this.#clock = clock
    this.#openedAt = clock.now()
    this.#status = new StatusHolder(clock.now() / 1000)
    this.#log = new ConnectionLog(log, clock)
    this.#quickBackOff = new BackOff(random)
    this.#slowBackOff = new BackOff(random, SLOW_BACK_OFF)
    this.#gaps = new GapFiller({
      ring,
      log,
      clock,
      random,
      listBucket: (bucket, signal) => listBucket(upstream, clock, ring, bucket, signal),
      ...(onGapStays === undefined ? {} : { onGapStays }),
    })
    this.#certificates =
      upstream.tls === undefined
        ? null
        : new CertificateWatch({ files: upstream.tls, log, clock, onRenewed: () => this.#renewConnection() })
    this.#done = this.#run()
  }

  /** An immutable object, replaced at each change. */
  get status(): UpstreamStatus {
    return this.#status.status
  }

  /** Messages that came on the streams, and how many of them were no records. */
  get counts(): { readonly messages: number; readonly malformed: number } {
    return { messages: this.#messages, malformed: this.#malformed }
  }

  /** Calls back at each change of {@link status}, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    return this.#status.subscribe(listener)
  }

  /**
   * Ends the wait before the next attempt, or asks a silent Goldmane now; again within a second, then after it. An attempt
   * that is under way may have met what has just been mended, so another one follows if it fails.
   */
  retryNow(): void {
    const early = this.#lastRetryAt + MIN_RETRY_INTERVAL_MS - this.#clock.now()
    if (early <= 0) this.#retry()
    else this.#cancelRetry ??= this.#clock.after(early, () => this.#retry())
  }

  /** A timer may fire a millisecond early by the clock, so that this does not ask again whether it is time. */
  #retry(): void {
    this.#cancelRetry?.()
    this.#cancelRetry = null
    this.#lastRetryAt = this.#clock.now()
    if (this.#wake === null) this.#isRetryWanted = true
    else this.#wake()
    if (this.status.state === 'silent') this.#stream?.probeNow()
  }

  /** Asks Goldmane now for the buckets of a range (Unix seconds) that the ring lacks. Never rejects. */
  async fillGap(range: MissingRange): Promise<GapFillOutcome> {
    return this.#gaps.fillGap(range)
  }

  /** See {@link GapFiller.onLateStart}. */
  askForOlder(from: number): void {
    this.#gaps.onLateStart(from)
  }

  /** See {@link GapFiller.settle}. */
  async settleGaps(): Promise<void> {
    await this.#gaps.settle()
  }

  /** Resolves when the stream has ended and nothing is under way. The connection stays its owner's. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.#cancelRetry?.()
    this.#endStream()
    this.#wake?.()
    this.#gaps.close()
    this.#certificates?.close()
    await this.#done
  }

  /** When the client certificate for Goldmane expires; null without one. */
  get clientCertificateExpiry(): Date | null {
    return this.#certificates?.expiry ?? null
  }

  /** Opens a connection with renewed certificates, and the stream on it; until it stands, the present one goes on. */
  async #renewConnection(): Promise<void> {
    await this.#options.upstream.renew()
    this.#endStream()
    this.#wake?.()
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const failure = await this.#followStream()
      if (failure !== null) await this.#waitToRetry(failure)
    }
  }

  /** Opens a stream and follows it to its end. Resolves with null when the next one is to be opened at once. */
  async #followStream(): Promise<StreamFailure | null> {
    const { upstream, ring } = this.#options
    const ending = new AbortController()
    this.#endStream = () => ending.abort()
    this.#isRetryWanted = false
    const resumeFrom = ring.newestBucket
    const start = startOfStream(resumeFrom, MAX_BACK_FILL_S, this.#openedAt, this.#clock.now())
    let call: UpstreamCall | null
    try {
      const body = encodeRequest(FlowStreamRequestSchema, { startTimeGte: BigInt(start) })
      call = await openCall(upstream, requestHeaders('/goldmane.Flows/Stream'), body, ending.signal)
    } catch (error) {
      return failureOfError(error)
    }
    if (call === null) return null
    ring.forgetUpstreamIds()
    this.#restarts.onOpen(start === resumeFrom ? resumeFrom : null)
    return this.#readStream(call, ending.signal)
  }

  async #readStream(call: UpstreamCall, signal: AbortSignal): Promise<StreamFailure | null> {
    const { upstream, ring } = this.#options
    let isHeard = false
    let isDead = false
    const stream = new GoldmaneStream({
      call,
      ring,
      clock: this.#clock,
      restarts: this.#restarts,
      probe: () => askWhetherAlive(upstream, this.#clock, signal),
      onBatch: ({ messages, malformed }) => {
        this.#isRetryWanted = false
        this.#messages += messages
        this.#malformed += malformed
        this.#status.setLastBucket(ring.newestBucket)
      },
      onHeard: (state) => {
        this.#log.connected()
        this.#status.enter(state, this.#now())
        if (!isHeard) this.#gaps.onResume()
        isHeard = true
      },
      onSilent: (since, connection) => {
        isHeard = false
        isDead = connection === 'dead'
        this.#onSilent(since, connection, call.chain)
        if (isDead) call.destroyConnection()
      },
      onRestarted: () => {
        this.#log.restarted()
        this.#status.setRestartedAt(this.#now())
      },
    })
    this.#stream = stream
    const openedAt = this.#clock.now()
    const status = await stream.run(signal)
    this.#stream = null
    this.#gaps.onStreamEnd()
    this.#gaps.onBreak()
    if (this.#clock.now() - openedAt >= STABLE_AFTER_MS) {
      this.#quickBackOff.reset()
      this.#slowBackOff.reset()
    }
    return signal.aborted || isDead ? null : failureOfStatus(status, call.chain)
  }

  #onSilent(since: number, connection: ConnectionVerdict, chain: ChainRecorder): void {
    this.#gaps.onBreak()
    const time = `${new Date(since).toISOString().slice(11, 19)} UTC`
    const cause = `Goldmane has not answered since ${time}${SILENT_CONNECTION[connection]}`
    this.#status.enter('silent', since / 1000, { cause, chain: chain.chainOf('silent') })
    this.#log.lost(`silent: Goldmane does not answer${SILENT_CONNECTION[connection]}`, since)
  }

  async #waitToRetry({ cause, why, chain, isSlow }: StreamFailure): Promise<void> {
    if (this.#closing.signal.aborted) return
    const backOff = (isSlow ? this.#slowBackOff : this.#quickBackOff).nextDelayMs()
    const delay = this.#isRetryWanted ? 0 : backOff
    this.#log.lost(why)
    this.#status.enter('unreachable', this.#now(), { cause, chain, retryAt: this.#now() + delay / 1000 })
    await new Promise<void>((resolve) => {
      const cancelTimer = this.#clock.after(delay, resolve)
      this.#wake = () => {
        cancelTimer()
        resolve()
      }
    })
    this.#wake = null
    this.#status.enter('unreachable', this.#now(), { cause, chain })
  }

  /** Unix seconds. */
  #now(): number {
    return this.#clock.now() / 1000
  }
}

const SILENT_CONNECTION = {
  answers: '; the connection still answers pings',
  unknown: '',
  dead: '; the connection does not answer pings either, and is opened again',
} as const
