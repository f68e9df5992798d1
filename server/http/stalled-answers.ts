/**
 * Gives up answers that nobody takes: a client that asks for a large file and does not read it would hold a connection and
 * its buffers for ever. Streams pace themselves and are given up sooner, by PacedResponse, with a line in the log.
 */
import type { ServerResponse } from 'node:http'
import type { Http2ServerResponse } from 'node:http2'
import type { Clock } from '../../src/lib/clock.ts'

/** What is written at a time of a body that is given as a whole, so that a slow reader is told from a stalled one. */
const PIECE_BYTES = 16 * 1024
/**
 * Milliseconds in which a reader must take what the socket holds, about 64 KB, once the answer was ended: 1 KB/s, which
 * the slowest mobile network has.
 */
export const ANSWER_STALL_MS = 60_000
/** The same for an answer that goes on; longer than the writers' own limits, which come first. */
export const OPEN_ANSWER_STALL_MS = 150_000

type Body = string | Uint8Array

/**
 * Must be called before anything is written. Bodies that are given to `end` are written as fast as they are taken.
 * `onStalled` is called when the answer was given up.
 */
export function giveUpWhenStalled(response: ServerResponse, clock: Clock, onStalled: () => void): void {
  const write = response.write.bind(response)
  const end = response.end.bind(response)
  let isEnded = false
  let isClosed = false
  let cancelTimer: (() => void) | null = null

  const giveUp = (): void => {
    isClosed = true
    onStalled()
    response.destroy()
  }
  const watchEnd = (): void => {
    cancelTimer?.()
    cancelTimer = clock.after(ANSWER_STALL_MS, giveUp)
  }
  const writeRest = (rest: Buffer): void => {
    let at = 0
    while (at < rest.length - PIECE_BYTES) {
      if (response.destroyed) return
      const hasRoom = write(rest.subarray(at, at + PIECE_BYTES))
      at += PIECE_BYTES
      if (hasRoom) continue
      watchEnd()
      response.once('drain', () => writeRest(rest.subarray(at)))
      return
    }
    if (isClosed) return
    watchEnd()
    end(rest.subarray(at))
  }
  response.once('close', () => {
    isClosed = true
    cancelTimer?.()
  })
  Object.assign(response, {
    write(...args: Parameters<typeof write>): boolean {
      const hasRoom = write(...args)
      if (isEnded || isClosed) return hasRoom
      cancelTimer?.()
      if (!hasRoom) {
        cancelTimer = clock.after(OPEN_ANSWER_STALL_MS, () => {
          if (needsDrain(response)) giveUp()
        })
      }
      return hasRoom
    },
    end(body?: Body) {
      if (isEnded) return end(body)
      isEnded = true
      if (body === undefined || body.length <= PIECE_BYTES) {
        watchEnd()
        return end(body)
      }
      Object.defineProperty(response, 'writableEnded', { get: () => true, configurable: true })
      writeRest(
        typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length),
      )
      return response
    },
  })
}

/** Of the connection, or the stream of HTTP/2: a compressor in front answers for itself. */
function needsDrain(response: ServerResponse | Http2ServerResponse): boolean {
  if ('stream' in response) return response.stream.writableNeedDrain
  return response.socket?.writableNeedDrain ?? false
}
