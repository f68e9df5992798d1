import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyFlow } from '../capture/testing/arbitrary-messages.ts'
import type { Flow } from '../flows/flow.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { FlowResultSchema, FlowSchema } from '../gen/goldmane/api_pb.ts'
import { decodeFlow, isWellFormedFlow, type RecordMessage } from './decode-message.ts'
import { flowFromMessage } from './testing/flow-from-message.ts'
import { flowToMessage } from './testing/flow-to-message.ts'
import { isWellFormedByDescriptor } from './testing/well-formed-by-descriptor.ts'

/** What bytes that may be damaged are: a flow, a message without a key (undefined), or no message. */
type Outcome = Flow | undefined | 'noise'

function outcomeOf(isWellFormed: boolean, decode: () => Flow | undefined): Outcome {
  if (!isWellFormed) return 'noise'
  try {
    return decode()
  } catch {
    return 'noise' // A text is not UTF-8, or a number does not end.
  }
}

function ours(bytes: Uint8Array, message: RecordMessage): Outcome {
  return outcomeOf(isWellFormedFlow(bytes, message), () => decodeFlow(bytes, message))
}

function ofTheLibrary(bytes: Uint8Array, message: RecordMessage): Outcome {
  const schema = message === 'FlowResult' ? FlowResultSchema : FlowSchema
  return outcomeOf(isWellFormedByDescriptor(schema, bytes), () => {
    const flow =
      message === 'FlowResult' ? fromBinary(FlowResultSchema, bytes).flow : fromBinary(FlowSchema, bytes)
    return flow === undefined ? undefined : flowFromMessage(flow)
  })
}

/**
 * An enum's number beyond 2^53, which is no int32, is rounded before its lower half is taken: where a number has so many
 * bytes, enums are not compared.
 */
function withoutAbsurdEnums(outcome: Outcome, bytes: Uint8Array): unknown {
  const text = JSON.stringify(outcome ?? null)
  // Of a number of eight bytes or more, seven have their highest bit set.
  const hasLongNumber = /^(?:..)*?(?:[89a-f].){7}/.test(Buffer.from(bytes).toString('hex'))
  const enums = /"(action|kind|reporter|sourceType|destType)":"(?:[^"\\]|\\.)*"/g
  return JSON.parse(hasLongNumber ? text.replaceAll(enums, '"$1":""') : text)
}

/** Whether a number of eleven bytes may be in it: protobuf-es skips one in an unknown field, protobuf-go and we refuse it. */
function mayHaveEndlessNumber(bytes: Uint8Array): boolean {
  return /^(?:..)*?(?:[89a-f].){10}/.test(Buffer.from(bytes).toString('hex'))
}

function expectSame(bytes: Uint8Array): void {
  for (const message of ['FlowResult', 'Flow'] as const) {
    if (ours(bytes, message) === 'noise' && mayHaveEndlessNumber(bytes)) continue
    expect(withoutAbsurdEnums(ours(bytes, message), bytes)).toEqual(
      withoutAbsurdEnums(ofTheLibrary(bytes, message), bytes),
    )
  }
}

const encoded = (flow: Flow): Uint8Array => toBinary(FlowSchema, flowToMessage(flow))
const result = (flow: Flow): Uint8Array =>
  toBinary(FlowResultSchema, create(FlowResultSchema, { id: 300n, flow: flowToMessage(flow) }))

/** A field with its tag: mostly as a message of this kind has it, sometimes of another wire type or number. */
function field(number: number, content: fc.Arbitrary<Uint8Array | bigint>): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      fc.oneof({ weight: 30, arbitrary: fc.constant(number) }, fc.constantFrom(16, 17, 77, 5000)),
      content,
    )
    .map(([actual, value]) =>
      typeof value === 'bigint'
        ? new BinaryWriter().tag(actual, WireType.Varint).int64(value).finish()
        : new BinaryWriter().tag(actual, WireType.LengthDelimited).bytes(value).finish(),
    )
}

const number = fc.oneof(
  fc.bigInt({ min: -3n, max: 20n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)
const smallNumber = fc.bigInt({ min: -3n, max: 20n })
const text = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constantFrom('web-*', '', 'ü', 'a=b', 'x'.repeat(200)).map((each) => Buffer.from(each)),
  },
  fc.uint8Array({ maxLength: 4 }),
)

/** A message of such fields in any order, some of them left out or there twice. */
function messageOf(...fields: readonly fc.Arbitrary<Uint8Array>[]): fc.Arbitrary<Uint8Array> {
  const some = fc.array(fc.oneof(...fields), { maxLength: 3 })
  return fc
    .tuple(
      fc.tuple(...fields),
      fc.uniqueArray(fc.nat({ max: 20 }), { maxLength: 4 }),
      fc.nat({ max: 9 }),
      some,
    )
    .map(([all, left, chance, more]) =>
      Buffer.concat([...all.filter((_, i) => !left.includes(i)), ...(chance === 0 ? more : [])]),
    )
}

const plainHit = [
  field(1, smallNumber),
  field(2, text),
  field(3, text),
  field(4, text),
  field(5, smallNumber),
  field(6, number),
  field(7, number),
]
const hit = messageOf(...plainHit, field(8, messageOf(...plainHit)))
const trace = messageOf(field(1, hit), field(1, hit), field(2, hit))
const TEXTS = new Set([1, 2, 4, 5, 8, 9, 10, 12])
const ENUMS = new Set([3, 6, 13, 14])
const key = messageOf(
  ...Array.from({ length: 14 }, (_, i) =>
    field(i + 1, TEXTS.has(i + 1) ? text : ENUMS.has(i + 1) ? smallNumber : number),
  ),
  field(15, trace),
)
const flow = messageOf(
  field(1, key),
  ...[2, 3, 6, 7, 8, 9, 10, 11, 12].map((each) => field(each, number)),
  ...[4, 4, 5, 4, 5].map((each) => field(each, text)),
)

describe('a record is decoded as protobuf-es decodes it', { timeout: 60_000 }, () => {
  test('as a serializer writes it', () => {
    fc.assert(
      fc.property(anyFlow, (each) => {
        expect(ours(encoded(each), 'Flow')).toEqual(each)
        expect(ours(result(each), 'FlowResult')).toEqual(each)
        expectSame(encoded(each))
        expectSame(result(each))
      }),
    )
  })

  test('or refused, with any fields in any order', () => {
    let decoded = 0
    let refused = 0
    fc.assert(
      fc.property(flow, messageOf(field(1, number), field(2, flow)), (bare, wrapped) => {
        for (const bytes of [bare, wrapped]) expectSame(bytes)
        if (ours(bare, 'Flow') === 'noise') refused++
        else decoded++
      }),
      { numRuns: 1000 },
    )
    expect(decoded).toBeGreaterThan(50)
    expect(refused).toBeGreaterThan(50)
  })

  test('or refused, cut off anywhere', () => {
    fc.assert(
      fc.property(anyFlow, fc.nat(), (each, cut) => {
        for (const whole of [encoded(each), result(each)]) expectSame(whole.subarray(0, cut % whole.length))
      }),
      { numRuns: 300 },
    )
  })

  test('or refused, with some other bytes', () => {
    fc.assert(
      fc.property(anyFlow, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 3 }), (each, at, noise) => {
        for (const whole of [encoded(each), result(each)]) {
          const bytes = whole.slice()
          bytes.set(noise, at % Math.max(1, bytes.length - noise.length))
          expectSame(bytes)
        }
      }),
      { numRuns: 1000 },
    )
  })
})

test('an unknown field is skipped, and a group is no message', () => {
  const whole = encoded(buildFlow())
  const skipped = new BinaryWriter().tag(40, WireType.Varint).uint32(7).finish()
  const group = new BinaryWriter().tag(40, WireType.StartGroup).tag(40, WireType.EndGroup).finish()
  expect(ours(Buffer.concat([whole, skipped]), 'Flow')).toEqual(buildFlow())
  expect(ours(Buffer.concat([whole, group]), 'Flow')).toBe('noise')
  expectSame(Buffer.concat([whole, skipped]))
  expectSame(Buffer.concat([whole, group]))
})

test('a message without a key or without a flow is a message, and no flow', () => {
  expect(ours(toBinary(FlowSchema, create(FlowSchema, { startTime: 15n })), 'Flow')).toBeUndefined()
  expect(ours(toBinary(FlowResultSchema, create(FlowResultSchema, { id: 7n })), 'FlowResult')).toBeUndefined()
  expect(ours(new Uint8Array(0), 'Flow')).toBeUndefined()
})
