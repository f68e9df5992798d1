import { create, toBinary } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { anyFlow } from '../../capture/testing/arbitrary-messages.ts'
import type { PolicyTrace } from '../../flows/flow.ts'
import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import { FlowSchema, PolicyTraceSchema } from '../../gen/goldmane/api_pb.ts'
import { isCanonicalLabels, isCanonicalTrace } from '../../wire/canonical-blob.ts'
import { keyToMessage } from '../../wire/flow-message.ts'
import { buildKey } from '../../flows/testing/build.ts'
import type { BlobCodec } from '../columns/blob-dictionary.ts'
import { labelsCodec, traceCodec } from './blob-codecs.ts'

/** The trace as protobuf-es encodes it, hits in the order of the list. */
function bytesOfTrace(policies: PolicyTrace): Uint8Array {
  const message = keyToMessage(buildKey({ policies })).policies
  if (message === undefined) throw new Error('a key without a trace')
  return toBinary(PolicyTraceSchema, message)
}

const bytesOfLabels = (sourceLabels: string[]): Uint8Array =>
  toBinary(FlowSchema, create(FlowSchema, { sourceLabels }))

const anyChange = fc.record({ at: fc.nat(), byte: fc.nat(255), insert: fc.boolean() })

/** Some bytes with a few of them changed, or with bytes added. */
const damaged = (whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.tuple(whole, fc.array(anyChange, { maxLength: 3 })).map(([bytes, changes]) => {
    const changed = [...bytes]
    for (const { at, byte, insert } of changes)
      changed.splice(at % (changed.length + 1), insert ? 0 : 1, byte)
    return Uint8Array.from(changed)
  })

/** Asserts that bytes that are said to be canonical are what the codec makes of their value. */
function isHonest<Value>(codec: BlobCodec<Value>, bytes: Uint8Array): boolean {
  if (codec.isCanonical?.(bytes) !== true) return false
  expect([...codec.encode(codec.decode(bytes))]).toEqual([...bytes])
  return true
}

describe('canonical bytes', { timeout: 60_000 }, () => {
  test('of a trace are encoded to themselves, also where some bytes are damaged', () => {
    const someTrace = fc.oneof(
      anyFlow.map(({ key }) => key.policies),
      fc.constant({
        enforced: [buildHit({ action: 'Pass' }), buildEndOfTier('default-deny', { policyIndex: 300 })],
        pending: [buildHit({ ruleIndex: -1 }), buildHit({ policyIndex: 127, ruleIndex: 128 })],
      }),
    )
    let found = 0
    fc.assert(
      fc.property(damaged(someTrace.map(bytesOfTrace)), (bytes) => {
        if (isHonest(traceCodec, bytes)) found++
      }),
      { numRuns: 3000 },
    )
    expect(found).toBeGreaterThan(300)
  })

  test('of labels are encoded to themselves, also where some bytes are damaged', () => {
    const someLabels = fc.array(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'grapheme' })), {
      maxLength: 4,
    })
    let found = 0
    fc.assert(
      fc.property(damaged(someLabels.map(bytesOfLabels)), (bytes) => {
        if (isHonest(labelsCodec, bytes)) found++
      }),
      { numRuns: 2000 },
    )
    expect(found).toBeGreaterThan(200)
  })

  test('are told of what Goldmane usually sends', () => {
    const enforced = [
      buildHit({ action: 'Pass' }),
      buildHit({ kind: 'CalicoNetworkPolicy', namespace: 'shop', policyIndex: 1, ruleIndex: 2 }),
      buildEndOfTier('default-deny', { policyIndex: 2 }),
    ]
    expect(isCanonicalTrace(bytesOfTrace({ enforced, pending: enforced }))).toBe(true)
    expect(isCanonicalTrace(bytesOfTrace({ enforced: enforced.toReversed(), pending: [] }))).toBe(false)
    expect(isCanonicalLabels(bytesOfLabels(['app=web', '', `hash=${'a'.repeat(300)}`]))).toBe(true)
    expect(isCanonicalLabels(bytesOfLabels(['name=Zoë']))).toBe(false)
  })

  test('are those alone in which each enum value is known', () => {
    const trace = { enforced: [buildHit({ kind: 'Unknown(42)' })], pending: [] }
    expect(isCanonicalTrace(bytesOfTrace(trace))).toBe(false)
  })
})
