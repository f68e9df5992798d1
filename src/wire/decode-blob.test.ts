import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { PolicyTrace } from '../flows/flow.ts'
import { FlowKeySchema, FlowSchema, PolicyTraceSchema } from '../gen/goldmane/api_pb.ts'
import { anyFlow } from '../capture/testing/arbitrary-messages.ts'
import { decodeLabels, decodeTrace } from './decode-blob.ts'
import { keyFromMessage, keyToMessage } from './flow-message.ts'

/** The trace as protobuf-es decodes it. */
function traceByLibrary(bytes: Uint8Array): PolicyTrace {
  const policies = fromBinary(PolicyTraceSchema, bytes)
  return keyFromMessage(create(FlowKeySchema, { policies })).policies
}

function encodeTrace(trace: PolicyTrace): Uint8Array {
  const { policies } = keyToMessage({ ...EMPTY_KEY, policies: trace })
  if (policies === undefined) throw new Error('a key without a trace')
  return toBinary(PolicyTraceSchema, policies)
}

/** What it returns, or that it threw an error. */
function resultOf<T>(decode: () => T): T | 'refused' {
  try {
    return decode()
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
    return 'refused'
  }
}

/** A trigger, as a field of PolicyHit. */
function trigger(write: (part: BinaryWriter) => BinaryWriter): Uint8Array {
  return new BinaryWriter()
    .tag(8, WireType.LengthDelimited)
    .bytes(write(new BinaryWriter()).finish())
    .finish()
}

const EMPTY_KEY = keyFromMessage(create(FlowKeySchema))

const anyTrace = anyFlow.map(({ key }) => key.policies)

describe('a trace', { timeout: 60_000 }, () => {
  test('is decoded as protobuf-es decodes it', () => {
    fc.assert(
      fc.property(anyTrace, (trace) => {
        const bytes = encodeTrace(trace)
        expect(decodeTrace(bytes)).toEqual(trace)
        expect(decodeTrace(bytes)).toEqual(traceByLibrary(bytes))
      }),
    )
  })

  test('in several parts says the same as in one, also where a trigger is split', () => {
    const hit = new BinaryWriter()
      .raw(trigger((part) => part.tag(2, WireType.LengthDelimited).string('prod')))
      .tag(99, WireType.LengthDelimited)
      .string('newer')
      .tag(7, WireType.Varint)
      .int64(-1)
      .raw(trigger((part) => part.tag(3, WireType.LengthDelimited).string('default-deny')))
      .finish()
    const bytes = new BinaryWriter()
      .tag(2, WireType.LengthDelimited)
      .bytes(hit)
      .tag(77, WireType.Varint)
      .uint32(1)
      .tag(1, WireType.LengthDelimited)
      .bytes(hit)
      .finish()
    expect(decodeTrace(bytes)).toEqual(traceByLibrary(bytes))
    expect(decodeTrace(bytes).enforced[0]).toMatchObject({
      ruleIndex: -1,
      trigger: { namespace: 'prod', name: 'default-deny' },
    })
  })

  test('keeps an enum value of a newer Calico by its number, a negative one too', () => {
    const hit = new BinaryWriter().tag(1, WireType.Varint).int32(42).tag(5, WireType.Varint).int32(-3)
    const bytes = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(hit.finish()).finish()
    expect(decodeTrace(bytes)).toEqual(traceByLibrary(bytes))
    expect(decodeTrace(bytes).enforced[0]).toMatchObject({ kind: 'Unknown(42)', action: 'Unknown(-3)' })
  })

  test('cut off anywhere is refused where protobuf-es refuses it, and decoded as it does otherwise', () => {
    fc.assert(
      fc.property(anyTrace, fc.nat(), (trace, cut) => {
        const whole = encodeTrace(trace)
        const bytes = whole.subarray(0, cut % (whole.length + 1))
        expect(resultOf(() => decodeTrace(bytes))).toEqual(resultOf(() => traceByLibrary(bytes)))
      }),
      { numRuns: 300 },
    )
  })

  test('with triggers nested without end is refused', () => {
    let hit = new Uint8Array()
    for (let depth = 0; depth < 5000; depth++)
      hit = new BinaryWriter().tag(8, WireType.LengthDelimited).bytes(hit).finish()
    const bytes = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(hit).finish()
    expect(() => decodeTrace(bytes)).toThrow('more than 100 triggers')
  })

  test('with a text that is not UTF-8 is refused', () => {
    const hit = new BinaryWriter().tag(3, WireType.LengthDelimited).bytes(Uint8Array.of(0xff)).finish()
    const bytes = new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(hit).finish()
    expect(() => decodeTrace(bytes)).toThrow()
  })
})

test('labels are decoded as protobuf-es decodes them, of either end', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.boolean(), (texts, isSource) => {
      const labels = texts.map((text) => text.replaceAll('\ufeff', ''))
      const flow = create(FlowSchema, isSource ? { sourceLabels: labels } : { destLabels: labels })
      expect(decodeLabels(toBinary(FlowSchema, flow))).toEqual(labels)
    }),
  )
})
