/** The bytes of a capture: read from a stream, looked at, decompressed, decoded. */
import { isDelimited } from './delimited.ts'
import { foreignFile } from '../format/foreign.ts'

/** Larger chunks are cut: so much is worked on between two looks at what is full or was cancelled. */
const CHUNK_LIMIT = 64 * 1024
/** So much of a file's beginning decides what it is. */
const HEAD_LENGTH = 64 * 1024

/** The stream's chunks, none larger than 64 KiB. Cancels the stream when the reader stops or the signal says so. */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
  onBytes: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  const cancel = () => void reader.cancel(signal?.reason).catch(() => undefined)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    for (;;) {
      signal?.throwIfAborted()
      const { done, value } = await reader.read()
      if (done) break
      for (let at = 0; at < value.length; at += CHUNK_LIMIT) {
        const chunk = value.subarray(at, at + CHUNK_LIMIT)
        onBytes(chunk.length)
        yield chunk
      }
    }
    signal?.throwIfAborted()
  } finally {
    signal?.removeEventListener('abort', cancel)
    await reader.cancel().catch(() => undefined)
  }
}

/** The first bytes, at most 64 KiB, and everything from the beginning on. What breaks early breaks after the head. */
export async function headOf(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  let held = new Uint8Array(0)
  let rest = chunks
  while (held.length < HEAD_LENGTH) {
    try {
      const { done, value } = await chunks.next()
      if (done === true) break
      const longer = new Uint8Array(held.length + value.length)
      longer.set(held)
      longer.set(value, held.length)
      held = longer
    } catch (error) {
      rest = failing(error)
      break
    }
  }
  return { head: held.subarray(0, HEAD_LENGTH), all: following(held, rest) }
}

// oxlint-disable-next-line require-yield -- a sequence that ends at once, with an error
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  throw error
}

async function* following(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < head.length; at += CHUNK_LIMIT) yield head.subarray(at, at + CHUNK_LIMIT)
  yield* rest
}

export type Content =
  | { readonly is: 'text'; readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' }
  | { readonly is: 'delimited' }
  /** Nothing for us, with the words for what it is. */
  | { readonly is: 'foreign'; readonly name: string }

/** Protobuf's tags and lengths are control characters, which text does not have. */
function hasControls(head: Uint8Array): boolean {
  return head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d)
}

/** What a file holds, from its beginning. Whatever is not known is taken for text, which refuses it line by line. */
export function contentOf(head: Uint8Array): Content {
  const name = foreignFile(head)
  if (name !== undefined) return { is: 'foreign', name }
  if (head[0] === 0xff && head[1] === 0xfe) return { is: 'text', encoding: 'utf-16le' } // Windows PowerShell's `>`
  if (head[0] === 0xfe && head[1] === 0xff) return { is: 'text', encoding: 'utf-16be' }
  if (hasControls(head) && isDelimited(head)) return { is: 'delimited' }
  return { is: 'text', encoding: 'utf-8' }
}
