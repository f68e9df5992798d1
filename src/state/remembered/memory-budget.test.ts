import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { DEFAULT_BUDGET } from './default-budget.ts'
import { BUDGETS, parseBudget } from './memory-budget.ts'

test('a stored budget is read as it was written', () => {
  for (const budget of BUDGETS) expect(parseBudget(JSON.stringify(budget))).toBe(budget)
})

test('whatever text is stored, the budget is one that can be chosen', () => {
  const anything = fc.oneof(fc.string(), fc.json(), fc.integer().map(String), fc.constant(null))
  fc.assert(
    fc.property(anything, (text) => {
      expect(BUDGETS).toContain(parseBudget(text))
    }),
  )
  expect(parseBudget('1')).toBe(DEFAULT_BUDGET)
  expect(parseBudget(null)).toBe(DEFAULT_BUDGET)
})
