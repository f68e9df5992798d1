/** Unpacks a file in the zip of a bundle. */
import type { EntryGetDataOptions, FileEntry } from '@zip.js/zip.js/lib/zip-core-custom.js'

/** The bytes of an entry, no more than it declares. Rejects where they cannot be unpacked. */
export async function unpackEntry(entry: FileEntry, options: EntryGetDataOptions): Promise<Blob> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>()
  const unpacked = new Response(readable.pipeThrough(limitTo(entry.uncompressedSize))).blob()
  const [blob] = await Promise.all([unpacked, entry.getData(writable, { ...options, useWebWorkers: false })])
  return blob
}

/** Passes so many bytes and throws a RangeError at the next one: the size that an entry declares may be wrong. */
function limitTo(bytes: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let left = bytes
  return new TransformStream({
    transform(chunk, controller) {
      left -= chunk.byteLength
      if (left < 0) throw new RangeError('it is larger than the zip says')
      controller.enqueue(chunk)
    },
  })
}

/** What an error of unpacking says. */
export function unpackFault(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
