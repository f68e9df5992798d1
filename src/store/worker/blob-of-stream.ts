/** Puts a long stream away while it is written: as a Blob, or where it is written into a download, there. */
import type { FileWriter } from './file-writer.ts'

/**
 * Bytes that are handed to the browser at once. A Blob of a whole stream (`Response.blob()`) takes half as long again as
 * one of such parts, and so does saving it (bench/results.md).
 */
const PART_BYTES = 16 * 2 ** 20
/** Parts that the browser may still be taking over: more of them would fill the memory when it is slower than the stream. */
const MAX_PENDING_PARTS = 4

type Bytes = Uint8Array<ArrayBuffer>
type Download = Pick<FileWriter, 'write' | 'end'>

/**
 * Rejects with the error of the stream. `onBytes`: called with the length of each chunk. `beginDownload`: called once where
 * the stream is longer than a part. What it resolves to takes all bytes, and there is no Blob.
 */
export async function blobOfStream(
  stream: ReadableStream<Bytes>,
  type: string,
  onBytes: (length: number) => void,
  beginDownload: () => Promise<Download | null> = () => Promise.resolve(null),
): Promise<Blob | null> {
  const parts: Blob[] = []
  let chunks: Bytes[] = []
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
    // oxlint-disable-next-line no-await-in-loop -- asked for once
    const download = parts.length === 0 ? await beginDownload() : null
    if (download !== null) {
      // oxlint-disable-next-line no-await-in-loop -- this is the last round
      await writeAll(download, chunks, reader, onBytes)
      return null
    }
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

/** Writes the chunks that were read, and those that follow. */
async function writeAll(
  download: Download,
  chunks: readonly Bytes[],
  rest: ReadableStreamDefaultReader<Bytes>,
  onBytes: (length: number) => void,
): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- that is the backpressure, here and below
  for (const chunk of chunks) await download.write(chunk)
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop
    const { done, value } = await rest.read()
    if (done) break
    onBytes(value.byteLength)
    // oxlint-disable-next-line no-await-in-loop
    await download.write(value)
  }
  download.end()
}
