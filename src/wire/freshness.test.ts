import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromBinary } from '@bufbuild/protobuf'
import { FlowResultSchema } from '../gen/goldmane/api_pb.ts'
import { CHAIN_STEPS, STEP_STATES } from './connection-chain.ts'
import {
  decodeFreshness,
  encodeFreshness,
  type Freshness,
  isFreshness,
  UPSTREAM_STATES,
} from './freshness.ts'

const time = fc.integer({ min: 0, max: 4_000_000_000 })
const timeOrNull = fc.option(time, { nil: null })
const ranges = fc.array(fc.record({ from: time, to: time }), { maxLength: 20 })
const fact = fc.string({ unit: 'grapheme' })
const chain = fc.record({
  failure: fact,
  steps: fc.tuple(
    ...CHAIN_STEPS.map((step) =>
      fc.record(
        {
          step: fc.constant(step),
          state: fc.constantFrom(...STEP_STATES),
          host: fact,
          names: fc.array(fact, { maxLength: 5 }),
          port: fc.nat(65_535),
          expires: time,
        },
        { requiredKeys: ['step', 'state'] },
      ),
    ),
  ),
})
const members = {
  state: fc.constantFrom(...UPSTREAM_STATES),
  cause: fc.option(fc.string({ unit: 'grapheme' }), { nil: null }),
  since: time,
  retryAt: timeOrNull,
  now: time,
  lastBucket: timeOrNull,
  missing: ranges,
  restartedAt: timeOrNull,
  evicted: fc.nat(),
  backFill: fc.option(fc.record({ sent: fc.nat(), total: fc.nat() }), { nil: null }),
  lost: ranges,
}
// An older gateway sends no chain.
const freshness = fc.oneof(
  fc.record(members),
  fc.record({ ...members, chain: fc.option(chain, { nil: null }) }),
)

test('a chain that cannot be read, as of a newer gateway, is left out, and the rest is read', () => {
  fc.assert(
    fc.property(fc.record(members), chain, fc.anything(), (said, whole, junk) => {
      const [first, ...others] = whole.steps
      const bad = [
        { ...whole, failure: 1 },
        { ...whole, steps: others },
        { ...whole, steps: [...others, first] },
        { ...whole, steps: [{ ...first, state: 'skipped' }, ...others] },
        { ...whole, steps: [{ ...first, names: [1] }, ...others] },
        { ...whole, steps: [{ ...first, port: '7443' }, ...others] },
        { ...whole, steps: [{ ...first, host: {} }, ...others] },
        JSON.stringify(junk) ?? '',
      ]
      for (const each of bad) {
        // What a gateway of another version may send.
        const message = encodeFreshness({ ...said, chain: each } as unknown as Freshness)
        expect(decodeFreshness(message)).toEqual({ ...said, chain: null })
      }
    }),
    { numRuns: 30 },
  )
})

test('a freshness message is read as it was written, and is a FlowResult without a flow', () => {
  fc.assert(
    fc.property(freshness, (content) => {
      const message = encodeFreshness(content)
      expect(isFreshness(message)).toBe(true)
      expect(decodeFreshness(message)).toEqual(content)
      expect(fromBinary(FlowResultSchema, message).flow).toBeUndefined()
    }),
  )
})

test('a message with other content is no freshness message', () => {
  const valid = encodeFreshness({
    state: 'live',
    cause: null,
    since: 1,
    retryAt: null,
    now: 1,
    lastBucket: null,
    missing: [],
    restartedAt: null,
    evicted: 0,
    backFill: null,
    lost: [],
  })
  expect(decodeFreshness(valid.subarray(0, -1))).toBeNull()
  const text = new TextDecoder('latin1').decode(valid)
  for (const [part, other] of [
    ['"live"', '"odd!"'],
    ['"missing":[]', '"missing":{}'],
    ['"evicted":0', '"evicted":""'.slice(0, -1)],
  ] as const) {
    const changed = Uint8Array.from(text.replace(part, other), (letter) => letter.charCodeAt(0))
    expect(decodeFreshness(changed)).toBeNull()
  }
  expect(isFreshness(Uint8Array.of(8, 1))).toBe(false)
})
