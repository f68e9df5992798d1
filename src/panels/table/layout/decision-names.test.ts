import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { type DecisionMeasures, fitDecision } from './decision-names.ts'

/** A monospaced font of one pixel a character, with a frame around the tier and a gap before the reason. */
const chars = (frame: number) => (text: string) => (text === '' ? 0 : Array.from(text).length + frame)
const MEASURES: DecisionMeasures = { tier: chars(2), policy: chars(0), reason: chars(1) }
const REASONS = ['no rule allowed it', 'no rule']

function fit(tier: string, policy: string, width: number): string {
  const fitted = fitDecision({ tier, policy }, REASONS, width, MEASURES)
  return [fitted.tier, fitted.policy, fitted.reason].filter(Boolean).join(' ')
}

test('the reason gives way first, then the tier, then the middle of the policy', () => {
  const policy = '01-dns-clients-egress'
  expect(fit('default', policy, 49)).toBe(`default ${policy} no rule allowed it`)
  expect(fit('default', policy, 48)).toBe(`default ${policy} no rule`)
  expect(fit('default', policy, 38)).toBe(`default ${policy} no rule`)
  expect(fit('default', policy, 37)).toBe(`defau… ${policy} no rule`)
  expect(fit('default', policy, 35)).toBe(`def… ${policy} no rule`)
  expect(fit('default', policy, 30)).toBe(`${policy} no rule`)
  expect(fit('default', policy, 28)).toBe('01-dns-cli…ts-egress no rule')
})

test('what fits is whole, and what is cut takes no more than its room', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,40}$/)
  fc.assert(
    fc.property(name, name, fc.integer({ min: 0, max: 120 }), (tier, policy, width) => {
      const fitted = fitDecision({ tier, policy }, REASONS, width, MEASURES)
      const used =
        MEASURES.tier(fitted.tier) + MEASURES.policy(fitted.policy) + MEASURES.reason(fitted.reason)
      // The shortest form: eight characters of a policy with an ellipsis, and the reason.
      expect(used).toBeLessThanOrEqual(Math.max(width, 8 + 1 + 7 + 1))
      expect(policy.endsWith(fitted.policy.split('…').at(-1) ?? '')).toBe(true)
      if (fitted.policy !== policy) expect(fitted.tier).toBe('')
      if (fitted.tier !== tier) expect(fitted.reason).toBe('no rule')
    }),
  )
})
