/**
 * Follows Goldmane's Flows.Stream for as long as it is wanted: opens it, hands over the bytes of its messages, and
 * opens it again when it breaks, asking for what was missed. It decodes nothing; it runs in the worker.
 */
import { create, toBinary } from '@bufbuild/protobuf'
import { type Filter, FlowStreamRequestSchema } from '../gen/goldmane/api_pb.ts'
import { systemClock } from '../lib/clock.ts'
import type { Clock } from '../lib/clock.ts'
import { encodeFrame } from './frame.ts'
import { readAnswer } from './frame-reader.ts'
import { GrpcError } from './grpc-error.ts'
import { connect } from './network.ts'
import { startOfStream } from './stream-start.ts'
import { toTrouble } from './trouble.ts'
import type { Trouble } from './trouble.ts'

/** The part of the source's state that a live source can be in; it fits the store's SourceState. */
export type LiveState =
  | { readonly state: 'connecting' }
  /** The stream is open. */
  | { readonly state: 'live' }
  /** Trying again at `retryAt` (Unix milliseconds), or just now when that is past. */
  | {
      readonly state: 'reconnecting'
      readonly trouble: Trouble
      readonly retryAt: number
      readonly attempt: number
    }
  /** Trying again by itself makes no sense; `retryNow` still does. */
  | { readonly state: 'failed'; readonly trouble: Trouble }

export interface LiveOptions {
  /** An absolute URL with a trailing slash; `goldmane.Flows/Stream` is appended. */
  readonly endpoint: string
  /** Seconds of back-fill at first; 0 for none. More than the server holds is all that it holds. */
  readonly history: number
  /** What Goldmane is to send; null for everything. */
  readonly filter: Filter | null
  /** Unix seconds: the start of the newest bucket received, which may be incomplete. Null when nothing was. */
  readonly resumeFrom: () => number | null
  readonly onState: (state: LiveState) => void
  /**
   * A stream was opened. Ids of earlier ones are void, as Goldmane may have restarted; known buckets come again.
   * `start` is what it was asked for, as `startOfStream` says it.
   */
  readonly onOpen: (start: number) => void
  /** Encoded FlowResults; the receiver owns the bytes. Nothing more is read before a returned promise resolves. */
  readonly onMessages: (messages: readonly Uint8Array[]) => void | Promise<void>
  readonly fetch?: typeof fetch
  readonly clock?: Clock
  /** In [0, 1). */
  readonly random?: () => number
  /** Where `online` events arrive: the worker or the page itself. */
  readonly network?: EventTarget
}

export interface LiveSource {
  /** Cuts the wait for the next attempt short, also after a failure. While a stream is open it does nothing. */
  retryNow(): void
  /** Resolves once the signal was aborted and everything is let go. Whatever goes wrong before is a state. */
  readonly done: Promise<void>
}

/** Milliseconds: the ceilings of the first and of the longest wait between attempts. */
const FIRST_WAIT = 500
const LONGEST_WAIT = 15_000
/**
 * Milliseconds without a single byte after which a connection is opened anew: six buckets. It may be broken, or the
 * cluster quiet: gRPC-web has no sign of life of its own.
 */
export const SILENCE = 90_000
/**
 * Milliseconds: the most that the patience with a filtered stream grows to. There quiet is usual, and each new stream has
 * Goldmane look through all buckets since the last flow, in the one loop that serves everybody.
 */
export const LONGEST_SILENCE = SILENCE * 8

class Silence extends GrpcError {
  constructor(milliseconds: number) {
    super('UNAVAILABLE', `nothing came for ${milliseconds / 1000} s`)
  }
}

/** Starts to follow the stream, until `signal` is aborted. */
export function openLive(options: LiveOptions, signal: AbortSignal): LiveSource {
  const {
    clock = systemClock,
    random = Math.random,
    fetch: fetcher = fetch,
    network = globalThis instanceof EventTarget ? globalThis : null,
  } = options
  const openedAt = clock.now()
  let patience = SILENCE
  /** How to end the present pause, and whether it would end by itself. */
  const waiting: { wake: (() => void) | null; timed: boolean } = { wake: null, timed: false }

  // A refusal is not cured by a network that comes back.
  const online = () => {
    if (waiting.timed) waiting.wake?.()
  }

  /** Resolves after a time, or for null never by itself; sooner by retryNow, or an abort. */
  function pause(milliseconds: number | null): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        cancelTimer?.()
        signal.removeEventListener('abort', wake)
        waiting.wake = null
        resolve()
      }
      const cancelTimer = milliseconds === null ? null : clock.after(milliseconds, wake)
      signal.addEventListener('abort', wake)
      waiting.wake = wake
      waiting.timed = milliseconds !== null
    })
  }

  /**
   * Follows one stream until it breaks, and says why. `progressed` when it was not in vain; `quiet` when it stood and
   * nothing came any more.
   */
  async function follow(): Promise<{ trouble: Trouble; progressed: boolean; quiet: boolean }> {
    const attempt = new AbortController()
    const stop = () => attempt.abort(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    const watched = <T>(step: Promise<T>, milliseconds: number) =>
      withinSilence(step, milliseconds, clock, attempt)
    let progressed = false
    let openSince: number | null = null
    const newestBefore = options.resumeFrom()
    try {
      const start = startOfStream(newestBefore, options.history, openedAt, clock.now())
      const init = { ...streamRequest(start, options.filter), signal: attempt.signal }
      const response = await watched(
        connect(fetcher, `${options.endpoint}goldmane.Flows/Stream`, init),
        SILENCE,
      )
      const messages = readAnswer(response, { signal: attempt.signal })
      openSince = clock.now()
      options.onOpen(start)
      options.onState({ state: 'live' })
      for (;;) {
        const next = await watched(messages.next(), patience)
        if (next.done) break
        if (next.value.length === 0) continue
        progressed = true
        // While the receiver is busy no bytes are awaited, so the watch stands still.
        await options.onMessages(next.value)
        attempt.signal.throwIfAborted()
        // What came again on a new stream is no news.
        if (options.resumeFrom() !== newestBefore) patience = SILENCE
      }
      // Goldmane never ends a stream by itself (goldmane/server/flow_service.go:49-72); a proxy may.
      throw new GrpcError('UNAVAILABLE', 'the server ended the stream')
    } catch (error) {
      // A quiet cluster sends nothing; a stream that stood long is no reason to wait longer the next time.
      progressed ||= openSince !== null && clock.now() - openSince > LONGEST_WAIT
      const quiet = openSince !== null && error instanceof Silence
      const inVain = quiet && options.resumeFrom() === newestBefore
      patience = inVain && options.filter !== null ? Math.min(patience * 2, LONGEST_SILENCE) : SILENCE
      return { trouble: toTrouble(error), progressed, quiet }
    } finally {
      signal.removeEventListener('abort', stop)
      // Lets the connection go, whatever ended the loop.
      attempt.abort()
    }
  }

  async function run(): Promise<void> {
    network?.addEventListener('online', online)
    options.onState({ state: 'connecting' })
    let attempt = 0
    while (!signal.aborted) {
      const { trouble, progressed, quiet } = await follow()
      if (signal.aborted) break
      if (quiet) {
        // No alarm, and no news: the next attempt tells a broken connection from a quiet cluster.
        attempt = 0
        continue
      }
      if (!trouble.retry) {
        options.onState({ state: 'failed', trouble })
        await pause(null)
        if (signal.aborted) break
        options.onState({ state: 'connecting' })
        attempt = 0
        continue
      }
      attempt = progressed ? 1 : attempt + 1
      // Full jitter: many pages that lost one server do not come back in step.
      const wait = random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempt - 1))
      options.onState({ state: 'reconnecting', trouble, retryAt: clock.now() + wait, attempt })
      await pause(wait)
      if (signal.aborted) break
      options.onState({ state: 'reconnecting', trouble, retryAt: clock.now(), attempt })
    }
    network?.removeEventListener('online', online)
  }

  return { retryNow: () => waiting.wake?.(), done: run() }
}

function streamRequest(startTimeGte: number, filter: Filter | null): RequestInit {
  const request = create(FlowStreamRequestSchema, {
    startTimeGte: BigInt(startTimeGte),
    ...(filter === null ? {} : { filter }),
  })
  return {
    method: 'POST',
    // No grpc-accept-encoding: a compressed message could not be read here.
    headers: { 'content-type': 'application/grpc-web+proto', 'x-grpc-web': '1' },
    body: encodeFrame(toBinary(FlowStreamRequestSchema, request)),
    cache: 'no-store',
  }
}

/** Aborts the attempt when a step takes too long: bytes that never come are a broken connection. */
async function withinSilence<T>(
  step: Promise<T>,
  milliseconds: number,
  clock: Clock,
  attempt: AbortController,
): Promise<T> {
  const stopWatch = clock.after(milliseconds, () => attempt.abort(new Silence(milliseconds)))
  try {
    return await step
  } finally {
    stopWatch()
  }
}
