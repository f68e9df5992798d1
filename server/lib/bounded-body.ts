import type { Readable } from 'node:stream'
import type { Clock } from '../../src/lib/clock.ts'

export interface BodyLimits {
  readonly maxBytes: number
  /** From now until the body has to be whole. */
  readonly timeoutMs: number
  readonly clock: Clock
}

/** Why a body was not read whole: it is larger or slower than its limit, or its sender went away. */
export type BodyFault = 'too large' | 'too slow' | 'broken off'

/** Reads the body of a request. After a fault the request is paused, and the rest of its body stays unread. */
export function readBoundedBody(
  request: Readable,
  { maxBytes, timeoutMs, clock }: BodyLimits,
): Promise<Buffer | BodyFault> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let length = 0
    const settle = (result: Buffer | BodyFault) => {
      cancelTimeout()
      request.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
      // The request may still fail; without a listener that would end the process.
      request.on('error', () => {})
      request.pause()
      resolve(result)
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length > maxBytes) settle('too large')
      else chunks.push(chunk)
    }
    const onEnd = () => settle(Buffer.concat(chunks, length))
    const onBroken = () => settle('broken off')
    const cancelTimeout = clock.after(timeoutMs, () => settle('too slow'))
    request.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
  })
}
