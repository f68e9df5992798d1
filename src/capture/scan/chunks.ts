/** The chunks of a byte stream, and a look at the first of them. */

/** Larger chunks are cut, so that cancellation and a full batch are noticed after at most this many bytes. */
const MAX_CHUNK_BYTES = 64 * 1024
/** How many bytes of a file's beginning decide what it holds. */
export const HEAD_BYTES = 64 * 1024

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
      for (let at = 0; at < value.length; at += MAX_CHUNK_BYTES) {
        const chunk = value.subarray(at, at + MAX_CHUNK_BYTES)
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

/**
 * The first bytes, at most 64 KiB, and all chunks from the beginning on. An error of the stream within the head is thrown
 * by `all`, after the bytes before it.
 */
export async function headOf(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  let held = new Uint8Array(0)
  let rest = chunks
  while (held.length < HEAD_BYTES) {
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
  return { head: held.subarray(0, HEAD_BYTES), all: following(held, rest) }
}

// oxlint-disable-next-line require-yield -- a sequence that ends at once, with an error
async function* failing(error: unknown): AsyncGenerator<Uint8Array> {
  throw error
}

async function* following(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < head.length; at += MAX_CHUNK_BYTES) yield head.subarray(at, at + MAX_CHUNK_BYTES)
  yield* rest
}
