/** One open Flows.Stream of Goldmane: takes its messages to the ring, and says how it fares. It knows no retries. */
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import type { Clock } from '../../src/lib/clock.ts'
import type { GrpcStatus } from '../grpc/grpc-status.ts'
import { readAnswer } from './read-answer.ts'
import type { RecordSink } from './record-sink.ts'
import type { RestartDetector } from './restart-detector.ts'
import { type ConnectionVerdict, PROBE_TIMEOUT_MS, SilenceWatch } from './silence-watch.ts'
import type { UpstreamCall } from './upstream.ts'

/** A record is some hundred bytes, a few kilobytes with a long trace. */
const MAX_RECORD_BYTES = 4 << 20
/** Milliseconds without a message after which the back-fill counts as over, if its newest bucket is of now. */
const SETTLED_AFTER_MS = 250
/**
 * The same, if its newest bucket is older: the cluster was quiet since, or its clock is another one. A Goldmane that is
 * busy or hangs half way does not answer a call then, and is asked again after as long.
 */
const SURELY_SETTLED_AFTER_MS = 3000
/** Seconds: a bucket is sent at most 45 s after its start, and a cluster's clock is a little wrong. */
const MAX_FRESH_AGE_S = 60

export interface GoldmaneStreamOptions {
  readonly call: UpstreamCall
  readonly ring: RecordSink
  readonly clock: Clock
  readonly restarts: RestartDetector
  /** Asks Goldmane a small call; see {@link SilenceWatch}. */
  readonly probe: () => Promise<boolean>
  /** Goldmane is heard of: messages came (the back-fill is still coming, or is over) or it answered a probe. */
  readonly onHeard: (state: 'reading' | 'live') => void
  /** See {@link SilenceWatch}. */
  readonly onSilent: (since: number, connection: ConnectionVerdict) => void
  /** The ring has got records, or knows them already. */
  readonly onBatch: (counts: BatchCounts) => void
  readonly onRestarted: () => void
}

export interface BatchCounts {
  readonly messages: number
  readonly malformed: number
}

export class GoldmaneStream {
  readonly #options: GoldmaneStreamOptions
  readonly #silence: SilenceWatch
  /** Whether the back-fill is over. */
  #isSettled = false
  #hasData = false
  /** Messages that were appended and not published. */
  #messages = 0
  #malformed = 0
  #cancelSettling = () => {}

  constructor(options: GoldmaneStreamOptions) {
    const { call, clock, probe, onSilent } = options
    this.#options = options
    this.#silence = new SilenceWatch({
      clock,
      probe,
      ping: (dataCame) => call.pingEarly(PROBE_TIMEOUT_MS, dataCame),
      onAnswer: () => this.#onAnswer(),
      onSilent,
    })
  }

  /** Resolves with the status with which the stream ended; an abort ends it. */
  async run(signal: AbortSignal): Promise<GrpcStatus> {
    // A quiet cluster sends nothing, not even headers: only an answer tells that Goldmane is there.
    void this.#silence.probeFirst()
    try {
      return await readAnswer(this.#options.call, {
        maxMessageBytes: MAX_RECORD_BYTES,
        onMessage: (message) => this.#onMessage(message),
        signal,
      })
    } finally {
      this.#silence.stop()
      this.#publish()
      this.#cancelSettling()
    }
  }

  /** Asks Goldmane now whether it answers. */
  probeNow(): void {
    this.#silence.probeNow()
  }

  #onMessage(message: Buffer): void {
    const { ring, restarts, onRestarted } = this.#options
    if (ring.append(message) === 'malformed') this.#malformed += 1
    else if (restarts.onMessage(message, ring.newestBucket)) onRestarted()
    // Goldmane sends one message a DATA frame. All that one read of the socket brought is published together.
    if (this.#messages === 0) setImmediate(() => this.#publish())
    this.#messages += 1
    this.#hasData = true
  }

  #publish(): void {
    const { ring, clock, onBatch, onHeard } = this.#options
    if (this.#messages === 0) return
    const counts = { messages: this.#messages, malformed: this.#malformed }
    this.#messages = 0
    this.#malformed = 0
    ring.publish()
    this.#silence.onData()
    onHeard(this.#isSettled ? 'live' : 'reading')
    onBatch(counts)
    if (this.#isSettled) return
    this.#cancelSettling()
    const age = clock.now() / 1000 - (ring.newestBucket ?? -Infinity)
    const isFresh = age >= -BUCKET_SECONDS && age <= MAX_FRESH_AGE_S
    this.#cancelSettling = isFresh
      ? clock.after(SETTLED_AFTER_MS, () => this.#settle())
      : this.#settleOnAnswer()
  }

  #settle(): void {
    this.#isSettled = true
    this.#options.onHeard('live')
  }

  /** Returns how it is cancelled. */
  #settleOnAnswer(): () => void {
    const { clock, probe } = this.#options
    let isCancelled = false
    const ask = async () => {
      const answered = await probe()
      if (isCancelled) return
      if (answered) this.#settle()
      else cancelTimer = askLater()
    }
    const askLater = () => clock.after(SURELY_SETTLED_AFTER_MS, () => void ask())
    let cancelTimer = askLater()
    return () => {
      isCancelled = true
      cancelTimer()
    }
  }

  #onAnswer(): void {
    const { onHeard } = this.#options
    if (this.#hasData) return onHeard(this.#isSettled ? 'live' : 'reading')
    this.#isSettled = true
    onHeard('live')
  }
}
