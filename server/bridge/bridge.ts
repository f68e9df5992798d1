/**
 * gRPC-web from a browser, over HTTP/1.1, to gRPC, over HTTP/2. Messages are framed alike in both, so their bytes are
 * passed on as they are; only the headers and the ending are translated. Decoding and encoding again would cost 27
 * times the CPU, as measured.
 *
 * Back-pressure is the streams' own: a reader that stalls stops the pipe, the pipe stops the HTTP/2 window, and the
 * window stops Goldmane.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants, type OutgoingHttpHeaders } from 'node:http2'
import { begin, CONTENT_TYPE, end, finish } from './answer.ts'
import { Aborted, unlessAborted } from './cancel.ts'
import { ConnectError } from './connect-error.ts'
import { CredentialsError } from './credentials.ts'
import { GRPC, statusOfReset, type GrpcStatus } from './grpc-status.ts'
import { relay, type Ending } from './relay.ts'
import { parseTimeout, printTimeout } from './timeout.ts'
import type { Upstream } from './upstream.ts'

const STREAM = '/goldmane.Flows/Stream'

/**
 * What may be called. Goldmane itself lets every accepted client call FlowCollector too, which writes flows:
 * that must stay out of a browser's reach.
 */
const METHODS: ReadonlySet<string> = new Set([
  '/goldmane.Flows/List',
  STREAM,
  '/goldmane.Flows/FilterHints',
  '/goldmane.Statistics/List',
])

/** Bytes. A request is a filter and a time range: kilobytes at most. */
const MAX_REQUEST = 1 << 20

/** Goldmane allows 100 streams a cluster and crashes at the next (goldmane/pkg/stream/stream_manager.go:154). */
const MAX_STREAMS = 40

/** Milliseconds: the longest timer that there is. */
const MAX_TIMER = 2 ** 31 - 1

/** Answers one gRPC-web request; `path` is the URL's path without a base path. */
export type Bridge = (request: IncomingMessage, response: ServerResponse, path: string) => void

export function isBridgedPath(path: string): boolean {
  return path.startsWith('/goldmane.')
}

export function createBridge(upstream: Upstream): Bridge {
  let streams = 0
  return (request, response, path) => {
    if (refuse(request, response, path)) return
    if (path === STREAM) {
      if (streams >= MAX_STREAMS) {
        return end(response, {
          code: GRPC.RESOURCE_EXHAUSTED,
          message: `This gateway opens no more than ${MAX_STREAMS} streams at a time: close a page and try again`,
        })
      }
      streams++
      response.once('close', () => streams--)
    }
    carry(upstream, request, response, path).catch((error: unknown) => end(response, statusOfError(error)))
  }
}

/** What is wrong with the request itself. True when it was answered. */
function refuse(request: IncomingMessage, response: ServerResponse, path: string): boolean {
  if (!METHODS.has(path)) {
    end(response, { code: GRPC.UNIMPLEMENTED, message: `There is no method ${path} here` }, 404)
  } else if (request.method !== 'POST') {
    response.setHeader('allow', 'POST')
    end(response, { code: GRPC.UNIMPLEMENTED, message: 'gRPC-web wants POST' }, 405)
  } else if (!/^application\/grpc-web(\+proto)?(\s*;|$)/i.test(request.headers['content-type'] ?? '')) {
    end(response, { code: GRPC.UNIMPLEMENTED, message: `Only ${CONTENT_TYPE} is spoken here` }, 415)
  } else {
    return false
  }
  return true
}

async function carry(
  upstream: Upstream,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  // 'close' of the response comes after its end as well as before it; a call that ended by itself cannot be
  // cancelled any more. So it needs no look at `writableFinished`, which is true of HTTP/2 resets as well.
  const cancel = new AbortController()
  response.once('close', () => cancel.abort({ code: GRPC.CANCELLED, message: 'The browser went away' }))

  const deadline = startDeadline(request, cancel)
  if (deadline === 'malformed') {
    return end(response, { code: GRPC.INVALID_ARGUMENT, message: 'The header grpc-timeout is malformed' })
  }
  try {
    const body = await readBody(request)
    if (body === null) {
      response.setHeader('connection', 'close')
      return end(response, {
        code: GRPC.RESOURCE_EXHAUSTED,
        message: `The request is larger than ${MAX_REQUEST} bytes`,
      })
    }
    const headers = (): OutgoingHttpHeaders => ({
      ':path': path,
      'content-type': 'application/grpc+proto',
      te: 'trailers',
      'user-agent': 'flowtrace',
      ...(deadline === null ? {} : { 'grpc-timeout': printTimeout(deadline.at - Date.now()) }),
    })
    // A call that the server did not even begin may be repeated; it says so when it is about to restart.
    let ending: Ending = 'refused'
    for (let attempt = 0; attempt < 2 && ending === 'refused'; attempt++) {
      const call = await unlessAborted(upstream.call(headers(), body), cancel.signal)
      // gRPC servers send their headers with the first message, which a quiet cluster may not have for minutes. The
      // browser is to know now that there is a way to Goldmane.
      if (path === STREAM) begin(response)
      ending = await relay(call, response, cancel.signal)
    }
    if (ending === 'torn') response.destroy()
    else if (ending === 'refused') end(response, statusOfReset(constants.NGHTTP2_REFUSED_STREAM))
    else finish(response, ending)
  } finally {
    if (deadline !== null) clearTimeout(deadline.timer)
  }
}

function statusOfError(error: unknown): GrpcStatus {
  if (error instanceof ConnectError || error instanceof CredentialsError) {
    return { code: GRPC.UNAVAILABLE, message: `Goldmane cannot be reached. ${error.message}` }
  }
  if (error instanceof Aborted) return error.status
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
  const timer = setTimeout(() => cancel.abort(status), Math.min(timeout, MAX_TIMER))
  return { at: Date.now() + timeout, timer }
}

/** Every call that is bridged has exactly one request message, so it is held whole. Null when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Buffer)) continue
    length += chunk.length
    if (length > MAX_REQUEST) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}
