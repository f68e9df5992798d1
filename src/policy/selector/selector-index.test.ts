import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchPartly, type PartialLabels } from './match.ts'
import { parseSelector } from './parse.ts'
import { SelectorIndex } from './selector-index.ts'
import { anyLabels, anySelector } from './testing/arbitrary-selectors.ts'

const LABELS = ['a', 'app', 'in', 'not', 'has', 'projectcalico.org/name', 'k8s-app_1']

test('an index finds what each selector alone matches, also where labels are not known', () => {
  let found = 0
  fc.assert(
    fc.property(
      fc.array(anySelector, { maxLength: 12 }),
      anyLabels,
      fc.subarray(LABELS),
      (selectors, values, unknown) => {
        const labels: PartialLabels = (label) => {
          if (unknown.includes(label)) return undefined
          return Object.hasOwn(values, label) ? (values[label] ?? null) : null
        }
        const expected = selectors.flatMap((selector, position) => {
          const matches = matchPartly(selector, labels)
          return matches === false ? [] : [{ position, isCertain: matches === true }]
        })
        found += expected.length
        expect(new SelectorIndex(selectors).matches(labels)).toEqual(expected)
      },
    ),
    { numRuns: 3000 },
  )
  expect(found).toBeGreaterThan(1000)
})

test('an index asks only selectors whose rarest label is there', () => {
  const texts = [
    'orchestrator == "k8s" && namespace == "one"',
    'orchestrator == "k8s" && namespace == "two"',
    'namespace in {"one", "three"} && has(app)',
    'namespace == "two" || namespace == "one"',
    'has(role)',
    'app in {}',
    '!has(namespace)',
    ...['four', 'five'].map((name) => `orchestrator == "k8s" && namespace == "${name}"`),
  ]
  const index = new SelectorIndex(texts.map(parseSelector))
  const candidates = (labels: Readonly<Record<string, string>>) =>
    index.candidates((label) => labels[label] ?? null)
  expect(candidates({ orchestrator: 'k8s', namespace: 'one' })).toEqual([0, 2, 3, 6])
  expect(candidates({ orchestrator: 'k8s', namespace: 'four', app: 'x' })).toEqual([6, 7])
  expect(candidates({ role: '' })).toEqual([4, 6])
  expect(index.candidates(() => undefined)).toEqual([0, 1, 2, 3, 4, 6, 7, 8])
})
