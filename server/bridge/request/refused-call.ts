/** Calls that the gateway ends by itself, and the gRPC status with which they end. */
import { GRPC, type GrpcStatus } from '../../grpc/grpc-status.ts'

/** The gateway refused or gave up a call. */
export class RefusedCallError extends Error {
  override readonly name = 'RefusedCall'
  readonly status: GrpcStatus
  /** The HTTP status; 200 where gRPC-web wants it, which has its own status. */
  readonly http: number
  /** Whether the rest of the request's body is not read, so that its connection cannot be used again. */
  readonly leavesBody: boolean

  constructor(status: GrpcStatus, http = 200, leavesBody = false) {
    super(status.message)
    this.status = status
    this.http = http
    this.leavesBody = leavesBody
  }
}

/** The reason with which everything is aborted that was done for one browser. */
export function browserLeft(): RefusedCallError {
  return new RefusedCallError({ code: GRPC.CANCELLED, message: 'The browser went away' })
}

/** The error for a signal that fired. Its reason is a {@link RefusedCallError}: whoever aborts a call gives it one. */
export function abortReason(signal: AbortSignal): RefusedCallError {
  return signal.reason as RefusedCallError
}

/** Resolves or rejects as `work` does, and rejects with {@link abortReason} when the signal fires first. */
export function orAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(abortReason(signal))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
