/**
 * Follows Goldmane's Flows.Stream until it is aborted: opens it, hands over the encoded messages, and opens it again
 * when it breaks, from the newest bucket received. It decodes nothing; it runs in the store's worker.
 *
 * It is a state machine. An abort leads from every state to `ended`; the other transitions are:
 *
 *     connecting    answered ▶ receiving        error ▶ backing-off or failed
 *     receiving     idle timeout ▶ connecting   error ▶ backing-off or failed
 *     backing-off   delay over, network back or retryNow ▶ connecting
 *     failed        retryNow ▶ connecting
 */
import type { Filter } from '../gen/goldmane/api_pb.ts'
import { unreachable } from '../lib/assert.ts'
import { systemClock } from '../lib/clock.ts'
import type { Clock } from '../lib/clock.ts'
import { BackOff, STABLE_AFTER_MS } from '../lib/back-off.ts'
import { IDLE_TIMEOUT_MS, IdleTimeout, IdleTimeoutError } from './idle-timeout.ts'
import { StreamAttempt, type StreamTarget } from './stream-attempt.ts'
import { startOfStream } from '../wire/stream-start.ts'
import { toTrouble } from './trouble.ts'
import type { Trouble } from './trouble.ts'

/** What the page can be told of a live source; a part of the store's `SourceState`. */
export type LiveState =
  | { readonly state: 'connecting' }
  /** The stream is open. */
  | { readonly state: 'live' }
  /** The next attempt starts at `retryAt` (Unix milliseconds), or has started when that is past. */
  | {
      readonly state: 'reconnecting'
      readonly trouble: Trouble
      readonly retryAt: number
      readonly attempt: number
    }
  /** The source does not retry by itself, because that makes no sense for this trouble. */
  | { readonly state: 'failed'; readonly trouble: Trouble }

export interface LiveOptions {
  /** An absolute URL with a trailing slash; `goldmane.Flows/Stream` is appended. */
  readonly endpoint: string
  /** Seconds before now from which the first stream starts; 0 for none. Goldmane holds one hour. */
  readonly backFill: number
  /** Which flows Goldmane sends; null for all. */
  readonly filter: Filter | null
  /** Unix seconds: the start of the newest bucket received, which may be incomplete. Null before the first one. */
  readonly resumeFrom: () => number | null
  readonly onState: (state: LiveState) => void
  /**
   * Called for each stream that opens, before its first message. FlowResult ids of earlier streams are void, because
   * Goldmane may have restarted, and known buckets come again. `start` is the `start_time_gte` that was asked for.
   */
  readonly onOpen: (start: number) => void
  /**
   * Receives encoded FlowResults and owns their bytes. Backpressure: the next bytes are read when a returned promise
   * resolves.
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
  /** Ends the wait before the next attempt, also after a failure. Does nothing while a stream is open or asked for. */
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
  | { readonly name: 'receiving'; readonly attempt: StreamAttempt; readonly resumedFrom: number | null }
  /** The stream broke; the next attempt waits for the back-off's delay, `retryNow` or the network. */
  | { readonly name: 'backing-off'; readonly trouble: Trouble }
  /** The stream was refused; the next attempt waits for `retryNow` alone, because a network does not cure a refusal. */
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
  readonly #idleTimeout = new IdleTimeout()
  /** Unix milliseconds: when the source, not its present stream, was opened. */
  readonly #openedAt: number
  #state: State = { name: 'connecting' }
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
    this.#openedAt = clock.now()
    this.done = this.#run()
  }

  retryNow(): void {
    this.#wake?.()
  }

  async #run(): Promise<void> {
    const onOnline = () => {
      if (this.#state.name === 'backing-off') this.#wake?.()
    }
    this.#network?.addEventListener('online', onOnline)
    this.#tell({ state: 'connecting' })
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
        return this.#receive(state.attempt, state.resumedFrom)
      case 'backing-off':
        return this.#waitToRetry(state.trouble)
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
      this.#tell({ state: 'live' })
      return { name: 'receiving', attempt, resumedFrom }
    } catch (error) {
      this.#idleTimeout.reset()
      return this.#afterBreak(attempt, error)
    }
  }

  async #receive(attempt: StreamAttempt, resumedFrom: number | null): Promise<State> {
    const { resumeFrom, onMessages, filter } = this.#options
    try {
      for (;;) {
        const messages = await attempt.next(this.#idleTimeout.milliseconds)
        if (messages.length === 0) continue
        this.#backOff.reset()
        // No bytes are awaited while the receiver is busy, so the idle timeout does not run.
        await onMessages(messages)
        // A new stream replays known buckets: only a newer bucket is news.
        if (resumeFrom() !== resumedFrom) this.#idleTimeout.reset()
      }
    } catch (error) {
      if (attempt.age > STABLE_AFTER_MS) this.#backOff.reset()
      const idleInVain = error instanceof IdleTimeoutError && resumeFrom() === resumedFrom
      if (idleInVain && filter !== null) this.#idleTimeout.double()
      else this.#idleTimeout.reset()
      return this.#afterBreak(attempt, error)
    }
  }

  /** The state after an attempt that ended with an error: which errors are retried, and how, is decided here. */
  #afterBreak(attempt: StreamAttempt, error: unknown): State {
    attempt.close()
    if (attempt.wasOpened && error instanceof IdleTimeoutError) {
      // Not told to the page: whether the connection is dead or the cluster quiet shows at the next attempt.
      return { name: 'connecting' }
    }
    const trouble = toTrouble(error)
    return { name: trouble.retry ? 'backing-off' : 'failed', trouble }
  }

  async #waitToRetry(trouble: Trouble): Promise<State> {
    const delay = this.#backOff.nextDelayMs()
    const { attempt } = this.#backOff
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
    if (!this.#signal.aborted) this.#options.onState(state)
  }
}
