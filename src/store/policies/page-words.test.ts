import { expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import { pageHitWords, pageWords } from './page-words.ts'

test('rules are counted from 1', () => {
  expect(pageHitWords(buildHit({ name: 'web', ruleIndex: 9 }))).toBe('Allow GlobalNetworkPolicy web rule 10')
  expect(pageHitWords(buildEndOfTier('web'))).toBe('Deny end of tier default, for GlobalNetworkPolicy web')
})

test('labels are named without their prefixes', () => {
  expect(pageWords('selects the source: (app == "a" && pcns.team in {"x"}) && !has(pcsa.role)')).toBe(
    'selects the source: (app == "a" && namespace label team in {"x"}) && !has(service account label role)',
  )
  expect(pageWords('x/pcns.team, my-pcns.team')).toBe('x/pcns.team, my-pcns.team')
})

test('values of selectors stay', () => {
  const words = `a == "rule 0" || b == 'pcns.team' || c == "pcsa.x"`
  expect(pageWords(`rule 0 of x has 2 egress rules: ${words}`)).toBe(
    `rule 1 of x has 2 egress rules: ${words}`,
  )
})
