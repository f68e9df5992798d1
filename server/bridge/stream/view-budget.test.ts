import { expect, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { MAX_SAVED_WORK, ViewBudget } from './view-budget.ts'

/** The work of a filter that nobody has used yet, on the largest ring. */
const NEW_FILTER = 240 * 20_000 + 20_000 * 200

test('a client that asks with ever new filters has a tenth of a core, and others all they need', () => {
  const clock = new ManualClock()
  const budget = new ViewBudget(clock)
  let work = 0
  for (let second = 0; second < 3600; second++) {
    while (budget.delayMs('attacker') === 0) {
      budget.spend('attacker', NEW_FILTER)
      work += NEW_FILTER
    }
    clock.advance(1000)
  }
  expect(work).toBeGreaterThan(MAX_SAVED_WORK)
  expect(work).toBeLessThan(MAX_SAVED_WORK + 3601 * 1_000_000 + NEW_FILTER)
  expect(budget.delayMs('attacker')).toBeLessThan(10_000)
  expect(budget.delayMs('reader')).toBe(0)
})

test('twenty new filters at once do not wait', () => {
  const budget = new ViewBudget(new ManualClock())
  for (let i = 0; i < 20; i++) {
    expect(budget.delayMs('reader')).toBe(0)
    budget.spend('reader', NEW_FILTER)
  }
  expect(budget.delayMs('reader')).toBe(0)
})
