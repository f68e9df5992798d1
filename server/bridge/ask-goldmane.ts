/** Asks Goldmane one bounded question, and keeps the answer whole so that several viewers can have it. */
import type { Clock } from '../../src/lib/clock.ts'
import { constants } from 'node:http2'
import { GRPC, statusOfReset, type GrpcStatus } from '../grpc/grpc-status.ts'
import { printTimeout } from '../grpc/grpc-timeout.ts'
import { ConnectError } from '../upstream/connect-error.ts'
import { openCall, requestHeaders } from '../upstream/open-call.ts'
import { readAnswer } from '../upstream/read-answer.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { encodeFrame } from '../grpc/frame.ts'

/** The messages of an answer as frames, and its status. */
export interface WholeAnswer {
  readonly frames: readonly Buffer[]
  readonly bytes: number
  readonly status: GrpcStatus
}

/** Whoever asks has a shorter deadline, as a rule. */
const MAX_CALL_MS = 60_000
/** List of 20,000 keys has 13 MB. */
const MAX_ANSWER_BYTES = 64 << 20

const TOO_LARGE: GrpcStatus = {
  code: GRPC.RESOURCE_EXHAUSTED,
  message: `The answer is larger than ${MAX_ANSWER_BYTES >> 20} MB; ask for a shorter time, or for pages`,
}
const TOO_LATE: GrpcStatus = {
  code: GRPC.DEADLINE_EXCEEDED,
  message: 'Goldmane did not answer within the time given',
}

/** Resolves with whatever became of the call; `signal` cancels it, and the answer then counts for nothing. */
export async function askGoldmane(
  upstream: Upstream,
  clock: Clock,
  path: string,
  message: Uint8Array,
  signal: AbortSignal,
): Promise<WholeAnswer> {
  const controller = new AbortController()
  let ending: GrpcStatus | null = null
  const abort = (status: GrpcStatus | null) => {
    ending = status
    controller.abort()
  }
  const cancel = () => abort(null)
  const cancelTimer = clock.after(MAX_CALL_MS, () => abort(TOO_LATE))
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  try {
    const answer = await ask(upstream, path, message, controller.signal, () => abort(TOO_LARGE))
    return ending === null ? answer : { frames: [], bytes: 0, status: ending }
  } catch (error) {
    return { frames: [], bytes: 0, status: statusOfConnectFailure(error) }
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', cancel)
  }
}

async function ask(
  upstream: Upstream,
  path: string,
  message: Uint8Array,
  signal: AbortSignal,
  onTooLarge: () => void,
): Promise<WholeAnswer> {
  const frames: Buffer[] = []
  let bytes = 0
  const onMessage = (answer: Buffer) => {
    const frame = encodeFrame(answer)
    bytes += frame.length
    if (bytes > MAX_ANSWER_BYTES) onTooLarge()
    else frames.push(frame)
  }
  const headers = { ...requestHeaders(path), 'grpc-timeout': printTimeout(MAX_CALL_MS) }
  // A server that is about to restart refuses calls before it begins them; those may be repeated, once.
  for (let attempt = 1; ; attempt++) {
    const call = await openCall(upstream, headers, encodeFrame(message), signal)
    if (call === null) return { frames: [], bytes: 0, status: statusOfReset(constants.NGHTTP2_CANCEL) }
    const status = await readAnswer(call, { maxMessageBytes: MAX_ANSWER_BYTES, onMessage, signal })
    const isRefused = !call.isConnectionLost() && call.stream.rstCode === constants.NGHTTP2_REFUSED_STREAM
    if (!isRefused || attempt === 2) return { frames, bytes, status }
  }
}

/** The sentence that the page shows for a Goldmane that cannot be reached. Throws what is no such failure. */
function statusOfConnectFailure(error: unknown): GrpcStatus {
  if (error instanceof ConnectError) return unreachableStatus(error.message)
  throw error
}

/** `cause` is a sentence without a full stop. */
export function unreachableStatus(cause: string | null): GrpcStatus {
  const reason = cause === null ? '' : ` ${cause}`
  return { code: GRPC.UNAVAILABLE, message: `Goldmane cannot be reached.${reason}` }
}
