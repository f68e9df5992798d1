import { expect, test } from 'vitest'

import { ensure } from '../../lib/assert.ts'
import { blobOfStream } from './blob-of-stream.ts'

const CHUNK = 5 * 2 ** 20 + 1

function streamOf(chunks: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  const rest = [...chunks]
  return new ReadableStream({
    pull: (controller) => {
      const chunk = rest.shift()
      if (chunk === undefined) controller.close()
      else controller.enqueue(chunk)
    },
  })
}

test('the blob has all bytes of the stream in their order, however many parts they make', async () => {
  const chunks = Array.from({ length: 24 }, (_, i) => new Uint8Array(CHUNK).fill(i))
  let read = 0
  const made = await blobOfStream(streamOf(chunks), 'text/csv', (length) => {
    read += length
  })
  const blob = ensure(made, 'without a download there is a blob')
  expect(blob.type).toBe('text/csv')
  expect([blob.size, read]).toEqual([24 * CHUNK, 24 * CHUNK])
  for (const [i, chunk] of chunks.entries()) {
    // oxlint-disable-next-line no-await-in-loop -- the memory holds one
    const bytes = new Uint8Array(await blob.slice(i * CHUNK, (i + 1) * CHUNK).arrayBuffer())
    expect(Buffer.compare(bytes, chunk)).toBe(0)
  }
})

test('an empty stream is an empty blob, and the error of a stream is thrown', async () => {
  const empty = await blobOfStream(streamOf([]), 'text/csv', () => {})
  expect([empty?.size, empty?.type]).toEqual([0, 'text/csv'])
  const broken = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: () => {
      throw new Error('no')
    },
  })
  await expect(blobOfStream(broken, '', () => {})).rejects.toThrow('no')
})

test('a stream longer than a part is written into a download, whole and in order; a shorter one is not', async () => {
  const chunks = Array.from({ length: 5 }, (_, i) => new Uint8Array(CHUNK).fill(i))
  const written: Uint8Array[] = []
  let [read, ends, begun] = [0, 0, 0]
  const download = {
    write: (bytes: Uint8Array<ArrayBuffer>) => Promise.resolve(void written.push(bytes)),
    end: () => void ends++,
  }
  const put = (given: readonly Uint8Array<ArrayBuffer>[], into: typeof download | null) =>
    blobOfStream(
      streamOf(given),
      'text/csv',
      (length) => (read += length),
      () => {
        begun++
        return Promise.resolve(into)
      },
    )
  expect(await put(chunks, download)).toBeNull()
  expect([read, ends, begun]).toEqual([5 * CHUNK, 1, 1])
  expect(written.map((bytes) => [bytes.byteLength, bytes[0]])).toEqual(chunks.map((_, i) => [CHUNK, i]))
  expect((await put(chunks.slice(0, 3), download))?.size).toBe(3 * CHUNK)
  expect([ends, begun]).toEqual([1, 1])
  // No download could be begun.
  expect((await put(chunks, null))?.size).toBe(5 * CHUNK)
  expect(begun).toBe(2)
})
