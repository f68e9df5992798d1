import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { decidingHit, inOrder, isEndOfTier, namedPolicy, verdictChange, verdictOf } from './hit.ts'
import { buildEndOfTier, buildHit } from './testing/build.ts'

const deny = buildEndOfTier('default-deny')
const allow = buildHit()

describe('the order of evaluation', () => {
  test('is that of the policy indexes, and hits with one index keep their order', () => {
    const indexes = fc.array(fc.nat(4), { maxLength: 6 })
    fc.assert(
      fc.property(indexes, (some) => {
        const hits = some.map((policyIndex, i) => buildHit({ policyIndex, name: `p${i}` }))
        const expected = [0, 1, 2, 3, 4].flatMap((index) => hits.filter((hit) => hit.policyIndex === index))
        expect(inOrder(hits)).toEqual(expected)
      }),
    )
  })

  test('of hits that have it already is the very same list', () => {
    const hits = [buildHit(), buildHit({ policyIndex: 1 }), buildHit({ policyIndex: 1 })]
    expect(inOrder(hits)).toBe(hits)
  })
})

describe('the verdict', () => {
  test('is the action of the last hit', () => {
    expect(decidingHit([allow, deny])).toBe(deny)
    expect(verdictOf([allow, deny])).toBe('Deny')
  })

  test('is undefined without any hit', () => {
    expect(decidingHit([])).toBeUndefined()
    expect(verdictOf([])).toBeUndefined()
  })

  test('changes when the pending one differs, which is unknown when it was not computed', () => {
    expect(verdictChange({ enforced: [allow], pending: [deny] })).toBe('yes')
    expect(verdictChange({ enforced: [deny], pending: [deny] })).toBe('no')
    expect(verdictChange({ enforced: [deny], pending: [] })).toBe('unknown')
    expect(verdictChange({ enforced: [], pending: [allow] })).toBe('yes')
  })
})

test('an end of tier is told by its kind, or in older records by the rule index −1', () => {
  expect(isEndOfTier(buildHit({ kind: 'EndOfTier', ruleIndex: 0 }))).toBe(true)
  expect(isEndOfTier(buildHit({ ruleIndex: -1 }))).toBe(true)
  expect(isEndOfTier(buildHit({ ruleIndex: 0 }))).toBe(false)
})

test('the policy that a hit names is the trigger, where there is one', () => {
  expect(namedPolicy(deny)).toBe(deny.trigger)
  expect(namedPolicy(allow)).toBe(allow)
})
