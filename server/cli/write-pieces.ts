import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorCode } from '../lib/error-code.ts'

/** Writes with backpressure. EPIPE is no error: `head` closes its end once it has read enough. */
export async function writePieces(pieces: Iterable<string>, stdout: Writable): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), stdout, { end: false })
  } catch (error) {
    if (errorCode(error) !== 'EPIPE') throw error
  }
}
