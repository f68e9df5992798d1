/** For tests of the live source: a server that answers as the test says, and a clock that the test advances. */
import { fromBinary } from '@bufbuild/protobuf'

import { type Filter, FlowStreamRequestSchema } from '../../gen/goldmane/api_pb.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { encodeFreshness, type Freshness } from '../../wire/freshness.ts'
import { encodeFrame, TRAILERS_FLAG } from '../grpc-web-frame.ts'
import { type LiveOptions, openLive } from '../live.ts'
import type { LiveState } from '../live-state.ts'

/** One call that reached the server, with methods to answer it. */
export interface Call {
  readonly url: string
  readonly headers: Headers
  readonly start: number
  readonly filter: Filter | undefined
  readonly signal: AbortSignal
  /** Answers with an open stream. */
  open(): void
  send(...messages: number[]): void
  /** Sends bytes as they are. */
  sendFrame(frame: Uint8Array<ArrayBuffer>): void
  /** Sends what a gateway of ours says beside the records. */
  say(freshness: Partial<Freshness>): void
  /** Breaks the connection, or refuses it when it is not open yet. */
  fail(): void
  /** Ends the stream with a gRPC status. */
  end(status: number): void
  answer(response: Response): void
}

/** A gateway that is live, with nothing lost. */
export const FRESH: Freshness = {
  state: 'live',
  cause: null,
  since: 1_700_000_000,
  retryAt: null,
  now: 1_700_000_000,
  lastBucket: null,
  missing: [],
  restartedAt: null,
  evicted: 0,
  backFill: null,
  lost: [],
}

/** Opens a live source against such a server, and collects what it tells the page. */
export function scene(options: Partial<LiveOptions> = {}, abort = new AbortController()) {
  const clock = new ManualClock(1_700_000_000_000)
  const network = new EventTarget()
  const calls: Call[] = []
  const states: LiveState[] = []
  const received: number[] = []
  const told: string[] = []

  const answering = async (url: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> => {
    const body = init?.body
    if (!(body instanceof Uint8Array) || !init?.signal || typeof url !== 'string') throw new Error('odd call')
    const { signal } = init
    const request = fromBinary(FlowStreamRequestSchema, body.subarray(5))
    return new Promise((resolve, reject) => {
      let controller: ReadableStreamDefaultController<Uint8Array> | null = null
      // As a real fetch: an abort rejects the call, or errors the body when that is open.
      signal.addEventListener('abort', () => {
        if (controller) controller.error(signal.reason)
        else reject(signal.reason)
      })
      calls.push({
        url,
        headers: new Headers(init.headers),
        start: Number(request.startTimeGte),
        filter: request.filter,
        signal,
        open() {
          const stream = new ReadableStream<Uint8Array>({ start: (opened) => void (controller = opened) })
          resolve(new Response(stream, { headers: { 'content-type': 'application/grpc-web+proto' } }))
        },
        send(...messages) {
          for (const message of messages) controller?.enqueue(encodeFrame(Uint8Array.of(message)))
        },
        sendFrame: (frame) => controller?.enqueue(frame),
        say(freshness) {
          controller?.enqueue(encodeFrame(encodeFreshness({ ...FRESH, ...freshness })))
        },
        fail() {
          if (controller) controller.error(new TypeError('network error'))
          else reject(new TypeError('Failed to fetch'))
        },
        end(status) {
          controller?.enqueue(
            encodeFrame(new TextEncoder().encode(`grpc-status: ${status}\r\n`), TRAILERS_FLAG),
          )
          controller?.close()
        },
        answer: resolve,
      })
    })
  }

  const live = openLive(
    {
      endpoint: 'http://127.0.0.1:8081/sub/',
      backFill: 900,
      filter: null,
      resumeFrom: () => null,
      onState(state) {
        states.push(state)
        told.push(state.state)
      },
      onOpen: () => void told.push('open'),
      onMessages(messages) {
        for (const message of messages) received.push(...message)
        told.push('messages')
      },
      fetch: answering,
      clock,
      // Every delay is half of the back-off's upper bound.
      random: () => 0.5,
      network,
      ...options,
    },
    abort.signal,
  )
  return { live, clock, network, calls, states, received, told, abort, last: () => states.at(-1) }
}

/** A receiver with a bug. */
export function throwOnMessages(): never {
  throw new Error('a bug')
}

/** Runs the microtasks that are due: a stream needs a few turns of the queue to hand over a chunk. */
export async function settle() {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
}

export function callOf(calls: readonly Call[], at: number): Call {
  const call = calls[at]
  if (!call) throw new Error(`there is no call ${at}: ${calls.length} came`)
  return call
}
