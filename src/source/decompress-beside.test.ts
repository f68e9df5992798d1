import { gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { line, whiskerRecord } from '../capture/testing/samples.ts'
import { chunksOf } from '../capture/scan/chunks.ts'
import { type Decompress, decompressionOf } from '../capture/scan/decompression.ts'
import { streamOfBlob } from '../capture/scan/read-ahead.ts'
import { ensure } from '../lib/assert.ts'
import { decompressBeside, type Decompressor } from './decompress-beside.ts'
import { type PlainBytes, servePlainBytes, type ToDecompressor } from './plain-bytes.ts'

/** A worker in this thread. */
function startFake(onMessage: (message: PlainBytes) => void = () => {}): Decompressor {
  const { port1, port2 } = new MessageChannel()
  servePlainBytes({
    postMessage: (message, transfer) => {
      onMessage(message)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
      port2.postMessage(message, transfer)
    },
    addEventListener: (_type, listener) => port2.addEventListener('message', listener),
  })
  port2.start()
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    postMessage: (message: ToDecompressor) => port1.postMessage(message),
    addEventListener: (type: string, listener: (event: MessageEvent<PlainBytes>) => void) => {
      if (type !== 'message') return
      port1.addEventListener('message', listener)
      port1.start()
    },
    terminate: () => port1.close(),
  }
}

const here = (bytes: Uint8Array): Decompress => ensure(decompressionOf(bytes), 'the bytes are compressed')

/** Resolves when a number grows no more. */
async function untilSettled(read: () => number): Promise<void> {
  for (let before = -1; read() > before;) {
    before = read()
    // oxlint-disable-next-line no-await-in-loop -- it is to grow meanwhile
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

interface Read {
  readonly start?: () => Decompressor | null
  readonly startAfter?: number
  readonly signal?: AbortSignal
}

async function allOf(bytes: Uint8Array<ArrayBuffer>, { start, startAfter, signal }: Read) {
  const file = new Blob([bytes])
  const told: number[] = []
  const aborting = signal ?? new AbortController().signal
  const decompress =
    start === undefined
      ? here(bytes)
      : decompressBeside(file, here(bytes), (read) => told.push(read), {
          signal: aborting,
          start,
          startAfter: startAfter ?? 0,
        })
  const parts: Uint8Array[] = []
  const losses: string[] = []
  for await (const part of decompress(
    chunksOf(streamOfBlob(file), aborting, () => {}),
    (loss) => losses.push(`${loss}; behind byte ${Buffer.concat(parts).length}`),
  ))
    parts.push(part.slice())
  return { plain: Buffer.concat(parts), losses, told }
}

/** Lines whose compressed form fills several messages and slices. */
const LINES = Array.from({ length: 4000 }, (_, number) => line(whiskerRecord(number))).join('')

const anyMember = fc.record({
  from: fc.nat({ max: 10_000 }),
  length: fc.nat({ max: 900_000 }),
  level: fc.constantFrom(0, 1),
})

const anyDamage = fc.option(
  fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), isCut: fc.boolean() }),
)

describe('a file that is decompressed beside its reading', () => {
  test('gives the same bytes and the same losses at the same places, whatever its damage, wherever the worker takes over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyMember, { minLength: 1, maxLength: 3 }),
        anyDamage,
        fc.nat({ max: 1_000_000 }),
        async (members, damage, startAfter) => {
          const whole = new Uint8Array(
            Buffer.concat(
              members.map(({ from, length, level }) => gzipSync(LINES.slice(from, from + length), { level })),
            ),
          )
          const at = 2 + Math.floor((damage?.at ?? 0) * (whole.length - 2))
          const bytes = damage?.isCut === true ? whole.slice(0, at) : whole
          if (damage?.isCut === false) bytes[at] = (bytes[at] ?? 0) ^ 0x10
          const expected = await allOf(bytes, {})
          const beside = await allOf(bytes, { start: startFake, startAfter })
          expect(beside.losses).toEqual(expected.losses)
          expect(beside.plain.equals(expected.plain)).toBe(true)
        },
      ),
      { numRuns: 25 },
    )
  })

  const packed = new Uint8Array(gzipSync(LINES.repeat(4), { level: 1 }))

  test('is told to its last byte, and handed over in messages of half a megabyte', async () => {
    const sizes: number[] = []
    const start = () =>
      startFake(({ parts }) => sizes.push(parts.reduce((sum, { length }) => sum + length, 0)))
    const { plain, told } = await allOf(packed, { start })
    expect(plain.length).toBe(4 * LINES.length)
    expect(told.at(-1)).toBe(packed.length)
    expect(Math.max(...sizes)).toBeLessThan(1024 * 1024)
  })

  test('waits for the one who takes it', async () => {
    let posted = 0
    const start = () =>
      startFake(({ parts }) => (posted += parts.reduce((sum, { length }) => sum + length, 0)))
    const large = new Uint8Array(gzipSync(LINES.repeat(8), { level: 1 }))
    const decompress = decompressBeside(new Blob([large]), here(large), () => {}, {
      signal: new AbortController().signal,
      start,
      startAfter: 0,
    })
    let taken = 0
    let hasWaited = false
    const chunks = chunksOf(streamOfBlob(new Blob([large])), undefined, () => {})
    for await (const part of decompress(chunks, () => {})) {
      if (!hasWaited && posted > 0) {
        hasWaited = true
        await untilSettled(() => posted)
      }
      taken += part.length
      expect(posted - taken).toBeLessThan(12 * 1024 * 1024)
    }
    expect(taken).toBe(8 * LINES.length)
    expect(hasWaited).toBe(true)
  })

  test('is decompressed here where no worker can be started, and where it does not answer', async () => {
    const silent: Decompressor = { postMessage() {}, addEventListener() {}, terminate() {} }
    for (const start of [() => null, () => silent]) {
      const { plain } = await allOf(packed, { start })
      expect(plain.length).toBe(4 * LINES.length)
    }
  })

  test('ends with the reason of an abort while it waits', async () => {
    const aborting = new AbortController()
    let listener: ((event: MessageEvent<PlainBytes>) => void) | undefined
    let isTerminated = false
    const start = (): Decompressor => ({
      // One message, and never another one.
      postMessage: ({ type }: ToDecompressor) => {
        if (type !== 'file') return
        const data = { parts: [], loss: null, bytesRead: 0, isEnd: false, error: null }
        queueMicrotask(() => listener?.(new MessageEvent('message', { data })))
        setTimeout(() => aborting.abort(new Error('the reader has gone')), 20)
      },
      addEventListener: (type: string, listen: (event: MessageEvent<PlainBytes>) => void) => {
        if (type === 'message') listener = listen
      },
      terminate: () => {
        isTerminated = true
      },
    })
    await expect(allOf(packed, { start, signal: aborting.signal })).rejects.toThrow('the reader has gone')
    expect(isTerminated).toBe(true)
  })

  test('that cannot be read any more gives what is before that place, and the reason', async () => {
    const listeners: ((event: MessageEvent<PlainBytes>) => void)[] = []
    const start = (): Decompressor => ({
      postMessage: ({ type }: ToDecompressor) => {
        if (type !== 'file') return
        const error = new DOMException('The file is gone', 'NotReadableError')
        const data = { parts: [], loss: null, bytesRead: 7, isEnd: true, error }
        queueMicrotask(() => {
          for (const listener of listeners) listener(new MessageEvent('message', { data }))
        })
      },
      addEventListener: (type: string, listen: (event: MessageEvent<PlainBytes>) => void) => {
        if (type === 'message') listeners.push(listen)
      },
      terminate() {},
    })
    await expect(allOf(packed, { start })).rejects.toThrow('The file is gone')
  })
})
