/** One call of Goldmane's Flows.Stream, from its request until it breaks. It knows nothing of retries. */
import type { Clock } from '../lib/clock.ts'
import { FRESHNESS_HEADER } from '../wire/freshness.ts'
import { encodeStreamRequest } from '../wire/stream-request.ts'
import { encodeFrame } from './grpc-web-frame.ts'
import { readAnswer } from './frame-reader.ts'
import { GrpcError } from './grpc-error.ts'
import { abortWhenIdle } from './idle-timeout.ts'
import { fetchResponse } from './network.ts'

export interface StreamTarget {
  /** An absolute URL with a trailing slash; `goldmane.Flows/Stream` is appended. */
  readonly endpoint: string
  /** Which flows Goldmane sends: an encoded goldmane.Filter; null for all. */
  readonly filter: Uint8Array | null
  readonly fetch: typeof fetch
  readonly clock: Clock
}

/** The reason of an attempt that the reader wants to be made anew. */
export class ReopenError extends Error {}

export class StreamAttempt {
  readonly #target: StreamTarget
  readonly #signal: AbortSignal
  readonly #controller = new AbortController()
  #messages: ReturnType<typeof readAnswer> | null = null
  /** Unix milliseconds; null until the server answered. */
  #openedAt: number | null = null

  /** An abort of `signal` closes the attempt. */
  constructor(target: StreamTarget, signal: AbortSignal) {
    this.#target = target
    this.#signal = signal
    signal.addEventListener('abort', this.close, { once: true })
  }

  /** Whether the server has answered with a stream. */
  get wasOpened(): boolean {
    return this.#openedAt !== null
  }

  /** Milliseconds since the server answered; 0 before. */
  get age(): number {
    return this.#openedAt === null ? 0 : this.#target.clock.now() - this.#openedAt
  }

  /**
   * Asks for the flows from `start` on, a `start_time_gte` as `startOfStream` returns it. Resolves when the server has
   * answered. Throws NetworkError, GrpcError, or the reason of an abort.
   */
  async open(start: number, timeoutMs: number): Promise<void> {
    const { endpoint, filter, fetch: fetcher, clock } = this.#target
    const init = { ...requestInit(start, filter), signal: this.#controller.signal }
    const response = await this.#orTimeout(
      fetchResponse(fetcher, `${endpoint}goldmane.Flows/Stream`, init),
      timeoutMs,
    )
    this.#messages = readAnswer(response, { signal: this.#controller.signal, reusesBuffer: true })
    this.#openedAt = clock.now()
  }

  /**
   * Resolves with the encoded FlowResults that the next chunk of the body completed, perhaps none. They are valid until
   * the next call. Throws GrpcError,
   * also when the server ends the stream, or the reason of an abort.
   */
  async next(timeoutMs: number): Promise<readonly Uint8Array[]> {
    if (this.#messages === null) throw new Error('the stream is not open')
    const result = await this.#orTimeout(this.#messages.next(), timeoutMs)
    // Goldmane never ends a stream by itself (goldmane/server/flow_service.go:49-72); a proxy may.
    if (result.done) throw new GrpcError('UNAVAILABLE', 'the server ended the stream')
    return result.value
  }

  /** Breaks the stream with a {@link ReopenError}, which {@link next} throws. */
  reopen(): void {
    this.#controller.abort(new ReopenError())
  }

  /** Lets the connection go. Idempotent. */
  readonly close = (): void => {
    this.#signal.removeEventListener('abort', this.close)
    this.#controller.abort(this.#signal.reason)
  }

  #orTimeout<T>(step: Promise<T>, timeoutMs: number): Promise<T> {
    return abortWhenIdle(step, timeoutMs, this.#target.clock, this.#controller)
  }
}

function requestInit(startTimeGte: number, filter: Uint8Array | null): RequestInit {
  return {
    method: 'POST',
    // Without grpc-accept-encoding: the frame reader cannot read compressed messages.
    headers: {
      'content-type': 'application/grpc-web+proto',
      'x-grpc-web': '1',
      [FRESHNESS_HEADER]: '1',
    },
    body: encodeFrame(encodeStreamRequest(startTimeGte, filter)),
    cache: 'no-store',
  }
}
