import { expect, test } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { ExportRequest } from '../protocol.ts'
import { headerOf } from './export-parts.ts'

const REQUEST: ExportRequest = {
  format: 'capture',
  view: {
    shape: 'intervals',
    filter: ALL,
    time: null,
    sort: { column: 'attention', descending: true },
    frozen: null,
    newSince: null,
  },
  columns: [],
  source: 'lab-1',
  link: '',
}

test('an export of the history says so, and what its records sum', () => {
  const read = { ...EMPTY_HEADER, source: { kind: 'history', name: 'DuckDB' }, step: 3600 }
  expect(headerOf(REQUEST, null, false, null, [read])).toMatchObject({
    source: { kind: 'history', name: 'lab-1' },
    cluster: 'lab-1',
    step: 3600,
  })
  expect(headerOf(REQUEST, null, false, null)).toMatchObject({ source: { kind: 'capture' }, step: null })
})
