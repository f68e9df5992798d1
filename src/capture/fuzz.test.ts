/**
 * Mutates captures of all formats, between their records and inside some of them. Reading never throws, and gives every
 * record that was not touched. FLOWTRACE_FUZZ_RUNS asks for more inputs than the 10,000 of an ordinary run.
 */
import { gzipSync } from 'node:zlib'

import { sizeDelimitedEncode } from '@bufbuild/protobuf/wire'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildFlow } from '../flows/testing/build.ts'
import { FlowSchema } from '../gen/goldmane/api_pb.ts'
import { flowToMessage } from '../wire/testing/flow-to-message.ts'
import { goJsonFlow, keyAlone, protojsonFlow, readAll, whiskerRecord } from './testing/samples.ts'

const RUNS = Math.max(1, Number(process.env['FLOWTRACE_FUZZ_RUNS'] ?? 10_000) || 10_000)

const pretty = (value: unknown): string => JSON.stringify(value, null, 2)

/** A record in one of its forms, with its number in the name of its destination. */
const FORMS: readonly ((number: number) => string)[] = [
  (number) => JSON.stringify(whiskerRecord(number)),
  (number) => pretty(whiskerRecord(number)),
  (number) => `data: ${JSON.stringify(whiskerRecord(number))}\n`,
  (number) => `2026-09-15T16:20:01.123Z stdout F ${JSON.stringify(whiskerRecord(number))}`,
  (number) => JSON.stringify(protojsonFlow(number)),
  (number) => pretty({ id: '1', flow: protojsonFlow(number) }),
  (number) => JSON.stringify({ _index: 'goldmane.flows', _source: protojsonFlow(number) }),
  (number) => {
    const flow = goJsonFlow()
    return JSON.stringify(flow).replace('"db-1"', `"db-${number}"`)
  },
]

/** What stands in captures besides records that can be read. */
const OTHERS: readonly string[] = [
  JSON.stringify(keyAlone()),
  JSON.stringify({ total: { totalPages: 1 }, items: [whiskerRecord(0)] }),
  pretty({ took: 3, hits: { total: 1, hits: [{ _source: whiskerRecord(0) }] } }),
  JSON.stringify({ source_name_aggr: 'a-*', proto: 'tcp', num_flows: 1 }),
  JSON.stringify({ flow: { verdict: 'DROPPED', IP: {} } }),
  'kernel: calico-packet: IN=cali1 OUT= SRC=10.0.0.1 DST=10.0.0.2 PROTO=TCP',
  '- Time=2026-01-02 15:04:05 +0000 UTC Reporter=Src Action=Allow\n  Enforced:\n  - kind:Profile',
  'event: flow',
  '{"__proto__":{"constructor":1},"Key":{"__proto__":[]}}',
]

/** Pieces of JSON, of other syntax, and of no sense. */
const anyScrap = fc.oneof(
  fc.constantFrom(
    '"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\',
    '\n',
    '\r\n',
    '\0',
    '\u{FEFF}',
    'data:',
    'null',
    '-1',
    '1e999',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

interface Mutation {
  /** A share of the length. */
  readonly at: number
  readonly removed: number
  readonly put: string
}
const anyMutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 400 })),
  put: anyScrap,
})

function mutated(text: string, { at: share, removed, put }: Mutation): string {
  const at = Math.floor(share * text.length)
  return text.slice(0, at) + put + text.slice(at + removed)
}

/** Intact records, each on lines of its own, and between them records and other things that were mutated. */
const anyCapture = fc
  .array(
    fc.oneof(
      fc.constantFrom(...FORMS).map((form) => ({ form, mutations: [] as readonly Mutation[], other: '' })),
      fc.record({
        form: fc.constantFrom(...FORMS, undefined),
        mutations: fc.array(anyMutation, { minLength: 1, maxLength: 3 }),
        other: fc.constantFrom(...OTHERS),
      }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => {
    const intact: number[] = []
    const lines = parts.map(({ form, mutations, other }, i) => {
      if (mutations.length === 0 && form !== undefined) {
        intact.push(1000 + i)
        return form(1000 + i)
      }
      let text = form === undefined ? other : form(0)
      for (const mutation of mutations) text = mutated(text, mutation)
      return text
    })
    return { text: lines.join('\n'), intact }
  })

const messageTo = (destName: string): Uint8Array =>
  sizeDelimitedEncode(FlowSchema, flowToMessage(buildFlow({ destName })))

function numbersOf(flows: readonly { key: { destName: string } }[]): number[] {
  return flows.map(({ key }) => Number(/\d+/.exec(key.destName)?.[0])).filter((number) => number >= 1000)
}

describe('a mutated capture', () => {
  test('as text never stops the reader, nor costs an intact record', async () => {
    await fc.assert(
      fc.asyncProperty(anyCapture, async ({ text, intact }) => {
        const { flows } = await readAll(text)
        expect(numbersOf(flows)).toEqual(intact)
      }),
      { numRuns: Math.ceil(RUNS * 0.8) },
    )
  })

  test('as protobuf never stops the reader, nor costs an intact message', async () => {
    const parts = fc.array(
      fc.oneof(
        fc.constant(undefined),
        fc.record({
          at: fc.double({ min: 0, max: 1, noNaN: true }),
          bytes: fc.uint8Array({ maxLength: 8 }),
          removed: fc.nat({ max: 8 }),
        }),
      ),
      { minLength: 1, maxLength: 6 },
    )
    await fc.assert(
      fc.asyncProperty(parts, async (edits) => {
        const intact: number[] = []
        const messages = edits.map((edit, i) => {
          if (edit === undefined) {
            intact.push(1000 + i)
            return messageTo(`api-${1000 + i}`)
          }
          const message = messageTo('api-0')
          const at = Math.floor(edit.at * message.length)
          return Buffer.concat([message.subarray(0, at), edit.bytes, message.subarray(at + edit.removed)])
        })
        // Sniffing needs one message at the beginning.
        const { flows } = await readAll(Buffer.concat([messageTo('api-0'), ...messages]))
        expect(numbersOf(flows)).toEqual(intact)
      }),
      { numRuns: Math.ceil(RUNS * 0.15) },
    )
  })

  test('as bytes of any kind, compressed or not, never stops the reader', async () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .tuple(anyCapture, fc.nat({ max: 2000 }), fc.uint8Array({ maxLength: 20 }))
        .map(([{ text }, at, put]) => {
          const packed = gzipSync(text)
          return Buffer.concat([packed.subarray(0, at), put, packed.subarray(at)])
        }),
      anyCapture.map(({ text }) => Buffer.from(text, 'utf16le')),
    )
    await fc.assert(
      fc.asyncProperty(anyBytes, async (bytes) => {
        const { flows, refused, refusals } = await readAll(bytes)
        expect(flows.length).toBeGreaterThanOrEqual(0)
        expect(refusals.length).toBeLessThanOrEqual(refused + 20)
      }),
      { numRuns: Math.ceil(RUNS * 0.05) },
    )
  })
})
