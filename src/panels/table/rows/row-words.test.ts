import { expect, test } from 'vitest'

import { UNRECORDED } from '../../../flows/counters.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { sumWords, whenWords } from './row-words.ts'

test.each([
  ['conns', {}, 'not recorded'],
  ['bytes', {}, 'not recorded'],
  ['packets', {}, 'not recorded'],
  ['records', {}, '3'],
  ['bytes', { bytesIn: 0, bytesOut: 0 }, '0 B'],
  ['bytes', { bytesOut: 7 }, '7 B'],
  ['packets', { packetsIn: 1200 }, '1,200'],
] as const)('a cell of %s says what a row with %j has: %s', (measure, recorded, words) => {
  expect(sumWords(buildRow({}, { ...UNRECORDED, ...recorded, records: 3 }), measure)).toBe(words)
})

test('a time of day has its day where what is in view is longer than a day', () => {
  const noon = new Date(2026, 10, 27, 12).getTime() / 1000
  const row = buildRow({}, { firstSeen: noon, lastSeen: noon + 3600, records: 2, keys: 2 })
  const wordsIn = (seconds: number) =>
    whenWords(row, { span: { from: noon, to: noon + seconds }, recordSeconds: 3600 })
  expect(wordsIn(86_400)).toBe('12:00 – 13:00')
  expect(wordsIn(2 * 86_400)).toBe('27 Nov, 12:00 – 13:00')
  const inOne = whenWords({ ...row, records: 1 }, { span: { from: 0, to: noon }, recordSeconds: 3600 })
  expect(inOne).toBe('27 Nov, 12:00:00 – 13:00:00')
  const overDays = { ...row, lastSeen: noon + 2 * 86_400 }
  const words = whenWords(overDays, { span: { from: 0, to: noon }, recordSeconds: 3600 })
  expect(words.replaceAll(/\s/g, ' ')).toBe('27 Nov, 12:00 – 29 Nov, 12:00')
})
