import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { exportFileName } from './file-name.ts'

const SPAN = { from: 1_790_000_010, to: 1_790_003_610 }

test.each([
  ['lab-1', 'flowtrace-lab-1-20260921T141330Z-20260921T151330Z.csv'],
  ['incident-4711.ndjson.gz', 'flowtrace-incident-4711-20260921T141330Z-20260921T151330Z.csv'],
  ['../etc/passwd', 'flowtrace-etc-passwd-20260921T141330Z-20260921T151330Z.csv'],
  ['Prüfung: a/b', 'flowtrace-Pr-fung-a-b-20260921T141330Z-20260921T151330Z.csv'],
  ['…', 'flowtrace-20260921T141330Z-20260921T151330Z.csv'],
])('an export of %j is named %s', (source, name) => {
  expect(exportFileName(source, SPAN, '.csv')).toBe(name)
})

test('without times there are none in the name', () => {
  expect(exportFileName('lab-1', null, '.ndjson')).toBe('flowtrace-lab-1.ndjson')
})

test('any source gives a name that every file system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), fc.integer(), fc.integer(), (source, from, to) => {
      expect(exportFileName(source, { from, to }, '.ndjson.gz')).toMatch(/^flowtrace[A-Za-z0-9._-]{0,150}$/)
    }),
  )
})
