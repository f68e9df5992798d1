import { expect, test } from 'vitest'

import { UNRECORDED } from '../../../flows/counters.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { sumWords } from './row-words.ts'

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
