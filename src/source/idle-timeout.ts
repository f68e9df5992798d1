/**
 * The idle timeout of the live stream. gRPC-web has no keep-alive, so a stream without a single byte for this long is
 * closed and opened again: the connection may be dead, or the cluster quiet, and only a new stream can tell.
 */
import type { Clock } from '../lib/clock.ts'
import { GrpcError } from './grpc-error.ts'

/** Milliseconds: six buckets of 15 s, each of which brings at least one message in a cluster that is not quiet. */
export const IDLE_TIMEOUT_MS = 90_000
/** Milliseconds: the upper bound of the timeout of a filtered stream. */
export const MAX_IDLE_TIMEOUT_MS = IDLE_TIMEOUT_MS * 8

export class IdleTimeoutError extends GrpcError {
  constructor(milliseconds: number) {
    super('UNAVAILABLE', `nothing came for ${milliseconds / 1000} s`)
  }
}

/**
 * The present timeout, which grows while a filtered stream brings nothing new. Silence is usual there, and each new
 * stream makes Goldmane look through all buckets since the last flow, in the one loop that serves every client.
 */
export class IdleTimeout {
  #milliseconds = IDLE_TIMEOUT_MS

  get milliseconds(): number {
    return this.#milliseconds
  }

  /** Doubles the timeout, up to {@link MAX_IDLE_TIMEOUT_MS}. */
  double(): void {
    this.#milliseconds = Math.min(this.#milliseconds * 2, MAX_IDLE_TIMEOUT_MS)
  }

  reset(): void {
    this.#milliseconds = IDLE_TIMEOUT_MS
  }
}

/** Settles as `step` does, and aborts `controller` with an {@link IdleTimeoutError} when that takes too long. */
export async function abortWhenIdle<T>(
  step: Promise<T>,
  milliseconds: number,
  clock: Clock,
  controller: AbortController,
): Promise<T> {
  const cancelTimer = clock.after(milliseconds, () => controller.abort(new IdleTimeoutError(milliseconds)))
  try {
    return await step
  } finally {
    cancelTimer()
  }
}
