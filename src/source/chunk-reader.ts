/** Reads the chunks of a body, into one buffer where that is possible: each new one is garbage that lives until V8 collects it. */

/** Small enough that what waits for the thread gets its turn between two chunks. */
const BUFFER_BYTES = 256 * 1024

export interface ChunkReader {
  /** The next chunk, which with a reused buffer is valid until the next call; undefined at the end. */
  read(): Promise<Uint8Array | undefined>
  cancel(reason?: unknown): Promise<void>
}

export function chunkReaderOf(body: ReadableStream<Uint8Array>, reusesBuffer: boolean): ChunkReader {
  const byteReader = reusesBuffer ? byteReaderOf(body) : null
  if (byteReader === null) {
    const reader = body.getReader()
    return {
      read: async () => (await reader.read()).value,
      cancel: (reason) => reader.cancel(reason),
    }
  }
  let buffer = new ArrayBuffer(BUFFER_BYTES)
  return {
    async read() {
      // The buffer is transferred to the stream, and comes back with the bytes in it.
      const { done, value } = await byteReader.read(new Uint8Array(buffer))
      if (value !== undefined) buffer = value.buffer
      return done ? undefined : value
    },
    cancel: (reason) => byteReader.cancel(reason),
  }
}

/** Null where the body's stream is none of bytes, as Safari's. */
function byteReaderOf(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' })
  } catch {
    return null
  }
}
