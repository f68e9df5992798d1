import type { Readable } from 'node:stream'

/**
 * The bytes of a Node stream as a web stream, which reads no further than asked, and destroys the stream when it is
 * cancelled. `Readable.toWeb` of Node 20 throws out of reach of every caller when it is cancelled while data comes.
 */
export function bytesOf(stream: Readable): ReadableStream<Uint8Array> {
  const chunks: AsyncIterator<unknown> = stream[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await chunks.next()
        if (next.done === true) controller.close()
        else if (next.value instanceof Uint8Array) controller.enqueue(next.value)
        else controller.error(new TypeError('the stream holds something else than bytes'))
      },
      cancel() {
        // Not the iterator's own end, which waits for data that may never come.
        stream.destroy()
      },
    },
    { highWaterMark: 0 },
  )
}
