import { expect, test } from 'vitest'
import fc from 'fast-check'

import { streamOfBlob } from './read-ahead.ts'

const MEGABYTE = 2 ** 20

function bytesOf(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) % 251)
}

/** A blob whose bytes from `from` on cannot be read, as of a file that was cut while it was read. */
class FailingBlob extends Blob {
  readonly #good: Blob
  readonly #size: number

  constructor(good: Blob, size: number) {
    super([])
    this.#good = good
    this.#size = size
  }

  override get size(): number {
    return this.#size
  }

  override slice(from = 0, to = this.#size): Blob {
    const end = Math.min(to, this.#size)
    return new FailingBlob(this.#good.slice(from, end), end - from)
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    return this.#good.size < this.#size ? Promise.reject(failure()) : this.#good.arrayBuffer()
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const reader = this.#good.stream().getReader()
    const isCut = this.#good.size < this.#size
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read()
        if (!done) return controller.enqueue(value)
        if (isCut) return controller.error(failure())
        controller.close()
      },
    })
  }
}

function failure(): DOMException {
  return new DOMException('The file is gone', 'NotReadableError')
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<{ bytes: Uint8Array; error: unknown }> {
  const chunks: Uint8Array[] = []
  let error: unknown
  try {
    for await (const chunk of stream) chunks.push(chunk)
  } catch (caught) {
    error = caught
  }
  return { bytes: new Uint8Array(Buffer.concat(chunks)), error }
}

test('gives the bytes of a blob in their order, whatever its size', async () => {
  const sizes = fc.integer({ min: 0, max: 6 * MEGABYTE })
  await fc.assert(
    fc.asyncProperty(sizes, async (size) => {
      const bytes = bytesOf(size)
      const read = await readAll(streamOfBlob(new Blob([bytes])))
      expect(read.error).toBeUndefined()
      expect(Buffer.compare(read.bytes, bytes)).toBe(0)
    }),
    { numRuns: 20, examples: [[0], [1], [64 * 1024], [64 * 1024 + 1], [5 * MEGABYTE]] },
  )
})

test('of a file that becomes unreadable it gives all bytes before that place, then the error', async () => {
  const sizes = fc.record({ good: fc.nat(3 * MEGABYTE), lost: fc.integer({ min: 1, max: MEGABYTE }) })
  await fc.assert(
    fc.asyncProperty(sizes, async ({ good, lost }) => {
      const bytes = bytesOf(good)
      const read = await readAll(streamOfBlob(new FailingBlob(new Blob([bytes]), good + lost)))
      expect(read.error).toMatchObject({ name: 'NotReadableError' })
      expect(Buffer.compare(read.bytes, bytes)).toBe(0)
    }),
    { numRuns: 20 },
  )
})

test('a stream that is cancelled reads no further', async () => {
  const blob = new Blob([bytesOf(6 * MEGABYTE)])
  const reader = streamOfBlob(blob).getReader()
  const { value } = await reader.read()
  expect(value?.byteLength).toBe(64 * 1024)
  await reader.cancel('enough')
  expect(await reader.read()).toEqual({ done: true, value: undefined })
})
