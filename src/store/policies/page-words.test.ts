import { expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import { pageHitWords, withRulesFromOne } from './page-words.ts'

test('rules are counted from 1, and values of selectors stay', () => {
  expect(pageHitWords(buildHit({ name: 'web', ruleIndex: 9 }))).toBe('Allow GlobalNetworkPolicy web rule 10')
  expect(pageHitWords(buildEndOfTier('web'))).toBe('Deny end of tier default, for GlobalNetworkPolicy web')
  expect(withRulesFromOne(`rule 0 of x has 2 egress rules: a == "rule 0" || a == 'rule 1'`)).toBe(
    `rule 1 of x has 2 egress rules: a == "rule 0" || a == 'rule 1'`,
  )
})
