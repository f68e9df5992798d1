import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { chosenFileName, exportFileName } from './file-name.ts'

const SPAN = { from: 1_790_000_010, to: 1_790_003_610 }

test.each([
  ['lab-1', 'flowtrace-lab-1-20260921T141330Z-20260921T151330Z.csv'],
  ['incident-4711.ndjson.gz', 'flowtrace-incident-4711-20260921T141330Z-20260921T151330Z.csv'],
  ['../etc/passwd', 'flowtrace-etc-passwd-20260921T141330Z-20260921T151330Z.csv'],
  ['Prüfung: a/b', 'flowtrace-Pr-fung-a-b-20260921T141330Z-20260921T151330Z.csv'],
  [
    'flowtrace-lab-1-20260921T141330Z-20260921T151330Z.ndjson.gz',
    'flowtrace-lab-1-20260921T141330Z-20260921T151330Z.csv',
  ],
  [
    'flowtrace-lab-1-20200101T000000Z-20200101T000100Z (2).ndjson.gz',
    'flowtrace-lab-1-20260921T141330Z-20260921T151330Z.csv',
  ],
  ['flowtrace-20200101T000000Z-20200101T000100Z.zip', 'flowtrace-20260921T141330Z-20260921T151330Z.csv'],
  ['flowtrace-mine.ndjson', 'flowtrace-mine-20260921T141330Z-20260921T151330Z.csv'],
  ['flowtrace.ndjson', 'flowtrace-20260921T141330Z-20260921T151330Z.csv'],
  ['flowtraces.ndjson', 'flowtrace-flowtraces-20260921T141330Z-20260921T151330Z.csv'],
  [
    'flowtrace-a-20200101T000000Z-20200101T000100Z.ndjson.gz and 2 more',
    'flowtrace-a-and-2-more-20260921T141330Z-20260921T151330Z.csv',
  ],
  ['…', 'flowtrace-20260921T141330Z-20260921T151330Z.csv'],
])('an export of %j is named %s', (source, name) => {
  expect(exportFileName(source, SPAN, '.csv')).toBe(name)
})

test('without times there are none in the name', () => {
  expect(exportFileName('lab-1', null, '.ndjson')).toBe('flowtrace-lab-1.ndjson')
})

test('an export of an export has the name of the first one', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.integer({ min: 0, max: 4e9 }), (source, from) => {
      const first = exportFileName(source, { from, to: from + 15 }, '.ndjson.gz')
      expect(exportFileName(first, { from, to: from + 15 }, '.ndjson.gz')).toBe(first)
    }),
  )
})

test('a name that the reader chose has neither prefix nor times', () => {
  expect(chosenFileName('before the rollout.ndjson.gz', '.ndjson.gz')).toBe('before-the-rollout.ndjson.gz')
  expect(chosenFileName('flowtrace-x', '.ndjson.gz')).toBe('flowtrace-x.ndjson.gz')
  expect(chosenFileName('…', '.ndjson.gz')).toBe('flowtrace.ndjson.gz')
})

test('any source gives a name that every file system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.integer(), fc.integer(), (source, from, to) => {
      expect(exportFileName(source, { from, to }, '.ndjson.gz')).toMatch(/^flowtrace[A-Za-z0-9._-]{0,150}$/)
    }),
  )
})
