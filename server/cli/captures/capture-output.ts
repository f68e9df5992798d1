/** Writes the capture of a command: to a file, which appears when it is whole, or to standard output. */
import { createWriteStream } from 'node:fs'
import { open, realpath, rename, rm, stat } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { type Compression, compressorOf } from '../../lib/compressors.ts'
import { errorCode } from '../../lib/error-code.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { CommandContext } from './capture-input.ts'

export interface CaptureOutput {
  /** Null stands for standard output. */
  readonly path: string | null
  readonly compression: Compression
}

/**
 * Writes the chunks with backpressure. A file gets a temporary name beside its own until it is whole, so that a run that
 * breaks leaves what was there before. Throws {@link UsageError} for a file that cannot be written; EPIPE of standard
 * output is no error, because `head` closes its end once it has read enough.
 */
export async function writeOutput(
  chunks: AsyncIterable<string | Uint8Array>,
  output: CaptureOutput,
  { streams, signal }: CommandContext,
): Promise<void> {
  if (output.path === null) {
    try {
      await send(chunks, output.compression, streams.stdout, { signal, end: false })
    } catch (error) {
      if (errorCode(error) !== 'EPIPE') throw error
    }
    return
  }
  try {
    await writeFile(chunks, output.path, output.compression, signal)
  } catch (error) {
    if (signal.aborted || !(error instanceof Error && 'errno' in error)) throw error
    throw new UsageError(`${visibleText(output.path)} cannot be written (${errorCode(error)})`, {
      cause: error,
    })
  }
}

async function writeFile(
  chunks: AsyncIterable<string | Uint8Array>,
  asked: string,
  compression: Compression,
  signal: AbortSignal,
): Promise<void> {
  const { path, isReplaced } = await targetOf(asked)
  if (!isReplaced) return send(chunks, compression, createWriteStream(path), { signal })
  const temporary = `${path}.${process.pid}.part`
  const file = await open(temporary, 'wx')
  try {
    await send(chunks, compression, file.createWriteStream(), { signal })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/**
 * The file that a link leads to, so that the link stays. A device or a FIFO is written to, never replaced: `rename` would
 * put a file in the place of /dev/null.
 */
async function targetOf(asked: string): Promise<{ readonly path: string; readonly isReplaced: boolean }> {
  try {
    const found = await stat(asked)
    // Asked first, because /dev/stdout leads to a pipe, which has no path of its own.
    if (!found.isFile()) return { path: asked, isReplaced: false }
    return { path: await realpath(asked), isReplaced: true }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
    return { path: asked, isReplaced: true }
  }
}

function send(
  chunks: AsyncIterable<string | Uint8Array>,
  compression: Compression,
  to: Writable,
  options: { readonly signal: AbortSignal; readonly end?: boolean },
): Promise<void> {
  const from = Readable.from(chunks)
  const compressor = compressorOf(compression)
  return compressor === null ? pipeline(from, to, options) : pipeline(from, compressor, to, options)
}
