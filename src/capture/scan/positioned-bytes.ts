/** Bytes that can be read at any position: those of a file, or of a stream that was collected. */

export interface PositionedBytes {
  readonly size: number
  /** The bytes from one index to another. Throws when they cannot be read; the bytes are fewer when the file has shrunk. */
  readonly read: (from: number, to: number) => Promise<Uint8Array<ArrayBuffer>>
}

export function positionsOfBlob(blob: Blob): PositionedBytes {
  return {
    size: blob.size,
    read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer()),
  }
}

/** Upper bound of a stream that is collected, because its format is read from the end or out of order. */
export const MAX_COLLECTED_BYTES = 512 * 1024 * 1024

/** The bytes of a stream, held in memory; null for more than `limit` of them. */
export async function collectedBytes(
  chunks: AsyncIterable<Uint8Array>,
  limit: number = MAX_COLLECTED_BYTES,
): Promise<PositionedBytes | null> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > limit) return null
    parts.push(chunk.slice())
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return { size, read: async (from, to) => bytes.slice(from, to) }
}
