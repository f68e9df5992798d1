/** Writes an answer as fast as its reader takes it. */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../../src/lib/clock.ts'

/** Milliseconds in which a reader that takes nothing of what is written is given up, so that it frees its place. */
export const CHUNK_STALL_MS = 60_000
/** A reader that takes a little of it each minute is given up after so many milliseconds, too. */
export const MAX_SEND_MS = 15 * 60_000

/** `stalled`: the reader took nothing for a minute, or was not done in a quarter of an hour, and was given up. */
export type SendOutcome = 'sent' | 'gone' | 'stalled'

/** Ends when all is written, or the reader has gone. An error of the chunks destroys the response, and is thrown. */
export async function sendChunks(
  chunks: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  clock: Clock,
): Promise<SendOutcome> {
  let isStalled = false
  const giveUp = (): void => {
    isStalled = true
    response.destroy()
  }
  const cancelEnd = clock.after(MAX_SEND_MS, giveUp)
  try {
    for await (const chunk of chunks) {
      if (!response.destroyed && !response.write(chunk)) await drained(response, clock, giveUp)
      if (response.destroyed) break
    }
  } catch (error) {
    response.destroy()
    // What the engine says of a question that was cancelled with its reader is no news.
    if (!isStalled) throw error
  } finally {
    cancelEnd()
  }
  if (isStalled) return 'stalled'
  if (response.destroyed) return 'gone'
  response.end()
  return 'sent'
}

/** Resolves when there is room again, or the response is closed: also by us, when the reader has stalled. */
function drained(response: ServerResponse, clock: Clock, giveUp: () => void): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve()
    const settle = () => {
      cancelStall()
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    const cancelStall = clock.after(CHUNK_STALL_MS, giveUp)
    response.on('drain', settle).on('close', settle)
  })
}
