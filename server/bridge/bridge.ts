/**
 * Translates gRPC-web, over HTTP/1.1 from a browser, to gRPC, over HTTP/2 to Goldmane. Both frame messages alike, so the
 * bytes are passed on as they are; only the headers and the trailers are translated. Decoding and encoding the messages
 * was measured at 27 times the CPU.
 *
 * Backpressure is the streams' own: a slow browser pauses the pipe, a paused pipe closes the HTTP/2 flow-control window,
 * and a closed window stops Goldmane.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type OutgoingHttpHeaders } from 'node:http2'
import { beginAnswer, GRPC_WEB_CONTENT_TYPE, endWithStatus, endWithTrailers } from './grpc-web-answer.ts'
import { AbortedCallError, rejectOnAbort } from './call-abort.ts'
import { ConnectError } from '../upstream/connect-error.ts'
import { CredentialsError } from '../upstream/credentials.ts'
import { GRPC, statusOfReset, type GrpcStatus } from '../grpc/grpc-status.ts'
import { relayAnswer, type RelayOutcome } from './relay.ts'
import { parseTimeout, printTimeout } from '../grpc/grpc-timeout.ts'
import type { Upstream } from '../upstream/upstream.ts'

const STREAM_PATH = '/goldmane.Flows/Stream'

/**
 * The methods that a browser may call. FlowCollector, which every client with an accepted certificate can call, is not
 * among them: it writes flows.
 */
const ALLOWED_PATHS: ReadonlySet<string> = new Set([
  '/goldmane.Flows/List',
  STREAM_PATH,
  '/goldmane.Flows/FilterHints',
  '/goldmane.Statistics/List',
])

/** A request is a filter and a time range: a few kilobytes. */
const MAX_REQUEST_BYTES = 1 << 20

/** Goldmane crashes at the 101st stream of a cluster (goldmane/pkg/stream/stream_manager.go:154). */
const MAX_OPEN_STREAMS = 40

/** The longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Answers one gRPC-web request; `path` is the URL's path without a base path. */
export type Bridge = (request: IncomingMessage, response: ServerResponse, path: string) => void

export function isBridgedPath(path: string): boolean {
  return path.startsWith('/goldmane.')
}

export function createBridge(upstream: Upstream): Bridge {
  let streams = 0
  return (request, response, path) => {
    if (refuseInvalid(request, response, path)) return
    if (path === STREAM_PATH) {
      if (streams >= MAX_OPEN_STREAMS) {
        return endWithStatus(response, {
          code: GRPC.RESOURCE_EXHAUSTED,
          message: `This gateway opens no more than ${MAX_OPEN_STREAMS} streams at a time: close a page and try again`,
        })
      }
      streams++
      response.once('close', () => streams--)
    }
    forwardCall(upstream, request, response, path).catch((error: unknown) =>
      endWithStatus(response, statusOfError(error)),
    )
  }
}

/** Answers a request that is not a valid call; returns whether it did. */
function refuseInvalid(request: IncomingMessage, response: ServerResponse, path: string): boolean {
  if (!ALLOWED_PATHS.has(path)) {
    endWithStatus(response, { code: GRPC.UNIMPLEMENTED, message: `There is no method ${path} here` }, 404)
  } else if (request.method !== 'POST') {
    response.setHeader('allow', 'POST')
    endWithStatus(response, { code: GRPC.UNIMPLEMENTED, message: 'gRPC-web wants POST' }, 405)
  } else if (!/^application\/grpc-web(\+proto)?(\s*;|$)/i.test(request.headers['content-type'] ?? '')) {
    endWithStatus(
      response,
      { code: GRPC.UNIMPLEMENTED, message: `Only ${GRPC_WEB_CONTENT_TYPE} is spoken here` },
      415,
    )
  } else {
    return false
  }
  return true
}

async function forwardCall(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  // 'close' also follows a response that ended well. Cancelling then has no effect, because its call has ended too.
  const cancel = new AbortController()
  response.once('close', () => cancel.abort({ code: GRPC.CANCELLED, message: 'The browser went away' }))

  const deadline = startDeadline(request, cancel)
  if (deadline === 'malformed') {
    return endWithStatus(response, {
      code: GRPC.INVALID_ARGUMENT,
      message: 'The header grpc-timeout is malformed',
    })
  }
  try {
    const body = await readRequestBody(request)
    if (body === null) {
      response.setHeader('connection', 'close')
      return endWithStatus(response, {
        code: GRPC.RESOURCE_EXHAUSTED,
        message: `The request is larger than ${MAX_REQUEST_BYTES} bytes`,
      })
    }
    const headers = (): OutgoingHttpHeaders => ({
      ':path': path,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
      'user-agent': 'flowtrace',
      ...(deadline === null ? {} : { 'grpc-timeout': printTimeout(deadline.at - Date.now()) }),
    })
    // A server that is about to restart refuses calls before it begins them; those may be repeated, once.
    let outcome: RelayOutcome = 'refused'
    for (let attempt = 0; attempt < 2 && outcome === 'refused'; attempt++) {
      const call = await rejectOnAbort(upstream.call(headers(), body), cancel.signal)
      // gRPC servers send their headers with the first message, which in a quiet cluster can take minutes. The headers
      // are sent now, so that the page can show that it is connected.
      if (path === STREAM_PATH) beginAnswer(response)
      outcome = await relayAnswer(call, response, cancel.signal)
    }
    if (outcome === 'torn') response.destroy()
    else if (outcome === 'refused') endWithStatus(response, statusOfReset(constants.NGHTTP2_REFUSED_STREAM))
    else endWithTrailers(response, outcome)
  } finally {
    if (deadline !== null) clearTimeout(deadline.timer)
  }
}

function statusOfError(error: unknown): GrpcStatus {
  if (error instanceof ConnectError || error instanceof CredentialsError) {
    return { code: GRPC.UNAVAILABLE, message: `Goldmane cannot be reached. ${error.message}` }
  }
  if (error instanceof AbortedCallError) return error.status
  return { code: GRPC.INTERNAL, message: error instanceof Error ? error.message : String(error) }
}

interface Deadline {
  /** Unix milliseconds. */
  readonly at: number
  readonly timer: NodeJS.Timeout
}

function startDeadline(request: IncomingMessage, cancel: AbortController): Deadline | 'malformed' | null {
  const header = request.headers['grpc-timeout']
  if (header === undefined) return null
  const timeout = typeof header === 'string' ? parseTimeout(header) : null
  if (timeout === null) return 'malformed'
  const status = { code: GRPC.DEADLINE_EXCEEDED, message: 'Goldmane did not answer within the time given' }
  const timer = setTimeout(() => cancel.abort(status), Math.min(timeout, MAX_TIMER_MS))
  return { at: Date.now() + timeout, timer }
}

/** The body of a request, or null when it is too large. It is buffered: every allowed method has one request message. */
async function readRequestBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Buffer)) continue
    length += chunk.length
    if (length > MAX_REQUEST_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}
