/**
 * Answers a browser's gRPC-web calls: Flows.Stream from the cluster's ring, the bounded calls from Goldmane, whose answers
 * are shared. Every request is read whole and validated before anything is done for it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { FRESHNESS_HEADER } from '../../src/wire/freshness.ts'
import type { Viewer } from '../auth/viewer.ts'
import { GRPC, type GrpcStatus } from '../grpc/grpc-status.ts'
import { silentLog, type Log } from '../lib/log.ts'
import { askGoldmane } from './ask-goldmane.ts'
import { answerScoped, sendAnswer } from './bounded-call.ts'
import { BridgeCounters } from './bridge-counters.ts'
import { clientNetwork } from '../lib/client-network.ts'
import { ClientPlaces } from '../lib/client-places.ts'
import { startDeadline } from './request/call-deadline.ts'
import { type BoundedCall, decodeCall, type GoldmaneCall, methodOf, PATHS } from './request/goldmane-call.ts'
import { endWithStatus, GRPC_WEB_CONTENT_TYPE } from './grpc-web-answer.ts'
import { abortReason, browserLeft, RefusedCallError } from './request/refused-call.ts'
import { readRequestMessage } from './request/request-message.ts'
import { refusalOf } from './request/request-rules.ts'
import { goldmaneTime } from './request/request-time.ts'
import { ScopedAnswers } from './scoped-answers.ts'
import type { ServedCluster } from './served-cluster.ts'
import { SharedAnswers } from './shared-answers.ts'
import { StreamPlaces } from './stream-places.ts'
import { ViewBudget } from './stream/view-budget.ts'
import { ViewerStream } from './stream/viewer-stream.ts'
import { WaitingLine } from './waiting-line.ts'

export const DEFAULT_UNARY_CALLS = 4
/**
 * Fetches of what the ring does not hold: each costs Goldmane up to 20 s of its single loop. More newcomers than may wait
 * are told what they miss.
 */
const OLDER_LINE = { places: 2, waiting: 100, waitingPerClient: 20 }

/**
 * Calls that are being read or answered, streams not among them. A request may have a megabyte, and HTTP/2 gives a client
 * thousands at a time.
 */
const CALL_LIMITS = { all: 1000, perClient: 100 }

const SHUTTING_DOWN: GrpcStatus = {
  code: GRPC.UNAVAILABLE,
  message: 'The gateway is shutting down; it will be back',
}

export interface BridgeOptions {
  /** Shared by the bridges of all clusters. One of its own unless given. */
  readonly places?: StreamPlaces
  /** Calls that are in flight to this Goldmane at a time; 4 unless given. */
  readonly unaryCalls?: number
  readonly log?: Log
  readonly clock?: Clock
  /** Who the request is from, for the limit of each client. The address of the connection unless given. */
  readonly addressOf?: (request: IncomingMessage) => string
}

export interface Bridge {
  /**
   * Answers one request; `path` is the URL's path without a base path. Returns how to end the call with a status, which
   * does nothing once it has ended.
   */
  (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    viewer: Viewer,
  ): (status: GrpcStatus) => void
  readonly counters: BridgeCounters
  /** Ends every stream with UNAVAILABLE, so that browsers reconnect, and refuses new calls in the same way. */
  close(): void
}

export function isBridgedPath(path: string): boolean {
  return path.startsWith('/goldmane.')
}

export function createBridge(cluster: ServedCluster, options: BridgeOptions = {}): Bridge {
  const calls = new BridgedCalls(cluster, options)
  const answer: (...call: Parameters<Bridge>) => ReturnType<Bridge> = (request, response, path, viewer) => {
    const cancel = new AbortController()
    void calls.answer(request, response, path, viewer, cancel)
    return (status) => cancel.abort(new RefusedCallError(status))
  }
  return Object.assign(answer, { counters: calls.counters, close: () => calls.close() })
}

/** A call that was read and may pass. */
interface ReadCall {
  readonly call: GoldmaneCall
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly viewer: Viewer
  /** The viewer's name or address, for turns and budgets. */
  readonly client: string
  /** Aborted when the browser left or its deadline passed. */
  readonly signal: AbortSignal
}

class BridgedCalls {
  readonly counters: BridgeCounters
  readonly #cluster: ServedCluster
  readonly #places: StreamPlaces
  readonly #log: Log
  readonly #clock: Clock
  readonly #addressOf: (request: IncomingMessage) => string
  readonly #shared: SharedAnswers
  readonly #scoped: ScopedAnswers
  readonly #callPlaces = new ClientPlaces(CALL_LIMITS)
  readonly #olderLine = new WaitingLine(OLDER_LINE)
  readonly #budget: ViewBudget
  readonly #streams = new Set<ViewerStream>()
  readonly #unfinished = new Set<AbortController>()
  #isClosed = false

  constructor(cluster: ServedCluster, options: BridgeOptions) {
    const { clock = systemClock, unaryCalls = DEFAULT_UNARY_CALLS } = options
    this.#cluster = cluster
    this.#clock = clock
    this.#budget = new ViewBudget(clock)
    this.#places = options.places ?? new StreamPlaces()
    this.#log = options.log ?? silentLog
    this.#addressOf = options.addressOf ?? ((request) => request.socket.remoteAddress ?? '')
    this.#shared = new SharedAnswers(
      (path, message, signal) => askGoldmane(cluster.upstream, clock, path, message, signal),
      clock,
      unaryCalls,
    )
    this.#scoped = new ScopedAnswers(cluster.ring)
    this.counters = new BridgeCounters(this.#streams, this.#shared, this.#olderLine)
  }

  /** Never rejects. */
  async answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    viewer: Viewer,
    cancel: AbortController,
  ): Promise<void> {
    // 'close' also follows a response that ended well. Cancelling then has no effect, because its call has ended too.
    response.once('close', () => cancel.abort(browserLeft()))
    this.#unfinished.add(cancel)
    response.once('close', () => this.#unfinished.delete(cancel))
    try {
      if (this.#isClosed) throw new RefusedCallError(SHUTTING_DOWN)
      const method = checkCall(request, response, path)
      const leave = this.#enter(request)
      response.once('close', leave)
      startDeadline(request, response, this.#clock, cancel)
      const call = decodeCall(method, await readRequestMessage(request, this.#clock))
      if (cancel.signal.aborted) throw abortReason(cancel.signal)
      const refusal = refusalOf(call, this.#goldmaneTime())
      if (refusal !== null) throw new RefusedCallError({ code: GRPC.INVALID_ARGUMENT, message: refusal })
      const client = clientOf(viewer, this.#addressOf(request))
      const read = { request, response, viewer, client, signal: cancel.signal }
      if (call.method === 'Stream') {
        this.#openStream({ ...read, call }, call.request)
        leave()
      } else await this.#answerBounded({ ...read, call }, call)
    } catch (error) {
      this.#refuse(request, response, error)
    }
  }

  close(): void {
    this.#isClosed = true
    // Streams among them.
    for (const cancel of this.#unfinished) cancel.abort(new RefusedCallError(SHUTTING_DOWN))
    this.#shared.close()
  }

  /** Takes a place for a call; returns the function that frees it, which may be called again. */
  #enter(request: IncomingMessage): () => void {
    const place = this.#callPlaces.take(this.#addressOf(request))
    if (typeof place === 'function') return place
    const message = 'Too many calls at once: try again in some seconds'
    throw new RefusedCallError({ code: GRPC.RESOURCE_EXHAUSTED, message }, 429, true)
  }

  #openStream({ request, response, viewer, client, signal }: ReadCall, message: StreamMessage): void {
    const place = this.#places.take(this.#addressOf(request))
    if (typeof place !== 'function') throw new RefusedCallError(place)
    // Somebody has come to look: the wait of the back-off may be minutes.
    this.#cluster.follower.retryNow()
    const stream = new ViewerStream(
      {
        cluster: this.#cluster,
        clock: this.#clock,
        olderLine: this.#olderLine,
        budget: this.#budget,
        onStalled: () => this.#onStalled(viewer),
        onClose: (closed) => {
          place()
          this.#streams.delete(closed)
          this.counters.addClosedStream(closed)
        },
      },
      {
        request: message,
        response,
        viewer,
        client,
        wantsFreshness: request.headers[FRESHNESS_HEADER] === '1',
      },
    )
    if (stream.isClosed) return
    this.#streams.add(stream)
    signal.addEventListener('abort', () => stream.end(abortReason(signal).status), { once: true })
  }

  async #answerBounded(
    { request, response, viewer, client, signal }: ReadCall,
    call: BoundedCall,
  ): Promise<void> {
    // The page asks so when the reader wants a gap filled again, for which Goldmane may have got flows since.
    const isFresh = request.headers['cache-control'] === 'no-cache'
    const answer =
      viewer.namespaces === 'all'
        ? await this.#shared.answer(PATHS[call.method], call.message, { client, signal, isFresh })
        : await answerScoped(this.#scoped, call, { viewer, client, now: this.#goldmaneTime(), signal })
    sendAnswer(response, this.#clock, answer, () => this.#onStalled(viewer))
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    if (!(error instanceof RefusedCallError)) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#log.error('call failed', { cluster: this.#cluster.name, reason })
      return endWithStatus(response, { code: GRPC.INTERNAL, message: reason })
    }
    if (error.status.code !== GRPC.CANCELLED) this.counters.addRefusal(error.status.code)
    // HTTP/2 has no such header, and no need for it: the rest of a body is dropped with its stream.
    if (error.leavesBody && request.httpVersionMajor < 2 && !response.headersSent)
      response.setHeader('connection', 'close')
    endWithStatus(response, error.status, error.http)
  }

  #onStalled(viewer: Viewer): void {
    this.counters.addStalled()
    this.#log.warn('viewer stalled', { cluster: this.#cluster.name, viewer: viewer.name })
  }

  #goldmaneTime(): number {
    const { follower, ring } = this.#cluster
    const now = this.#clock.now() / 1000
    return goldmaneTime({ now, state: follower.status.state, newestBucket: ring.newestBucket })
  }
}

/** Who takes turns with others: the user, or where nobody logs in by name the address, or its network. */
function clientOf({ name }: Viewer, address: string): string {
  return name === null ? `address ${clientNetwork(address)}` : `user ${name}`
}

type StreamMessage = Extract<GoldmaneCall, { method: 'Stream' }>['request']

/**
 * The method that is called.
 * @throws RefusedCallError for what is no call of the four methods
 */
function checkCall(request: IncomingMessage, response: ServerResponse, path: string): GoldmaneCall['method'] {
  const method = methodOf(path)
  if (method === undefined) throw unimplemented(`There is no method ${path} here`, 404)
  if (request.method !== 'POST') {
    response.setHeader('allow', 'POST')
    throw unimplemented('gRPC-web wants POST', 405)
  }
  if (!/^application\/grpc-web(\+proto)?(\s*;|$)/i.test(request.headers['content-type'] ?? ''))
    throw unimplemented(`Only ${GRPC_WEB_CONTENT_TYPE} is spoken here`, 415)
  return method
}

function unimplemented(message: string, http: number): RefusedCallError {
  return new RefusedCallError({ code: GRPC.UNIMPLEMENTED, message }, http)
}
