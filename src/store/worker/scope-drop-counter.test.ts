import { expect, test } from 'vitest'

import { LeftOut } from './scope-drop-counter.ts'

test('counts a record once, however often a stream repeats its bucket and wherever it breaks', () => {
  const leftOut = new LeftOut()
  for (const start of [15, 15, 30, 30]) leftOut.add(start)
  expect(leftOut.total).toBe(4)
  leftOut.again()
  leftOut.add(30)
  expect(leftOut.total).toBe(4)
  leftOut.again()
  for (const start of [30, 30, 30, 45]) leftOut.add(start)
  expect(leftOut.total).toBe(6)
})
