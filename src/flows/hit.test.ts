import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  decidingHit,
  decisionOf,
  inOrder,
  isEndOfTier,
  namedPolicy,
  verdictChange,
  verdictOf,
} from './hit.ts'
import type { Action, PolicyHit } from './flow.ts'
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

  test('changes when the pending one differs, which is unknown when one of the two decides nothing', () => {
    expect(verdictChange({ enforced: [allow], pending: [deny] })).toBe('yes')
    expect(verdictChange({ enforced: [deny], pending: [deny] })).toBe('no')
    expect(verdictChange({ enforced: [deny], pending: [] })).toBe('unknown')
    expect(verdictChange({ enforced: [], pending: [allow] })).toBe('unknown')
    const passed = buildHit({ action: 'Pass' })
    expect(verdictChange({ enforced: [allow], pending: [passed] })).toBe('unknown')
    expect(verdictChange({ enforced: [passed], pending: [deny] })).toBe('unknown')
  })
})

function decision(action: Action, ...enforced: readonly PolicyHit[]) {
  return decisionOf({ action, policies: { enforced, pending: [] } })
}

describe('what decided a record', () => {
  test('is the last hit in order of evaluation, where it has the action of the record', () => {
    const pass = buildHit({ action: 'Pass' })
    const last = { ...deny, policyIndex: 1 }
    expect(decision('Deny', pass, last)).toEqual({ known: true, hit: last })
    expect(decision('Deny', last, pass)).toEqual({ known: true, hit: last })
  })

  test.each<[string, Action, readonly PolicyHit[]]>([
    ['no trace', 'Deny', []],
    ['no decision', 'Deny', [buildHit({ action: 'Pass' })]],
    ['no decision', 'Pass', [buildHit({ action: 'Pass' })]],
    ['no decision', 'Unknown(7)', [buildHit({ action: 'Unknown(7)' })]],
    ['contradiction', 'Allow', [deny]],
    ['contradiction', 'Deny', [allow]],
    ['no verdict', 'ActionUnspecified', [deny]],
    ['no verdict', 'Pass', [allow]],
  ])('is not known: %s, with the verdict %s', (why, action, hits) => {
    expect(decision(action, ...hits)).toEqual({ known: false, why })
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
