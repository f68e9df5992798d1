import { create, toBinary } from '@bufbuild/protobuf'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import * as fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'

import { flowFromMessage } from '../../wire/testing/flow-from-message.ts'
import { flowToMessage } from '../../wire/testing/flow-to-message.ts'
import { anyFlow, NOW } from '../../filter/testing/arbitrary-queries.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { buildFlow, buildHit, buildKey } from '../../flows/testing/build.ts'
import type { Flow } from '../../flows/flow.ts'
import { FlowKeySchema, FlowResultSchema, FlowSchema, PolicyTraceSchema } from '../../gen/goldmane/api_pb.ts'
import { FlowView } from '../query/flow-view.ts'
import { KnownRecords } from './known-records.ts'
import { RecordStore } from './record-store.ts'
import type { Row, ViewRequest } from '../protocol.ts'

const BUDGET = 64 * 2 ** 20
const everything: ViewRequest = {
  shape: 'intervals',
  filter: ALL,
  time: null,
  sort: { column: 'bytes', descending: false },
  offset: 0,
  limit: 1000,
  selected: null,
  frozen: null,
  newSince: null,
  arrangement: null,
  trendMeasure: 'records',
}

const storeOf = (live = false): RecordStore => new RecordStore({ budget: BUDGET, live })
const rowsOf = (store: RecordStore): readonly Row[] => new FlowView(store).view(everything, NOW).rows

/** A flow as protobuf can hold it: counters that were not recorded become 0. */
function throughProtobuf(flow: Flow): Flow {
  const flowRead = flowFromMessage(flowToMessage(flow))
  if (flowRead === undefined) throw new Error('A flow without a key')
  return flowRead
}

function result(id: number, flow: Flow): Uint8Array {
  return toBinary(FlowResultSchema, create(FlowResultSchema, { id: BigInt(id), flow: flowToMessage(flow) }))
}

/** A FlowResult with a flow that is encoded already. */
function resultOf(id: number, flow: Uint8Array): Uint8Array {
  return new BinaryWriter()
    .tag(1, WireType.Varint)
    .int64(id)
    .tag(2, WireType.LengthDelimited)
    .bytes(flow)
    .finish()
}

const anyNumber = fc.oneof(
  fc.nat(300),
  fc.maxSafeNat(),
  fc.constantFrom(127, 128, 16_383, 16_384, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
)
const flows = fc.array(
  fc
    .record({
      flow: anyFlow,
      start: anyNumber,
      bytes: anyNumber,
      port: anyNumber,
      name: fc.string({ unit: 'grapheme' }),
    })
    .map(({ flow, start, bytes, port, name }) =>
      throughProtobuf({
        ...flow,
        key: { ...flow.key, destPort: port, sourceName: name.replace('\ufeff', '') },
        startTime: start,
        bytesIn: bytes,
      }),
    ),
  { maxLength: 12 },
)

describe('decoding', { timeout: 60_000 }, () => {
  test('a message is read as protobuf-es reads it', () => {
    fc.assert(
      fc.property(flows, (sent) => {
        const results = storeOf()
        const messages = storeOf()
        const plain = storeOf()
        for (const [i, flow] of sent.entries()) {
          results.appendResult(result(i % 3, flow))
          messages.appendFlowMessage(toBinary(FlowSchema, flowToMessage(flow)))
          plain.append(flow)
        }
        expect(rowsOf(results)).toEqual(rowsOf(plain))
        expect(rowsOf(messages)).toEqual(rowsOf(plain))
        expect(plain.holdings().refused).toBe(0)
      }),
    )
  })

  test('a counter is exact to 2^53, and a rule index of −1 stays', () => {
    const store = storeOf(true)
    const flow = buildFlow({ action: 'Deny' }, { bytesIn: 2 ** 53 - 1, packetsOut: 2 ** 32 })
    store.appendResult(result(1, flow))
    expect(rowsOf(store)).toMatchObject([{ bytesIn: 2 ** 53 - 1, packetsOut: 2 ** 32, key: flow.key }])
  })

  test('records of a key that came before are read as any other, damaged ones too', () => {
    const damage = fc.oneof(
      { weight: 5, arbitrary: fc.constant(null) },
      fc.record({ at: fc.nat(), byte: fc.nat(255) }),
    )
    const counters = fc.record({ flow: fc.nat(2), bytes: anyNumber, start: anyNumber, damage })
    let recognised = 0
    fc.assert(
      fc.property(
        fc.array(anyFlow, { minLength: 3, maxLength: 3 }),
        fc.array(counters, { minLength: 12, maxLength: 40 }),
        (keys, drawn) => {
          const known = storeOf()
          const unknown = storeOf()
          const read = vi.spyOn(KnownRecords.prototype, 'read')
          for (const [i, { flow, bytes, start, damage: change }] of drawn.entries()) {
            const like = throughProtobuf({ ...keys[flow]!, bytesIn: bytes, startTime: start })
            const message = toBinary(FlowSchema, flowToMessage(like))
            if (change !== null) message[change.at % message.length] = change.byte
            // Ids of one byte, so that a fault has the same place.
            for (const [store, id] of [
              [known, flow + 1],
              [unknown, i + 1],
            ] as const)
              store.appendResult(resultOf(id, message))
          }
          recognised += read.mock.results.filter(({ value }) => value === true).length
          read.mockRestore()
          expect(rowsOf(known)).toEqual(rowsOf(unknown))
          expect(known.refusals().map(({ reason }) => reason)).toEqual(
            unknown.refusals().map(({ reason }) => reason),
          )
        },
      ),
      { numRuns: 300 },
    )
    expect(recognised).toBeGreaterThan(600)
  })

  test('an id that is used again with another key is another flow', () => {
    const store = storeOf(true)
    const other = buildFlow({ sourceName: 'web-canary-*' }, { startTime: 1_790_000_025 })
    store.appendResult(result(1, buildFlow()))
    store.appendResult(result(1, other))
    store.appendResult(result(1, { ...other, startTime: 1_790_000_040, sourceLabels: ['app=canary'] }))
    expect(rowsOf(store).map(({ key, sourceLabels }) => [key.sourceName, ...sourceLabels])).toEqual([
      ['web-*', 'app=web'],
      ['web-canary-*', 'app=web'],
      ['web-canary-*', 'app=canary'],
    ])
    expect(store.holdings().keys).toBe(2)
  })

  test('ids of an earlier stream are not used as hints', () => {
    const store = storeOf(true)
    store.appendResult(result(1, buildFlow()))
    store.clearIds()
    store.appendResult(result(1, buildFlow({ destPort: 443 }, { startTime: 1_790_000_025 })))
    store.appendResult(result(2, buildFlow({}, { startTime: 1_790_000_025 })))
    expect(store.holdings()).toMatchObject({ keys: 2, records: 3 })
  })

  test('an unknown enum value is kept and counted', () => {
    const store = storeOf(true)
    const hit = buildHit({ kind: 'Unknown(42)' })
    const flow = buildFlow({ action: 'Unknown(9)', policies: { enforced: [hit], pending: [] } })
    store.appendResult(result(1, flow))
    expect(rowsOf(store)).toMatchObject([{ key: flow.key }])
    expect(store.holdings().unknown).toBe(2)
  })

  test('one key in several encodings is one flow', () => {
    const flow = buildFlow()
    const message = flowToMessage(flow)
    const key = message.Key
    if (key?.policies === undefined) throw new Error('A flow without a key')
    const trace = toBinary(PolicyTraceSchema, key.policies)
    const split = toBinary(FlowKeySchema, {
      ...key,
      sourceName: 'an earlier value',
      policies: create(PolicyTraceSchema),
    })
    const rest = toBinary(FlowSchema, { ...message, sourceLabels: [], destLabels: [] })
    const odd = new BinaryWriter()
      // A field that a newer Goldmane may add, labels of both ends alternating, the key in two parts.
      .tag(99, WireType.LengthDelimited)
      .string('newer')
      .tag(5, WireType.LengthDelimited)
      .string('app=api')
      .tag(1, WireType.LengthDelimited)
      .bytes(split)
      .raw(rest)
      .tag(4, WireType.LengthDelimited)
      .string('app=web')
      .finish()
    // The trace with an unknown field.
    const wordy = new BinaryWriter()
      .raw(toBinary(FlowKeySchema, { ...key, policies: undefined }))
      .tag(15, WireType.LengthDelimited)
      .bytes(Uint8Array.of(...trace, 0x98, 0x06, 0x00))
      .finish()
    const padded = new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .bytes(wordy)
      .tag(2, WireType.Varint)
      .int64(flow.startTime + 15)
      .finish()
    const store = storeOf()
    store.append(flow)
    store.appendFlowMessage(odd)
    store.appendFlowMessage(padded)
    expect(store.holdings()).toMatchObject({ records: 3, refused: 0, keys: 1 })
    expect(rowsOf(store).filter(({ destLabels }) => destLabels.length > 0)).toHaveLength(2)
  })
})

describe('a malformed record', { timeout: 60_000 }, () => {
  const good = result(1, buildFlow())

  test.each([
    ['an empty message', new Uint8Array(0), 'a result without a flow'],
    ['a result without its flow', Uint8Array.of(0x08, 0x01), 'a result without a flow'],
    ['a flow without a key', Uint8Array.of(0x12, 0x00), 'a flow without a key'],
    ['a number that does not end', Uint8Array.of(0x08, 0x80, 0x80), 'a number at byte 1 does not end'],
    ['a length past the end', Uint8Array.of(0x12, 0x7f, 0x0a), 'a length at byte 1 reaches past the end'],
    ['a group', Uint8Array.of(0x0b), 'wire type 3 at byte 1'],
    ['a field number 0', Uint8Array.of(0x00), 'no field number at byte 0'],
    [
      'a text that is not UTF-8',
      Uint8Array.of(0x12, 0x05, 0x0a, 0x03, 0x0a, 0x01, 0xff),
      'the text or message at byte 6 cannot be read',
    ],
    [
      'a trace that is not one',
      Uint8Array.of(0x12, 0x05, 0x0a, 0x03, 0x7a, 0x01, 0x00),
      'the text or message at byte 6 cannot be read',
    ],
  ])('%s is refused with its position', (_what, message, reason) => {
    const store = storeOf(true)
    store.appendResult(good)
    store.appendResult(message)
    expect(store.holdings()).toMatchObject({ records: 1, refused: 1 })
    expect(store.refusals()[0]?.reason).toContain(reason)
  })

  test('all refusals are counted, and the first 300 kept', () => {
    const store = storeOf(true)
    for (let i = 0; i < 350; i++) store.appendResult(Uint8Array.of(0x0b))
    expect(store.holdings().refused).toBe(350)
    expect(store.refusals()).toHaveLength(300)
  })

  /** Asserts that nothing is thrown, that each message becomes a record or a refusal, and that earlier records stay. */
  function survives(message: Uint8Array): void {
    const store = storeOf(false)
    store.appendResult(good)
    for (const take of [() => store.appendResult(message), () => store.appendFlowMessage(message)]) {
      const { records, refused } = store.holdings()
      take()
      expect(store.holdings().records + store.holdings().refused).toBe(records + refused + 1)
    }
    store.appendResult(good)
    // A changed byte may yield a newer record of the same key with other labels; the intact record must still be there.
    expect(rowsOf(store)).toContainEqual(
      expect.objectContaining({ key: buildKey(), sourceLabels: ['app=web'] }),
    )
    expect(rowsOf(store)).toHaveLength(store.holdings().records)
  }

  test('random bytes do no harm', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives), { numRuns: 500 })
  })

  test('a message truncated at any byte does no harm', () => {
    for (let length = 0; length < good.length; length++) survives(good.subarray(0, length))
  })

  test('a message with some bytes changed does no harm', () => {
    const change = fc.record({ at: fc.nat(good.length - 1), byte: fc.nat(255) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const message = good.slice()
        for (const { at, byte } of changes) message[at] = byte
        survives(message)
      }),
      { numRuns: 500 },
    )
  })

  test('8 MB of 0xff are refused', () => {
    const store = storeOf(true)
    store.appendResult(new Uint8Array(8 * 2 ** 20).fill(0xff))
    expect(store.holdings()).toMatchObject({ records: 0, refused: 1 })
  })
})
