/** Puts a long stream away as a Blob while it is written. */

/**
 * Bytes that are handed to the browser at once. A Blob of a whole stream (`Response.blob()`) takes half as long again as
 * one of such parts, and so does saving it (bench/results.md).
 */
const PART_BYTES = 16 * 2 ** 20
/** Parts that the browser may still be taking over: more of them would fill the memory when it is slower than the stream. */
const MAX_PENDING_PARTS = 4

/** Rejects with the error of the stream. `onBytes`: called with the length of each chunk. */
export async function blobOfStream(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  type: string,
  onBytes: (length: number) => void,
): Promise<Blob> {
  const parts: Blob[] = []
  let chunks: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  const reader = stream.getReader()
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one chunk follows the other
    const { done, value } = await reader.read()
    if (done) break
    chunks.push(value)
    length += value.byteLength
    onBytes(value.byteLength)
    if (length < PART_BYTES) continue
    parts.push(new Blob(chunks))
    chunks = []
    length = 0
    const pending = parts.at(-MAX_PENDING_PARTS)
    // Its last byte can be read once the browser has all of it.
    // oxlint-disable-next-line no-await-in-loop -- that is the backpressure
    await pending?.slice(-1).arrayBuffer()
  }
  return new Blob([...parts, ...chunks], { type })
}
