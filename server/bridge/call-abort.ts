/** Calls that the gateway aborts. The reason of their AbortSignal is the gRPC status with which they end. */
import { constants } from 'node:http2'
import type { GrpcStatus } from '../grpc/grpc-status.ts'
import type { UpstreamCall } from '../upstream/upstream.ts'

/** A call was aborted because the browser went away or the deadline passed. */
export class AbortedCallError extends Error {
  override readonly name = 'Aborted'
  readonly status: GrpcStatus

  constructor(status: GrpcStatus) {
    super(status.message)
    this.status = status
  }
}

/** Rejects with {@link AbortedCallError} when the signal fires first; the call is then cancelled once it is open. */
export function rejectOnAbort(opening: Promise<UpstreamCall>, signal: AbortSignal): Promise<UpstreamCall> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new AbortedCallError(abortStatus(signal)))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    opening.then((call) => {
      signal.removeEventListener('abort', abort)
      if (signal.aborted) call.stream.close(constants.NGHTTP2_CANCEL)
      resolve(call)
    }, reject)
  })
}

/** The status in the signal's reason: bridge.ts gives every abort one. */
export function abortStatus(signal: AbortSignal): GrpcStatus {
  return signal.reason as GrpcStatus
}
