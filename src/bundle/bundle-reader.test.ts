import { BlobReader, ZipWriter, type ZipWriterAddDataOptions } from '@zip.js/zip.js/lib/zip-core-custom.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { type BundleReading, readBundle } from './bundle-reader.ts'
import { writeViewFile } from './view-file.ts'
import { zipOf } from './zip-writer.ts'

const CAPTURE = new Blob(['records, as gzip has them'])
const VIEW = writeViewFile({ tool: 'flowtrace 1', view: '?rows=ports', columns: null, notes: 'Since 22:15.' })
const SECONDS = Date.UTC(2026, 10, 27, 22, 45) / 1000
const { signal } = new AbortController()

type Entry = readonly [name: string, content: string | Blob, options?: ZipWriterAddDataOptions]

const WHOLE: readonly Entry[] = [
  ['README.md', '# What happened'],
  ['view.json', VIEW],
  ['capture.ndjson.gz', CAPTURE, { level: 0 }],
]

async function zip(entries: readonly Entry[]): Promise<Blob> {
  const { readable, writable } = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>()
  const blob = new Response(readable).blob()
  const writer = new ZipWriter(writable, { useWebWorkers: false, extendedTimestamp: false })
  for (const [name, content, options] of entries)
    await writer.add(name, new BlobReader(new Blob([content])), options)
  await writer.close()
  return blob
}

async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await blob.arrayBuffer())
}

function read(blob: Blob): Promise<BundleReading | null> {
  return readBundle(blob, signal)
}

/** The zip with other bytes in the place of the last occurrence of some, as in its directory. */
async function patched(blob: Blob, find: readonly number[], put: readonly number[]): Promise<Blob> {
  const bytes = await bytesOf(blob)
  for (let at = bytes.length - find.length; at >= 0; at--) {
    if (!find.every((byte, i) => bytes[at + i] === byte)) continue
    bytes.set(put, at)
    return new Blob([bytes])
  }
  throw new Error('the bytes are not in the zip')
}

function encode(text: string): number[] {
  return [...new TextEncoder().encode(text)]
}

/** Two names of one length, so that a zip can be made to have one of them twice. */
async function withTwice(name: string): Promise<Blob> {
  const other = `X${name.slice(1)}`
  return patched(await zip([...WHOLE, [other, 'another']]), encode(other), encode(name))
}

async function refusalOf(blob: Blob): Promise<string> {
  const reading = await read(blob)
  return reading === null ? 'no bundle' : reading.ok ? 'opened' : reading.say
}

/** The problems of a bundle that opens all the same. */
async function problemsOf(blob: Blob): Promise<readonly string[]> {
  const reading = await read(blob)
  if (reading === null || !reading.ok) throw new Error('the bundle did not open')
  expect(await reading.capture.text()).toBe(await CAPTURE.text())
  return reading.view.problems
}

describe('a bundle', () => {
  test('as it is written has its capture and its view', async () => {
    const blob = await zipOf(
      WHOLE.map(([name, content]) => ({ name, content: new Blob([content]) })),
      SECONDS,
      signal,
    )
    const reading = await read(blob)
    expect(reading).toMatchObject({
      ok: true,
      view: { view: '?rows=ports', notes: 'Since 22:15.', problems: [] },
    })
    expect(reading?.ok === true ? await reading.capture.text() : null).toBe(await CAPTURE.text())
  })

  test('is the same bytes each time, in every time zone', async () => {
    const files = [{ name: 'view.json', content: new Blob([VIEW]) }]
    const zone = process.env['TZ']
    const made: Uint8Array[] = []
    try {
      for (const each of ['UTC', 'Asia/Kolkata', 'America/St_Johns']) {
        process.env['TZ'] = each
        made.push(await bytesOf(await zipOf(files, SECONDS, signal)))
      }
    } finally {
      if (zone === undefined) delete process.env['TZ']
      else process.env['TZ'] = zone
    }
    expect(made[1]).toEqual(made[0])
    expect(made[2]).toEqual(made[0])
  })

  test('that was packed again with its folder, and all packed, opens', async () => {
    const again = WHOLE.map(([name, content]): Entry => [`incident/${name}`, content, { level: 9 }])
    expect(await problemsOf(await zip(again))).toEqual([])
  })

  test('is written no further once it is cancelled', async () => {
    const abort = new AbortController()
    abort.abort(new DOMException('cancelled', 'AbortError'))
    await expect(zipOf([{ name: 'a', content: CAPTURE }], SECONDS, abort.signal)).rejects.toThrow('cancelled')
    await expect(readBundle(await zip(WHOLE), abort.signal)).rejects.toThrow('cancelled')
  })
})

describe('is no bundle:', () => {
  test.each([
    ['an empty file', new Blob([])],
    ['a text', new Blob(['{"startTime": 1}\n'.repeat(10)])],
    [
      'a zip’s first bytes alone',
      new Blob([new Uint8Array([0x50, 0x4b, 3, 4, ...Array.from({ length: 60 }, () => 0)])]),
    ],
  ])('%s', async (_, blob) => {
    expect(await read(blob)).toBeNull()
  })

  test('a zip of other files, one with a view.json of somebody else among them', async () => {
    expect(await read(await zip([['a.txt', 'text']]))).toBeNull()
    expect(await read(await zip([['view.json', '{"format": "other"}']]))).toBeNull()
  })

  test(
    'a zip that is cut anywhere, or damaged: it is never more than refused',
    { timeout: 60_000 },
    async () => {
      const whole = await bytesOf(await zip(WHOLE))
      await fc.assert(
        fc.asyncProperty(
          fc.nat(whole.length - 1),
          fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 3 }),
          async (end, changes) => {
            const damaged = whole.slice(0, changes.length === 0 ? end : whole.length)
            for (const [at, byte] of changes) damaged[at] = byte
            const reading = await read(new Blob([damaged]))
            if (reading?.ok === true) expect(reading.capture.size).toBeLessThanOrEqual(whole.length)
          },
        ),
        { numRuns: 300 },
      )
    },
  )
})

describe('a bundle that opens without its view', () => {
  test('because view.json is damaged inside', async () => {
    const bytes = await bytesOf(await zip([['view.json', VIEW, { level: 0 }], WHOLE[2]!]))
    bytes[60] = (bytes[60] ?? 0) ^ 1
    expect(await problemsOf(new Blob([bytes]))).toEqual([
      expect.stringMatching(/^view\.json: cannot be unpacked/),
    ])
  })

  test('because view.json is no JSON', async () => {
    const [problem] = await problemsOf(await zip([['view.json', '{"view": '], WHOLE[2]!]))
    expect(problem).toMatch(/^view\.json: .*JSON/)
  })

  test('because there are two of it', async () => {
    expect(await problemsOf(await withTwice('view.json'))).toEqual([
      'view.json: the bundle has 2 files of this name',
    ])
  })

  test('because it is encrypted', async () => {
    const encrypted: Entry = ['view.json', VIEW, { password: 'secret' }]
    expect(await problemsOf(await zip([encrypted, WHOLE[2]!]))).toEqual(['view.json: is encrypted'])
  })

  test('because it is huge', async () => {
    const huge = await zip([['view.json', ' '.repeat(2 ** 21)], WHOLE[2]!])
    expect(await problemsOf(huge)).toEqual(['view.json: has 2.1 MB; at most 1.05 MB are read'])
  })
})

describe('a bundle that is refused', () => {
  test('because it has no capture', async () => {
    expect(await refusalOf(await zip(WHOLE.slice(0, 2)))).toBe(
      'The bundle has no capture.ndjson.gz, so there are no records in it.',
    )
  })

  test('because it has two', async () => {
    expect(await refusalOf(await withTwice('capture.ndjson.gz'))).toBe(
      'The bundle has 2 files called capture.ndjson.gz.',
    )
  })

  test('because its capture is encrypted', async () => {
    const encrypted: Entry = ['capture.ndjson.gz', CAPTURE, { password: 'secret' }]
    expect(await refusalOf(await zip([WHOLE[1]!, encrypted]))).toMatch(/is encrypted/)
  })

  test('because its capture was packed to unpack to too much', async () => {
    const bomb: Entry = ['capture.ndjson.gz', '0'.repeat(2 ** 20), { level: 9 }]
    expect(await refusalOf(await zip([WHOLE[1]!, bomb]))).toMatch(/unpacks to more than/)
  })

  test('because its directory is wrong about the size of the capture, stored or packed', async () => {
    const { size } = CAPTURE
    const directory = [size, 0, 0, 0, size, 0, 0, 0]
    const stored = await zip(WHOLE)
    expect(await refusalOf(await patched(stored, directory, [255, 255, 0, 0, 255, 255, 0, 0]))).toMatch(
      /^The zip is damaged|no bundle/,
    )
    const text = 'abc'.repeat(40)
    const packed = await zip([WHOLE[1]!, ['capture.ndjson.gz', text, { level: 9 }]])
    const wrong = await patched(packed, [text.length, 0, 0, 0], [5, 0, 0, 0])
    expect(await refusalOf(wrong)).toMatch(/cannot be unpacked|damaged/)
  })
})
