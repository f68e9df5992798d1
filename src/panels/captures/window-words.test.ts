import { expect, test } from 'vitest'

import { windowWords } from './window-words.ts'

const at = (day: number, hour: number, minute = 0, year = 2026): number =>
  new Date(year, 10, day, hour, minute).getTime() / 1000

const NOW = at(27, 22, 50)

test.each([
  [at(27, 21, 45), at(27, 22, 45), 'today 21:45 – 22:45'],
  [at(26, 14, 2), at(26, 15, 2), '26 Nov 14:02 – 15:02'],
  [at(25, 23, 10), at(26, 1, 10), '25 Nov 23:10 – 26 Nov 01:10'],
  [at(26, 23), at(27, 1), '26 Nov 23:00 – today 01:00'],
  [at(24, 11, 0, 2025), at(24, 12, 0, 2025), '24 Nov 2025 11:00 – 12:00'],
  [at(27, 7, 11), at(27, 7, 11) + 15, 'today 07:11:00 – 07:11:15'],
  [at(27, 7, 11), at(27, 7, 11), 'today 07:11:00'],
  [null, at(27, 22), '… – today 22:00'],
  [at(27, 22), null, 'today 22:00 – …'],
  [null, null, '–'],
])('the records from %s to %s are from "%s"', (from, to, words) => {
  expect(windowWords(from, to, NOW)).toBe(words)
})
