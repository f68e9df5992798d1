/** The deadline of a browser's call, from its header `grpc-timeout`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../../src/lib/clock.ts'
import { GRPC } from '../../grpc/grpc-status.ts'
import { parseTimeout } from '../../grpc/grpc-timeout.ts'
import { RefusedCallError } from './refused-call.ts'

/** The longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Aborts `cancel` with DEADLINE_EXCEEDED when the deadline passes before the response is closed, if the request has one.
 * @throws RefusedCallError when the header is malformed
 */
export function startDeadline(
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
  cancel: AbortController,
): void {
  const header = request.headers['grpc-timeout']
  if (header === undefined) return
  const timeout = typeof header === 'string' ? parseTimeout(header) : null
  if (timeout === null) {
    throw new RefusedCallError({
      code: GRPC.INVALID_ARGUMENT,
      message: 'The header grpc-timeout is malformed',
    })
  }
  const status = {
    code: GRPC.DEADLINE_EXCEEDED,
    message: 'Goldmane did not answer within the time given',
  }
  const stop = clock.after(Math.min(timeout, MAX_TIMER_MS), () => cancel.abort(new RefusedCallError(status)))
  response.once('close', stop)
}
