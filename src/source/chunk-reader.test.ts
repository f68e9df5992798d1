import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { chunkReaderOf } from './chunk-reader.ts'
import { readMessages } from './frame-reader.ts'
import { encodeFrame } from './grpc-web-frame.ts'

/** A body as that of a `Response`, whose stream is one of bytes. */
function bodyOf(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream()
}

async function bytesOf(body: ReadableStream<Uint8Array>): Promise<{ bytes: number[]; buffers: number }> {
  const reader = chunkReaderOf(body, true)
  const bytes: number[] = []
  let buffers = 0
  for (let chunk = await reader.read(); chunk !== undefined; chunk = await reader.read()) {
    for (const byte of chunk) bytes.push(byte)
    buffers = Math.max(buffers, chunk.buffer.byteLength)
  }
  return { bytes, buffers }
}

test('a body of bytes is read through a buffer that is no longer than its limit', async () => {
  const bytes = Uint8Array.from({ length: 600_000 }, (_, i) => i % 251)
  const read = await bytesOf(bodyOf(bytes))
  expect(read.bytes).toEqual([...bytes])
  expect(read.buffers).toBe(256 * 1024)
})

test('a stream that is none of bytes is read in its own chunks', async () => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Uint8Array.of(1, 2))
      controller.enqueue(Uint8Array.of(3))
      controller.close()
    },
  })
  expect((await bytesOf(body)).bytes).toEqual([1, 2, 3])
})

test('messages that are copied before the next ones are those of a reader that keeps its chunks', async () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 100_000 }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(payloads, async (messages) => {
      const bytes = Uint8Array.from(messages.flatMap((message) => [...encodeFrame(message)]))
      const read: Uint8Array[] = []
      const reading = async () => {
        for await (const chunk of readMessages(bodyOf(bytes), { reusesBuffer: true }))
          read.push(...chunk.map((message) => message.slice()))
      }
      await expect(reading()).rejects.toThrow('without a status')
      expect(read).toEqual(messages)
    }),
    { numRuns: 20 },
  )
})
