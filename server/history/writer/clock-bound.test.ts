import { expect, test } from 'vitest'
import { isFarAhead } from './clock-bound.ts'

const NOW = 1_790_002_800

test.each([
  ['of now', 0, false],
  ['of the past', -400 * 86_400, false],
  ['of a clock that shows the local time, at most 14 h ahead', 14 * 3600, false],
  ['a day ahead', 86_400, false],
  ['more than a day ahead', 86_401, true],
])('records %s', (_, ahead, isFar) => {
  expect(isFarAhead(NOW + ahead, NOW * 1000)).toBe(isFar)
})
