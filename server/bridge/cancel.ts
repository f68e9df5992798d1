/** Ending a call from our side. The reason of the AbortSignal is the status that the call then ends in. */
import { constants } from 'node:http2'
import type { GrpcStatus } from './grpc-status.ts'
import type { UpstreamCall } from './upstream.ts'

/** A call that was ended from our side: by the browser, or by its deadline. */
export class Aborted extends Error {
  override readonly name = 'Aborted'
  readonly status: GrpcStatus

  constructor(status: GrpcStatus) {
    super(status.message)
    this.status = status
  }
}

/** Stops waiting when the signal fires; a call that comes into being after that is cancelled. */
export function unlessAborted(opening: Promise<UpstreamCall>, signal: AbortSignal): Promise<UpstreamCall> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new Aborted(reasonOf(signal)))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    opening.then((call) => {
      signal.removeEventListener('abort', abort)
      if (signal.aborted) call.stream.close(constants.NGHTTP2_CANCEL)
      resolve(call)
    }, reject)
  })
}

/** The signal's reason is always a status: both places that abort give one. */
export function reasonOf(signal: AbortSignal): GrpcStatus {
  // `reason` is typed any.
  return signal.reason as GrpcStatus
}
