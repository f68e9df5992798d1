import { expect, test } from 'vitest'

import { pageWords } from './page-words.ts'

test('labels are named without their prefixes', () => {
  expect(pageWords('selects the source: (app == "a" && pcns.team in {"x"}) && !has(pcsa.role)')).toBe(
    'selects the source: (app == "a" && namespace label team in {"x"}) && !has(service account label role)',
  )
  expect(pageWords('x/pcns.team, my-pcns.team')).toBe('x/pcns.team, my-pcns.team')
})

test('values of selectors stay', () => {
  const words = `rule 1 of x has 2 egress rules: b == 'pcns.team' || c == "pcsa.x"`
  expect(pageWords(words)).toBe(words)
})
