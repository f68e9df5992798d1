/**
 * Follows Goldmane's Flows.Stream until it is aborted: opens it, hands over the encoded messages, and opens it again
 * when it breaks, from the newest bucket received. It decodes nothing; it runs in the store's worker.
 *
 * It is a state machine. An abort leads from every state to `ended`; the other transitions are:
 *
 *     connecting    answered ▶ receiving                    error ▶ backing-off or failed
 *     receiving     idle timeout or retryNow ▶ connecting   error ▶ backing-off or failed
 *     backing-off   delay over, network back or retryNow ▶ connecting
 *     failed        retryNow ▶ connecting
 *
 * A refusal backs off too, but for longer, and a network that comes back does not cure it.
 */
import { unreachable } from '../lib/assert.ts'
import { systemClock } from '../lib/clock.ts'
import type { Clock } from '../lib/clock.ts'
import { type Freshness, HEARTBEAT_S } from '../wire/freshness.ts'
import { BackOff, SLOW_BACK_OFF, STABLE_AFTER_MS } from '../lib/back-off.ts'
import { GrpcError } from './grpc-error.ts'
import { IDLE_TIMEOUT_MS, IdleTimeout, IdleTimeoutError } from './idle-timeout.ts'
import type { LiveState } from './live-state.ts'
import { ReopenError, StreamAttempt, type StreamTarget } from './stream-attempt.ts'
import { QUIET_AFTER_MS, StreamReport } from './stream-report.ts'
import { startOfStream } from '../wire/stream-start.ts'
import { toTrouble } from './trouble.ts'
import type { Trouble } from './trouble.ts'

/** Milliseconds: a gateway of ours that leaves out so many heartbeats has gone, though the connection stands. */
const MAX_SILENCE_MS = 3 * HEARTBEAT_S * 1000

export interface LiveOptions {
  /** An absolute URL with a trailing slash; `goldmane.Flows/Stream` is appended. */
  readonly endpoint: string
  /** Seconds before now from which the first stream starts; 0 for none. Goldmane holds one hour. */
  readonly backFill: number
  /** Which flows Goldmane sends: an encoded goldmane.Filter; null for all. */
  readonly filter: Uint8Array | null
  /** Unix seconds: the start of the newest bucket received, which may be incomplete. Null before the first one. */
  readonly resumeFrom: () => number | null
  readonly onState: (state: LiveState) => void
  /**
   * Called for each stream that opens, before its first message. FlowResult ids of earlier streams are void, because
   * Goldmane may have restarted, and known buckets come again. `start` is the `start_time_gte` that was asked for.
   */
  readonly onOpen: (start: number) => void
  /** Called for each freshness message of a gateway of ours. */
  readonly onFreshness?: (freshness: Freshness) => void
  /**
   * Receives encoded FlowResults. Backpressure: the next bytes are read when a returned promise resolves, and these are
   * valid until then.
   */
  readonly onMessages: (messages: readonly Uint8Array[]) => void | Promise<void>
  readonly fetch?: typeof fetch
  readonly clock?: Clock
  /** Returns numbers in [0, 1), for the jitter of the back-off. */
  readonly random?: () => number
  /** Where `online` events arrive: the worker or the page itself. */
  readonly network?: EventTarget
}

export interface LiveSource {
  /**
   * Ends the wait before the next attempt, also after a failure, and reopens a stream whose gateway has lost Goldmane.
   * Does nothing while a stream is asked for, or open and well.
   */
  retryNow(): void
  /** Resolves once the signal was aborted and every resource is released. Earlier errors are states instead. */
  readonly done: Promise<void>
}

/** Starts to follow the stream, until `signal` is aborted. */
export function openLive(options: LiveOptions, signal: AbortSignal): LiveSource {
  return new LiveStream(options, signal)
}

type State =
  /** A stream is asked for and the server has not answered. */
  | { readonly name: 'connecting' }
  /** The stream is open and its messages are handed over. */
  | {
      readonly name: 'receiving'
      readonly attempt: StreamAttempt
      readonly report: StreamReport
      readonly resumedFrom: number | null
    }
  /** The stream broke or was refused; the next attempt waits for the back-off's delay, `retryNow` or the network. */
  | { readonly name: 'backing-off'; readonly trouble: Trouble; readonly backOff: BackOff }
  /** Something of ours threw; the next attempt waits for `retryNow` alone. */
  | { readonly name: 'failed'; readonly trouble: Trouble }
  | { readonly name: 'ended' }

class LiveStream implements LiveSource {
  readonly done: Promise<void>
  readonly #options: LiveOptions
  readonly #signal: AbortSignal
  readonly #target: StreamTarget
  readonly #clock: Clock
  readonly #network: EventTarget | null
  readonly #backOff: BackOff
  readonly #refusalBackOff: BackOff
  readonly #idleTimeout = new IdleTimeout()
  /** Unix milliseconds: when the source, not its present stream, was opened. */
  readonly #openedAt: number
  #state: State = { name: 'connecting' }
  /** What the page was told last. */
  #told: LiveState = { state: 'connecting' }
  /** Unix milliseconds: when it was live, or reading its history, for the last time; null while it is, or never was. */
  #lostAt: number | null = null
  /** Ends the present wait; null while nothing waits. */
  #wake: (() => void) | null = null

  constructor(options: LiveOptions, signal: AbortSignal) {
    const { clock = systemClock, random = Math.random, fetch: fetcher = fetch } = options
    this.#options = options
    this.#signal = signal
    this.#target = { endpoint: options.endpoint, filter: options.filter, fetch: fetcher, clock }
    this.#clock = clock
    this.#network = options.network ?? (globalThis instanceof EventTarget ? globalThis : null)
    this.#backOff = new BackOff(random)
    this.#refusalBackOff = new BackOff(random, SLOW_BACK_OFF)
    this.#openedAt = clock.now()
    this.done = this.#run()
  }

  retryNow(): void {
    if (this.#state.name !== 'receiving') return this.#wake?.()
    const told = this.#told
    if (told.state === 'silent' || told.state === 'reconnecting') this.#state.attempt.reopen()
  }

  async #run(): Promise<void> {
    const onOnline = () => {
      if (this.#state.name === 'backing-off' && this.#state.backOff === this.#backOff) this.#wake?.()
    }
    this.#network?.addEventListener('online', onOnline)
    this.#tell(this.#told)
    while (!this.#signal.aborted) this.#state = await this.#stateAfter(this.#state)
    this.#state = { name: 'ended' }
    this.#network?.removeEventListener('online', onOnline)
  }

  /** Resolves with the next state when the given one is over; an abort ends every state. */
  async #stateAfter(state: State): Promise<State> {
    switch (state.name) {
      case 'connecting':
        return this.#connect()
      case 'receiving':
        return this.#receive(state)
      case 'backing-off':
        return this.#waitToRetry(state)
      case 'failed':
        return this.#waitForReader(state.trouble)
      case 'ended':
        return state
      default:
        return unreachable(state, 'state of the live stream')
    }
  }

  async #connect(): Promise<State> {
    const { resumeFrom, backFill, onOpen } = this.#options
    const resumedFrom = resumeFrom()
    const attempt = new StreamAttempt(this.#target, this.#signal)
    try {
      const start = startOfStream(resumedFrom, backFill, this.#openedAt, this.#clock.now())
      await attempt.open(start, IDLE_TIMEOUT_MS)
      onOpen(start)
      // The page is told nothing yet: the gateway may answer while Goldmane does not.
      const report = new StreamReport(start, this.#clock.now() / 1000)
      return { name: 'receiving', attempt, report, resumedFrom }
    } catch (error) {
      this.#idleTimeout.reset()
      return this.#afterBreak(attempt, error)
    }
  }

  async #receive(receiving: Extract<State, { name: 'receiving' }>): Promise<State> {
    const { attempt, report, resumedFrom } = receiving
    const { resumeFrom, onMessages, onFreshness, filter } = this.#options
    let stopQuietTimer = this.#startQuietTimer(report)
    try {
      for (;;) {
        const messages = await attempt.next(
          report.freshness === null ? this.#idleTimeout.milliseconds : MAX_SILENCE_MS,
        )
        if (messages.length === 0) continue
        stopQuietTimer()
        const before = report.freshness
        const records = report.take(messages, this.#clock.now() / 1000)
        if (report.freshness !== null && report.freshness !== before) onFreshness?.(report.freshness)
        // No bytes are awaited while the receiver is busy, so the idle timeout does not run.
        if (records.length > 0) await onMessages(records)
        this.#tellReport(report)
        stopQuietTimer = this.#startQuietTimer(report)
        // A new stream replays known buckets: only a newer bucket is news.
        if (resumeFrom() !== resumedFrom) this.#idleTimeout.reset()
      }
    } catch (error) {
      stopQuietTimer()
      if (attempt.age > STABLE_AFTER_MS) {
        this.#backOff.reset()
        this.#refusalBackOff.reset()
      }
      const idleInVain = error instanceof IdleTimeoutError && resumeFrom() === resumedFrom
      if (idleInVain && filter !== null) this.#idleTimeout.double()
      else this.#idleTimeout.reset()
      return this.#afterBreak(attempt, error)
    }
  }

  /** Tells the report that nothing comes, unless the returned function is called before. */
  #startQuietTimer(report: StreamReport): () => void {
    if (!report.awaitsQuiet) return () => undefined
    return this.#clock.after(QUIET_AFTER_MS, () => {
      report.onQuiet()
      this.#tellReport(report)
    })
  }

  #tellReport(report: StreamReport): void {
    const state = report.state(this.#options.resumeFrom(), this.#clock.now() / 1000)
    if (state !== null && state !== this.#told) this.#tell(state)
  }

  /** The state after an attempt that ended with an error: which errors are retried, and how, is decided here. */
  #afterBreak(attempt: StreamAttempt, error: unknown): State {
    attempt.close()
    if (error instanceof ReopenError) {
      if (this.#told.state === 'reconnecting') this.#tell({ ...this.#told, retryAt: this.#clock.now() })
      return { name: 'connecting' }
    }
    if (attempt.wasOpened && error instanceof IdleTimeoutError) {
      // Not told to the page: whether the connection is dead or the cluster quiet shows at the next attempt.
      return { name: 'connecting' }
    }
    const trouble = toTrouble(error)
    if (trouble.retry) return { name: 'backing-off', trouble, backOff: this.#backOff }
    if (error instanceof GrpcError) return { name: 'backing-off', trouble, backOff: this.#refusalBackOff }
    return { name: 'failed', trouble }
  }

  async #waitToRetry({ trouble, backOff }: Extract<State, { name: 'backing-off' }>): Promise<State> {
    const delay = backOff.nextDelayMs()
    const { attempt } = backOff
    this.#tell({ state: 'reconnecting', trouble, retryAt: this.#clock.now() + delay, attempt })
    await this.#sleep(delay)
    this.#tell({ state: 'reconnecting', trouble, retryAt: this.#clock.now(), attempt })
    return { name: 'connecting' }
  }

  async #waitForReader(trouble: Trouble): Promise<State> {
    this.#tell({ state: 'failed', trouble })
    await this.#sleep(null)
    this.#tell({ state: 'connecting' })
    this.#backOff.reset()
    return { name: 'connecting' }
  }

  /** Resolves after the time, or with null never by itself; earlier when `#wake` is called or the signal aborts. */
  #sleep(milliseconds: number | null): Promise<void> {
    return new Promise((resolve) => {
      if (this.#signal.aborted) return resolve()
      const wake = () => {
        cancelTimer?.()
        this.#signal.removeEventListener('abort', wake)
        this.#wake = null
        resolve()
      }
      const cancelTimer = milliseconds === null ? null : this.#clock.after(milliseconds, wake)
      this.#signal.addEventListener('abort', wake)
      this.#wake = wake
    })
  }

  /** Nothing is told after an abort. */
  #tell(state: LiveState): void {
    if (isConnected(state)) this.#lostAt = null
    else if (isConnected(this.#told)) this.#lostAt = this.#clock.now()
    this.#told = state
    if (this.#signal.aborted) return
    const lostAt = this.#lostAt
    this.#options.onState(state.state === 'reconnecting' && lostAt !== null ? { ...state, lostAt } : state)
  }
}

function isConnected({ state }: LiveState): boolean {
  return state === 'live' || state === 'reading'
}
