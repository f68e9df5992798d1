import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Flow } from '../flows/flow.ts'
import { buildEndOfTier, buildFlow } from '../flows/testing/build.ts'
import { hasHidden } from '../lib/visible-text.ts'
import {
  captureWriter,
  headerLine,
  openWriter,
  recordLine,
  WRITTEN_FORMATS,
  type WrittenFormat,
} from './capture-writer.ts'
import { type CaptureHeader, EMPTY_HEADER, MAX_GAPS } from './format/capture-header.ts'
import type { Json } from './format/json-fields.ts'
import { anyCuts, anyFlow } from './testing/arbitrary-messages.ts'
import { writeFlow } from './write.ts'
import { goJsonFlow, line, protojsonFlow, readAll, whiskerRecord } from './testing/samples.ts'

const text = fc.string({ unit: 'binary' })
const time = fc.nat({ max: 4_000_000_000 })
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value)
const anyHeader: fc.Arbitrary<CaptureHeader> = fc.record({
  tool: orNull(text),
  source: orNull(fc.record({ kind: text, name: orNull(text) })),
  cluster: orNull(text),
  server: orNull(text),
  window: orNull(fc.record({ from: orNull(time), to: orNull(time) })),
  filter: orNull(text),
  gaps: orNull(
    fc.array(
      fc
        .tuple(time, time, orNull(text))
        .map(([a, b, reason]) => ({ from: Math.min(a, b), to: Math.max(a, b), reason })),
      { maxLength: 3 },
    ),
  ),
  step: orNull(fc.integer({ min: 1, max: 86_400 })),
  incomplete: orNull(text),
  others: fc.dictionary(
    fc.stringMatching(/^x[a-z]{1,5}$/),
    fc.oneof(fc.integer(), fc.boolean(), fc.string(), fc.constant({ a: [1] })),
    { maxKeys: 2 },
  ),
})
const unrecorded = orNull(fc.nat())
/** Any flow that a capture may hold: connections need not be recorded. */
const anyRecord: fc.Arbitrary<Flow> = fc
  .tuple(anyFlow, unrecorded, unrecorded, unrecorded)
  .map(([flow, numConnectionsStarted, numConnectionsCompleted, numConnectionsLive]) => ({
    ...flow,
    numConnectionsStarted,
    numConnectionsCompleted,
    numConnectionsLive,
  }))

async function written(
  format: WrittenFormat,
  headers: readonly CaptureHeader[],
  flows: readonly Flow[],
): Promise<Buffer> {
  const writer = await openWriter(format)
  const parts = [
    ...headers.map((header) => writer.header(header)),
    ...flows.map((flow) => writer.record(flow, null)),
    writer.end(),
  ]
  expect(writer.losses()).toEqual([])
  return Buffer.concat(parts.map((part) => Buffer.from(part)))
}

describe.each(WRITTEN_FORMATS)('a capture written as %s', (format) => {
  test('reads back as the same flows and headers, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyHeader, { minLength: 1, maxLength: 2 }),
        fc.array(anyRecord, { minLength: 1, maxLength: 5 }),
        anyCuts,
        async (headers, flows, cuts) => {
          const read = await readAll(await written(format, headers, flows), cuts)
          expect(read.refusals).toEqual([])
          expect(read.flows).toEqual(flows)
          expect(read.headers).toEqual(headers)
        },
      ),
    )
  })

  // Parquet has its table of contents at the end of the file, so that two of them are none.
  test.skipIf(format === 'parquet')('can be one file with another behind it', async () => {
    const [a, b] = ['a', 'b'].map((cluster) => ({ ...EMPTY_HEADER, cluster }))
    const one = await written(format, [a ?? EMPTY_HEADER], [buildFlow()])
    const other = await written(format, [b ?? EMPTY_HEADER], [buildFlow({ destName: 'db' })])
    const { flows, headers, refused } = await readAll(Buffer.concat([one, other]))
    expect(refused).toBe(0)
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-*', 'db'])
    expect(headers).toEqual([a, b])
  })
})

describe('a line', () => {
  test('has no control character, whatever a name holds', () => {
    fc.assert(
      fc.property(anyRecord, anyHeader, (flow, header) => {
        for (const each of [recordLine(flow), headerLine(header)]) {
          expect(each.endsWith('\n')).toBe(true)
          expect(hasHidden(each.slice(0, -1))).toBe(false)
        }
      }),
    )
  })

  test('is the same for a key that was written before, and without any values', () => {
    fc.assert(
      fc.property(anyRecord, fc.nat(), (flow, startTime) => {
        recordLine(flow)
        const later = { ...flow, startTime }
        expect(JSON.parse(recordLine(later))).toEqual({ flow: JSON.parse(writeFlow(later)) })
      }),
    )
    const nothing = { packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0, startTime: 0, endTime: 0 }
    const none = { numConnectionsStarted: 0, numConnectionsCompleted: 0, numConnectionsLive: 0 }
    const bare = buildFlow({}, { ...nothing, ...none, sourceLabels: [], destLabels: [] })
    expect(JSON.parse(recordLine(bare))).toEqual({ flow: JSON.parse(writeFlow(bare)) })
  })

  test('of a trace alone reads back as a trace alone', async () => {
    const trace = JSON.stringify({ enforced: [buildEndOfTier('default-deny')], pending: [] })
    const { flows } = await readAll(trace)
    const again = await readAll(flows.map((flow) => recordLine(flow)).join(''))
    expect(again).toMatchObject({ flows, refused: 0, format: 'Policy traces without a flow' })
  })
})

async function converted(record: object): Promise<unknown> {
  const { flows, unknownMembers } = await readAll(line(record), [], { keepUnknownMembers: true })
  const [flow] = flows
  if (flow === undefined) throw new Error('not read')
  return JSON.parse(recordLine(flow, unknownMembers[0] ?? null))
}

const hit = (name: string, policyIndex: string, more: object) => ({
  kind: 'GlobalNetworkPolicy',
  name,
  tier: 'default',
  action: 'Pass',
  policyIndex,
  ...more,
})

describe('members that this version does not know', () => {
  test('are written at the place where they were', async () => {
    const record = {
      id: '7',
      flow: {
        ...protojsonFlow(),
        Key: {
          sourceName: 'a',
          destName: 'b',
          zone: ['x'],
          policies: {
            enforcedPolicies: [
              hit('second', '1', { ruleName: 'r', trigger: { kind: 'Profile', name: 't', uid: 'u' } }),
              hit('first', '0', {}),
            ],
            revision: '9',
          },
        },
        rtt: { mean: '3' },
      },
      shard: 2,
    }
    expect(await converted(record)).toMatchObject({
      id: '7',
      shard: 2,
      flow: {
        rtt: { mean: '3' },
        startTime: '1793613600',
        Key: {
          zone: ['x'],
          policies: {
            revision: '9',
            enforcedPolicies: [{ name: 'first' }, { name: 'second', ruleName: 'r', trigger: { uid: 'u' } }],
          },
        },
      },
    })
  })

  test('survive in each form of Goldmane’s JSON, and no known one is taken for unknown', async () => {
    for (const flow of [protojsonFlow(), goJsonFlow()]) {
      const { unknownMembers } = await readAll(line(flow) + line({ flow }), [], { keepUnknownMembers: true })
      expect(unknownMembers).toEqual([null, null])
      expect(await converted({ ...flow, novelty: 1 })).toMatchObject({ flow: { novelty: 1 } })
    }
  })

  test('are kept of lines that repeat, and for each line its own', async () => {
    const lines = [1, 2, 3, 1].map((novelty) => line({ ...protojsonFlow(), novelty })).join('')
    const { unknownMembers } = await readAll(lines + line(whiskerRecord()), [], { keepUnknownMembers: true })
    expect(unknownMembers).toEqual([...[1, 2, 3, 1].map((novelty) => ({ flow: { novelty } })), null])
  })

  test('named like a prototype change nothing else', async () => {
    const record = line(protojsonFlow()).replace('{"Key"', '{"__proto__":{"packetsIn":"9"},"Key"')
    const { flows, unknownMembers } = await readAll(record, [], { keepUnknownMembers: true })
    const [flow] = flows
    if (flow === undefined) throw new Error('not read')
    expect(flow.packetsIn).toBe(1)
    expect(recordLine(flow, unknownMembers[0] ?? null)).toContain('"__proto__":{"packetsIn":"9"}')
  })
})

describe('a header', () => {
  const start = { flowtraceCapture: 1 }

  test('is given with the first batch, and is no record', async () => {
    const header = { ...start, cluster: 'prod', window: { from: '2026-11-02T10:00:00Z' }, gaps: [] }
    const { batches, refused, format } = await readAll(line(header) + line(protojsonFlow()))
    expect(batches[0]?.headers).toEqual([
      { ...EMPTY_HEADER, cluster: 'prod', window: { from: 1_793_613_600, to: null }, gaps: [] },
    ])
    expect({ refused, format }).toEqual({ refused: 0, format: 'Goldmane flows (protojson)' })
  })

  test.each<[Json, string | RegExp]>([
    [{ flowtraceCapture: 2 }, 'flowtraceCapture is 2, not version 1, which is read here'],
    [{ ...start, cluster: 7 }, 'cluster is 7, not a text'],
    [{ ...start, source: 'live' }, 'source is "live", not an object'],
    [{ ...start, window: { from: 'noon' } }, 'window.from is "noon", not a time (RFC 3339 or Unix seconds)'],
    [{ ...start, gaps: [{ from: 15 }] }, 'gaps[0] is {"from":15}, not a time from … to …'],
    [
      { ...start, gaps: Array.from({ length: MAX_GAPS + 1 }, () => ({ from: 1, to: 2 })) },
      /^gaps is .*, not at most 10,000 gaps$/,
    ],
  ])('that cannot be read is refused, and costs no record: %#', async (header, reason) => {
    const { flows, headers, refusals } = await readAll(line(header) + line(protojsonFlow()))
    expect(flows).toHaveLength(1)
    expect(headers).toEqual([])
    expect(refusals).toHaveLength(1)
    expect(refusals[0]?.line).toBe(1)
    if (typeof reason === 'string') expect(refusals[0]?.reason).toBe(reason)
    else expect(refusals[0]?.reason).toMatch(reason)
  })
})

test('protobuf says what it cannot hold', async () => {
  const writer = captureWriter('protobuf')
  writer.header(EMPTY_HEADER)
  writer.record(buildFlow({ sourceName: '', destName: '' }), null)
  writer.record(buildFlow({ action: 'Unknown(Audit)' }), { flow: { novelty: 1 } })
  writer.record(buildFlow({}, { sourceLabels: ['x'.repeat(2 ** 20)] }), { id: '1' })
  writer.end()
  expect(writer.losses()).toEqual([
    '1 record with a word outside an enum, which protobuf has only by number',
    '1 record with members that this version does not know, which protobuf has only by number',
    '1 record of more than 1,048,576 bytes, left out',
    '1 record without a name at either end, left out',
  ])
})
