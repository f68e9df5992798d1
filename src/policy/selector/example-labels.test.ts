import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { exampleLabels } from './example-labels.ts'
import { matchSelector } from './match.ts'
import { parseSelector } from './parse.ts'
import { anyLabels, anySelector } from './testing/arbitrary-selectors.ts'

function exampleOf(...texts: readonly string[]) {
  return exampleLabels(...texts.map(parseSelector))
}

describe('labels that match', () => {
  test.each([
    ['all()', {}],
    ['app == "web"', { app: 'web' }],
    ['app == "web" && tier != "db"', { app: 'web' }],
    ['app in {"web", "api"} && app != "api"', { app: 'web' }],
    ['has(app) && app not in {"", "x"}', { app: 'y' }],
    ['app starts with "web" && app ends with "-1"', { app: 'web-1' }],
    ['app starts with "web" && app contains "x" && app != "webx"', { app: 'webxxx' }],
    ['! (app == "web" || ! has(tier))', { tier: '' }],
  ])('%s', (text, labels) => {
    expect(exampleOf(text)).toEqual({ is: 'example', labels })
  })
})

test.each([
  ['app == "web"', 'app == "api"'],
  ['app in {"web", "api"}', 'app not in {"web", "api", "db"}'],
  ['has(app)', '!has(app)'],
  ['app in {}', 'all()'],
  ['app == "web"', 'app starts with "api"'],
  ['!all()', 'all()'],
])('no labels match both %s and %s', (a, b) => {
  expect(exampleOf(a, b)).toEqual({ is: 'none' })
})

test('a value that no example was found for, and a selector of very many alternatives, are unsure', () => {
  expect(exampleOf('a contains "x"', '!(a contains "x")')).toEqual({ is: 'unsure' })
  const many = Array.from({ length: 9 }, (_, i) => `(a${i} == "x" || b${i} == "x")`).join(' && ')
  expect(exampleOf(many)).toEqual({ is: 'unsure' })
})

test('an example matches, and where there is none no labels do', () => {
  fc.assert(
    fc.property(anySelector, anySelector, fc.array(anyLabels, { maxLength: 10 }), (a, b, others) => {
      const example = exampleLabels(a, b)
      if (example.is === 'example')
        expect([matchSelector(a, example.labels), matchSelector(b, example.labels)]).toEqual([true, true])
      if (example.is === 'none')
        for (const labels of others) expect(matchSelector(a, labels) && matchSelector(b, labels)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})
