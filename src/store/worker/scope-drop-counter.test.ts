import { expect, test } from 'vitest'

import { ScopeDropCounter } from './scope-drop-counter.ts'

test('counts a record once, however often a stream repeats its bucket and wherever it breaks', () => {
  const drops = new ScopeDropCounter()
  for (const start of [15, 15, 30, 30]) drops.add(start)
  expect(drops.total).toBe(4)
  drops.onReopen()
  drops.add(30)
  expect(drops.total).toBe(4)
  drops.onReopen()
  for (const start of [30, 30, 30, 45]) drops.add(start)
  expect(drops.total).toBe(6)
})
