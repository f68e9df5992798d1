/** Writes the zip of a bundle. The same files give the same bytes, in every time zone. */
import { BlobReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-custom.js'

export interface ZippedFile {
  readonly name: string
  readonly content: Blob
}

const MEDIA_TYPE = 'application/zip'

/** The first time that a zip can say. */
const DOS_EPOCH_SECONDS = Date.UTC(1980, 0, 1) / 1000

/** Names that are compressed already: packing them again costs time and saves nothing. */
const COMPRESSED = /\.(gz|zst|png)$/

/**
 * A date whose local fields are those of the time in UTC: a zip has no time zone, and the library writes local fields.
 */
function dateInUtc(seconds: number): Date {
  const at = new Date(Math.max(seconds, DOS_EPOCH_SECONDS) * 1000)
  return new Date(
    at.getUTCFullYear(),
    at.getUTCMonth(),
    at.getUTCDate(),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
  )
}

/**
 * The zip of the files in their order, each with the time `seconds` (Unix). Rejects with the signal's reason when it is
 * aborted, and with what reading a blob threw.
 */
export async function zipOf(
  files: readonly ZippedFile[],
  seconds: number,
  signal: AbortSignal,
): Promise<Blob> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>()
  const written = new Response(readable, { headers: { 'content-type': MEDIA_TYPE } }).blob()
  // Awaited below; without this a failed write would be an unhandled rejection of this promise besides.
  written.catch(() => {})
  const zip = new ZipWriter(writable, {
    extendedTimestamp: false,
    lastModDate: dateInUtc(seconds),
    signal,
    useWebWorkers: false,
  })
  for (const { name, content } of files) {
    signal.throwIfAborted()
    await zip.add(name, new BlobReader(content), COMPRESSED.test(name) ? { level: 0 } : {})
  }
  await zip.close()
  return written
}
