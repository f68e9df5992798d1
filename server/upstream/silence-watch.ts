/**
 * Tells a hung Goldmane from a quiet cluster. A stream brings a bucket every 15 s when there is any flow, so after 25 s
 * of silence a bucket is late, or there was none: Goldmane is asked a small call, and the connection is pinged once. A
 * hung server or a dead connection is known 30 s after the last sign of life.
 */
import type { Clock } from '../../src/lib/clock.ts'

/** Milliseconds: a bucket, and two thirds of the next. */
const LATE_AFTER_MS = 25_000
/** Milliseconds that the call and the ping may take. */
export const PROBE_TIMEOUT_MS = 5000
/** Milliseconds between two probes while Goldmane does not answer. */
const PROBE_INTERVAL_MS = 30_000

/** Whether the connection answers pings; unknown where none may be sent yet. */
export type ConnectionVerdict = 'answers' | 'unknown' | 'dead'

export interface SilenceWatchOptions {
  readonly clock: Clock
  /** Asks Goldmane the small call; resolves with whether it answered within {@link PROBE_TIMEOUT_MS}. */
  readonly probe: () => Promise<boolean>
  /** See `KeepAlive.pingEarly`. */
  readonly ping: (dataCame: boolean) => Promise<boolean | null>
  /** Goldmane answered a probe. */
  readonly onAnswer: () => void
  /** Called after each probe without an answer. `since` is the last sign of life, Unix milliseconds. */
  readonly onSilent: (since: number, connection: ConnectionVerdict) => void
}

/** Watches one stream, from the constructor until `stop`. */
export class SilenceWatch {
  readonly #options: SilenceWatchOptions
  #lastSignAt: number
  /** Whether anything came since the last ping, so that another one is no early ping. */
  #dataCame = true
  /** What the last ping of the present silence said of the connection. */
  #connection: ConnectionVerdict = 'unknown'
  #probing = false
  #stopped = false
  #cancelTimer = () => {}

  constructor(options: SilenceWatchOptions) {
    this.#options = options
    this.#lastSignAt = options.clock.now()
    this.#arm(LATE_AFTER_MS)
  }

  /** Must be called when something came on the stream. */
  onData(): void {
    this.#lastSignAt = this.#options.clock.now()
    this.#dataCame = true
    this.#connection = 'unknown'
  }

  /** Probes without waiting for the silence, for a stream that has just opened. The connection is not pinged. */
  async probeFirst(): Promise<void> {
    if ((await this.#options.probe()) && !this.#stopped) this.#onAnswer()
  }

  /** Probes now instead of at the next time. Does nothing while a probe is under way. */
  probeNow(): void {
    if (this.#stopped || this.#probing) return
    this.#cancelTimer()
    void this.#probe()
  }

  stop(): void {
    this.#stopped = true
    this.#cancelTimer()
  }

  #arm(delay: number): void {
    this.#cancelTimer = this.#options.clock.after(delay, () => {
      const left = this.#lastSignAt + LATE_AFTER_MS - this.#options.clock.now()
      if (left > 0) this.#arm(left)
      else void this.#probe()
    })
  }

  async #probe(): Promise<void> {
    const { probe, ping, onSilent } = this.#options
    const since = this.#lastSignAt
    const dataCame = this.#dataCame
    this.#dataCame = false
    this.#probing = true
    const [answered, pong] = await Promise.all([probe(), ping(dataCame)])
    this.#probing = false
    if (this.#stopped) return
    if (answered) {
      this.#onAnswer()
    } else if (this.#lastSignAt === since) {
      if (pong !== null) this.#connection = pong ? 'answers' : 'dead'
      // The connection may be destroyed by this call, and the watch stopped.
      onSilent(since, this.#connection)
    }
    if (!this.#stopped) this.#arm(answered ? LATE_AFTER_MS : PROBE_INTERVAL_MS)
  }

  #onAnswer(): void {
    this.onData()
    this.#options.onAnswer()
  }
}
