/** What reading does with input that no program of ours would write: none of it stops the reader or costs a whole record. */
import { describe, expect, test } from 'vitest'

import { type Batch, readCapture } from './read.ts'
import { line, readAll, whiskerRecord } from './testing/samples.ts'

const good = (number: number, more: Readonly<Record<string, unknown>> = {}): string =>
  line(whiskerRecord(number, more))
const names = (flows: readonly { key: { destName: string } }[]) => flows.map(({ key }) => key.destName)
const BOTH = ['api-1-*', 'api-2-*']

/** `count` pieces of text, each made when it is wanted, between two records. */
function streamOf(begin: string, piece: string, count: number, end: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const bytes = encoder.encode(piece)
  let sent = -1
  return new ReadableStream({
    pull(controller) {
      if (sent === -1) controller.enqueue(encoder.encode(begin))
      else if (sent < count) controller.enqueue(bytes.slice())
      else if (sent === count) controller.enqueue(encoder.encode(end))
      else controller.close()
      sent++
    },
  })
}

function utf16(text: string, isBigEndian: boolean): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return isBigEndian ? bytes.swap16() : bytes
}

describe('a file', () => {
  test('that is empty has no records, and nothing is refused', async () => {
    expect(await readAll('')).toMatchObject({ flows: [], refused: 0, format: null })
  })

  test('of bytes that are no text is refused, and the records behind them are read', async () => {
    const binary = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251)
    const { flows, refused, refusals } = await readAll(
      Buffer.concat([binary, Buffer.from(`\n${good(1)}${good(2)}`)]),
    )
    expect(names(flows)).toEqual(BOTH)
    expect(refused).toBeGreaterThan(0)
    for (const { excerpt } of refusals) expect(excerpt).not.toMatch(/\p{Cc}/u)
  })

  test.each([
    ['CRLF', (good(1) + good(2)).replaceAll('\n', '\r\n')],
    ['a byte order mark', `\uFEFF${good(1)}${good(2)}`],
    ['a byte order mark for each file that was concatenated', `\uFEFF${good(1)}\uFEFF${good(2)}`],
    ['carriage returns around pretty records', pretty([1, 2]).replaceAll('\n', '\r\n')],
  ])('with %s is read as without', async (_name, text) => {
    expect(await readAll(text)).toMatchObject({ refused: 0, flows: [{}, {}] })
  })

  test.each([
    ['little', 'with', '\uFEFF'],
    ['big', 'with', '\uFEFF'],
    ['little', 'without', ''],
    ['big', 'without', ''],
  ])('in UTF-16, %s endian, %s a byte order mark, is read', async (endian, _with, mark) => {
    for (const cuts of [[], [1, 2, 701]]) {
      const bytes = utf16(`${mark}${good(1)}${good(2, { source_labels: 'name=Zürich' })}`, endian === 'big')
      const { flows, refused } = await readAll(bytes, cuts)
      expect(names(flows)).toEqual(BOTH)
      expect(flows[1]?.sourceLabels).toEqual(['name=Zürich'])
      expect(refused).toBe(0)
    }
  })

  test('with NULs between and inside its lines, as after a crash, loses only what they hit', async () => {
    const holes = `\0\0\0\0${good(1)}${'\0'.repeat(9000)}\n${good(3).replace('api-3', 'api\0-3')}${'\0'.repeat(70)}${good(2)}`
    const { flows, refused } = await readAll(holes)
    expect(names(flows)).toEqual(BOTH)
    expect(refused).toBe(2)
  })

  test('that repeats records, or has them out of order, is read as it is', async () => {
    const late = good(2, { start_time: '2026-11-02T09:00:00Z', end_time: '2026-11-02T09:00:15Z' })
    const { flows, refused } = await readAll(good(1) + late + good(1) + late)
    expect(names(flows)).toEqual([...BOTH, ...BOTH])
    expect(refused).toBe(0)
  })

  test('that ends in the middle of a record gives all before it', async () => {
    const { flows, refusals } = await readAll(good(1) + good(2) + good(3).slice(0, 300))
    expect(names(flows)).toEqual(BOTH)
    expect(refusals).toMatchObject([
      { line: 3, reason: 'The file was cut off in the middle of a record, 300 bytes' },
    ])
  })

  test('that is gone in the middle of reading gives all before it, a last line without a newline too', async () => {
    let pulls = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ > 0) controller.error(new DOMException('The file was removed', 'NotReadableError'))
        else controller.enqueue(new TextEncoder().encode(good(1) + good(2).trimEnd()))
      },
    })
    const batches: Batch[] = []
    const reading = (async () => {
      for await (const batch of readCapture(stream)) batches.push(batch)
    })()
    await expect(reading).rejects.toThrow('The file was removed')
    expect(names(batches.flatMap(({ flows }) => flows))).toEqual(BOTH)
  })
})

describe('a line without an end', () => {
  test.each([
    ['text', '', 'x'],
    ['a record', '{"source_labels":"', 'x'],
  ])(
    'of %s is refused in bounded memory, and the record behind it is read',
    async (_name, begin, repeated) => {
      const { found, refused, mostHeld } = await readLine(begin, repeated, 160_000_000)
      expect(found).toEqual(BOTH)
      expect(refused).toBe(1)
      // Far above what is held, because garbage is collected late, and below the 160 MB of the line.
      expect(mostHeld).toBeLessThan(130_000_000)
    },
  )

  test.each([
    ['digits', '{"bytes_in":', '1'],
    ['members', '{"a":1,', '"a":{"a":1},'],
    ['objects', '', '{"a":{"a":1},'],
    ['brackets', '', '['],
    ['braces', '', '{'],
    ['quotes', '{', '"'],
    ['blanks', '{', ' '],
  ])('of %s is refused, and the record behind it is read', async (_name, begin, repeated) => {
    const { found, refused } = await readLine(begin, repeated, 400_000)
    expect(found).toEqual(BOTH)
    expect(refused).toBeGreaterThan(0)
  })
})

/** Reads a line of so many bytes between two records. `mostHeld`: by how many bytes the memory in use grew. */
async function readLine(begin: string, repeated: string, bytes: number) {
  const piece = repeated.repeat(Math.floor((256 * 1024) / repeated.length))
  const stream = streamOf(good(1) + begin, piece, Math.ceil(bytes / piece.length), `\n${good(2)}`)
  const found: string[] = []
  let [refused, mostHeld] = [0, 0]
  const before = heldBytes()
  for await (const batch of readCapture(stream)) {
    mostHeld = Math.max(mostHeld, heldBytes() - before)
    refused += batch.refused
    found.push(...names(batch.flows))
  }
  return { found, refused, mostHeld }
}

function heldBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

function pretty(numbers: readonly number[]): string {
  return numbers.map((number) => JSON.stringify(whiskerRecord(number), null, 2)).join('\n')
}

describe('a record', () => {
  test('with labels of 10 MB is read whole', async () => {
    const labels = `long=${'x'.repeat(10_000_000)}`
    const { flows, refused } = await readAll(good(1, { source_labels: labels }) + good(2))
    expect(names(flows)).toEqual(BOTH)
    expect(flows[0]?.sourceLabels[0]?.length).toBe(labels.length)
    expect(refused).toBe(0)
  })

  test('with a negative counter is refused with its value, as text or as a number', async () => {
    const { flows, refusals } = await readAll(
      good(1, { bytes_in: -7 }) + good(3, { packets_out: '-1' }) + good(2),
    )
    expect(names(flows)).toEqual(['api-2-*'])
    expect(refusals).toMatchObject([
      { line: 1, reason: 'bytes_in is -7, not a whole number from 0 to 2^53' },
      {
        line: 2,
        reason: expect.stringMatching(/^packets_out is "?-1"?, not a whole number from 0 to 2\^53$/),
      },
    ])
  })

  test.each([60, 1000, 100_000])('nested %d deep costs itself alone', async (depth) => {
    const deep = `{"a":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}\n[${'['.repeat(depth)}${']'.repeat(depth)}]\n`
    const { flows, refused } = await readAll(good(1) + deep + good(2))
    expect(names(flows)).toEqual(BOTH)
    expect(refused).toBeGreaterThan(0)
  })

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    'with %s for a name or a value changes no object, and no enum knows it',
    async (word) => {
      const text = [
        `{"${word}":${good(3).trimEnd()}}\n`,
        good(1, { action: word, reporter: word }).replace('{', `{"${word}":{"polluted":true},`),
        good(2).replace('{', `{"${word}":["polluted"],`),
      ].join('')
      const { flows, refused } = await readAll(text)
      expect(names(flows)).toEqual(BOTH)
      expect(flows[0]?.key).toMatchObject({ action: `Unknown(${word})`, reporter: `Unknown(${word})` })
      expect(refused).toBe(1)
      expect('polluted' in {}).toBe(false)
      expect(Object.prototype.toString.call({})).toBe('[object Object]')
    },
  )
})
