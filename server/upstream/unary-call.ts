/** A call of Goldmane with one request and one answer, for the gateway itself. */
import type { Clock } from '../../src/lib/clock.ts'
import { GRPC, type GrpcStatus } from '../grpc/grpc-status.ts'
import { printTimeout } from '../grpc/grpc-timeout.ts'
import { ConnectError } from './connect-error.ts'
import { openCall, requestHeaders } from './open-call.ts'
import { readAnswer } from './read-answer.ts'
import type { Upstream } from './upstream.ts'

export interface UnaryCall {
  /** Such as `/goldmane.Flows/List`. */
  readonly path: string
  /** As `encodeRequest` returns it. */
  readonly body: Buffer
  readonly timeoutMs: number
  readonly maxMessageBytes: number
  /** Cancels the call. */
  readonly signal: AbortSignal
}

export interface UnaryAnswer {
  readonly status: GrpcStatus
  /** The last message, which is the answer when the status is OK; null without one. */
  readonly message: Buffer | null
}

const CANCELLED: GrpcStatus = { code: GRPC.CANCELLED, message: 'The gateway cancelled the call' }
const DEADLINE_EXCEEDED: GrpcStatus = {
  code: GRPC.DEADLINE_EXCEEDED,
  message: 'Goldmane did not answer in time',
}

/** Never rejects: a connection that cannot be opened is UNAVAILABLE, and a deadline that passes DEADLINE_EXCEEDED. */
export async function callUnary(upstream: Upstream, clock: Clock, unary: UnaryCall): Promise<UnaryAnswer> {
  const { path, body, timeoutMs, maxMessageBytes, signal } = unary
  const controller = new AbortController()
  let late = false
  const cancelTimer = clock.after(timeoutMs, () => {
    late = true
    controller.abort()
  })
  const cancel = () => controller.abort()
  signal.addEventListener('abort', cancel, { once: true })
  if (signal.aborted) cancel()
  let message: Buffer | null = null
  try {
    const headers = { ...requestHeaders(path), 'grpc-timeout': printTimeout(timeoutMs) }
    const onMessage = (bytes: Buffer) => {
      message = Buffer.from(bytes)
    }
    const call = await openCall(upstream, headers, body, controller.signal)
    const status =
      call === null
        ? CANCELLED
        : await readAnswer(call, { maxMessageBytes, onMessage, signal: controller.signal })
    return { status: late ? DEADLINE_EXCEEDED : status, message }
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error
    return { status: { code: GRPC.UNAVAILABLE, message: error.message }, message: null }
  } finally {
    cancelTimer()
    signal.removeEventListener('abort', cancel)
  }
}
