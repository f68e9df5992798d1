import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Flow } from '../flows/flow.ts'
import { buildEndOfTier, buildFlow } from '../flows/testing/build.ts'
import { openWriter, recordLine } from './capture-writer.ts'
import { EMPTY_HEADER } from './format/capture-header.ts'
import type { Json } from './format/json-fields.ts'
import { collectedBytes, positionsOfBlob } from './scan/positioned-bytes.ts'
import { anyFlow } from './testing/arbitrary-messages.ts'
import { line, protojsonFlow, readAll } from './testing/samples.ts'

async function parquetOf(
  flows: readonly Flow[],
  unknownMembers: readonly (Json | null)[] = [],
): Promise<Buffer> {
  const writer = await openWriter('parquet')
  const parts = [
    writer.header(EMPTY_HEADER),
    ...flows.map((flow, i) => writer.record(flow, unknownMembers[i] ?? null)),
    writer.end(),
  ]
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

const numbered = (count: number): Flow[] =>
  Array.from({ length: count }, (_, i) => buildFlow({ destName: `api-${i % 50}` }, { packetsIn: i }))

describe('a capture in Parquet', () => {
  test('keeps members of records that we do not know, and traces alone', async () => {
    const lines =
      line({ id: '7', flow: { ...protojsonFlow(), novelty: { a: 1 } } }) +
      line(protojsonFlow()) +
      recordLine(
        buildFlow({
          sourceName: '',
          destName: '',
          policies: { enforced: [buildEndOfTier('d')], pending: [] },
        }),
      )
    const read = await readAll(lines, [], { keepUnknownMembers: true })
    const again = await readAll(await parquetOf(read.flows, read.unknownMembers), [], {
      keepUnknownMembers: true,
    })
    expect(again).toMatchObject({ flows: read.flows, unknownMembers: read.unknownMembers, refused: 0 })
  })

  test('says the same as the NDJSON and the protobuf that are made of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFlow, { minLength: 1, maxLength: 6 }), async (flows) => {
        const fromParquet = await readAll(await parquetOf(flows))
        const fromLines = await readAll(fromParquet.flows.map((flow) => recordLine(flow)).join(''))
        const writer = await openWriter('protobuf')
        // A header tells that it is a capture, whatever the records are.
        const messages = [
          writer.header(EMPTY_HEADER),
          ...fromLines.flows.map((flow) => writer.record(flow, null)),
          writer.end(),
        ]
        const fromMessages = await readAll(Buffer.concat(messages.map((part) => Buffer.from(part))))
        const last = await readAll(await parquetOf(fromMessages.flows))
        expect(last.flows).toEqual(flows)
        expect(last.refusals).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('gives the records of a key one object', async () => {
    const { flows } = await readAll(await parquetOf(numbered(200)))
    expect(new Set(flows.map(({ key }) => key)).size).toBe(50)
    expect(new Set(flows.map(({ sourceLabels }) => sourceLabels)).size).toBe(1)
  })

  test('has its first records in a small group, and is read by positions', async () => {
    const bytes = await parquetOf(numbered(2500))
    let least = bytes.length
    const { size, read } = positionsOfBlob(new Blob([Uint8Array.from(bytes)]))
    const positions = {
      size,
      read: (from: number, to: number) => {
        least = Math.min(least, from)
        return read(from, to)
      },
    }
    const { flows, batches } = await readAll(bytes, [], { positions })
    expect(flows.map(({ packetsIn }) => packetsIn)).toEqual(Array.from({ length: 2500 }, (_, i) => i))
    expect(least).toBe(4)
    expect(batches[0]?.flows.length).toBeLessThanOrEqual(200)
    expect(batches.at(-1)?.bytesRead).toBeLessThanOrEqual(bytes.length)
  })
})

describe('a Parquet file that is damaged', () => {
  test('in one row group gives the others', async () => {
    const bytes = await parquetOf(numbered(2500))
    bytes.fill(0xff, 100, 140)
    const { flows, refusals } = await readAll(bytes)
    expect(flows).toHaveLength(500)
    expect(refusals.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^Row group 1 \(records 1 to 2,000\) cannot be read: /),
    ])
  })

  test.each([
    [
      'without its end',
      (bytes: Buffer) => bytes.subarray(0, -5),
      /its end is missing, where Parquet has its table/,
    ],
    ['of its magic number alone', (bytes: Buffer) => bytes.subarray(0, 4), /its end is missing/],
    [
      'that is encrypted',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -4), Buffer.from('PARE')]),
      /encrypted/,
    ],
    [
      'with a table of contents that is longer than the file',
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, -8), Buffer.of(0xff, 0xff, 0xff, 0, 0x50, 0x41, 0x52, 0x31)]),
      /table of contents is damaged/,
    ],
  ])('%s is refused', async (_, damage, reason) => {
    const { flows, refusals } = await readAll(damage(await parquetOf(numbered(3))))
    expect(flows).toEqual([])
    expect(refusals).toHaveLength(1)
    expect(refusals[0]?.reason).toMatch(reason)
  })

  test('anywhere throws nothing at its reader', async () => {
    const whole = await parquetOf(numbered(60))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        async (edits) => {
          const bytes = Buffer.from(whole)
          for (const [at, byte] of edits) bytes[at] = byte
          const { flows } = await readAll(bytes)
          expect(flows.length).toBeLessThanOrEqual(60)
        },
      ),
      { numRuns: 400 },
    )
  })
})

async function* fiftyBytes() {
  for (let i = 0; i < 5; i++) yield new Uint8Array(10)
}

test('a stream that is too long is not collected', async () => {
  expect(await collectedBytes(fiftyBytes(), 49)).toBeNull()
  expect((await collectedBytes(fiftyBytes(), 50))?.size).toBe(50)
})
