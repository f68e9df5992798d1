/** Writes an answer as fast as its reader takes it. */
import type { ServerResponse } from 'node:http'
import type { Clock } from '../../src/lib/clock.ts'

/** Milliseconds in which a reader that takes nothing of what is written is given up, so that it frees its place. */
const CHUNK_STALL_MS = 60_000

/** Ends when all is written, or the reader has gone. An error of the chunks destroys the response, and is thrown. */
export async function sendChunks(
  chunks: AsyncIterable<Uint8Array>,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (response.destroyed) return
      if (!response.write(chunk)) await drained(response, clock)
    }
  } catch (error) {
    response.destroy()
    throw error
  }
  response.end()
}

/** Resolves when there is room again, or the response is closed: also by us, when the reader has stalled. */
function drained(response: ServerResponse, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve()
    const settle = () => {
      cancelStall()
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    const cancelStall = clock.after(CHUNK_STALL_MS, () => response.destroy())
    response.on('drain', settle).on('close', settle)
  })
}
