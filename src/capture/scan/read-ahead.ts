/** Reads a file in large slices, the next of them while the one before is parsed. */

/** The first slice is small, so that the first records are there soon. */
const FIRST_SLICE_BYTES = 64 * 1024
const SLICE_GROWTH = 4
/** `Blob.stream()` gives 64 KiB at a time, and each has the way to the browser's process and back. */
const MAX_SLICE_BYTES = 4 * 2 ** 20

/**
 * The bytes of a blob, as `blob.stream()` gives them, but sooner. It fails with the browser's DOMException where the file
 * cannot be read any more, after the bytes before that place.
 */
export function streamOfBlob(blob: Blob): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0
  let sliceBytes = FIRST_SLICE_BYTES
  const readNext = (): { readonly slice: Blob; readonly bytes: Promise<ArrayBuffer> } | null => {
    if (at >= blob.size) return null
    const slice = blob.slice(at, at + sliceBytes)
    at += slice.size
    sliceBytes = Math.min(sliceBytes * SLICE_GROWTH, MAX_SLICE_BYTES)
    const bytes = slice.arrayBuffer()
    // Of a stream that is cancelled nobody awaits the slice that was begun.
    bytes.catch(() => undefined)
    return { slice, bytes }
  }
  let ahead: ReturnType<typeof readNext> | undefined
  let rest: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | null = null
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        for (;;) {
          // oxlint-disable-next-line no-await-in-loop -- one chunk follows the other
          const chunk = await rest?.read()
          if (chunk?.done === false) return controller.enqueue(chunk.value)
          rest = null
          const current = ahead === undefined ? readNext() : ahead
          if (current === null) return controller.close()
          ahead = readNext()
          try {
            // oxlint-disable-next-line no-await-in-loop
            return controller.enqueue(new Uint8Array(await current.bytes))
          } catch {
            // The beginning of the slice may still be readable, and its own error tells where not.
            rest = current.slice.stream().getReader()
          }
        }
      },
      async cancel(reason) {
        at = blob.size
        await rest?.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}
