import { expect, test } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { formatTime } from '../../lib/format.ts'
import { originWords } from './origin-words.ts'

const T = 1_793_613_600

test('says where the records of a capture come from, when, and what is missing', () => {
  const header = {
    ...EMPTY_HEADER,
    tool: 'flowtrace 0.2.0',
    source: { kind: 'live', name: 'Production' },
    cluster: 'prod',
    window: { from: T, to: null },
    filter: 'action = Deny',
    gaps: [{ from: T, to: T + 15, reason: 'the connection was lost' }],
  }
  expect(originWords([header, { ...EMPTY_HEADER, cluster: 'lab', gaps: [] }])).toEqual({
    short: '· of prod and 1 more · filtered · 1 gap',
    whole: [
      'Source: live, Production, prod',
      `Recorded: ${formatTime(T)} – not recorded`,
      'Filter: action = Deny',
      `1 gap: ${formatTime(T)} – ${formatTime(T + 15)} (the connection was lost)`,
      'Written by flowtrace 0.2.0',
      'Source: lab',
      'No gaps',
    ].join('\n'),
  })
})

test('says nothing where no header does', () => {
  expect(originWords([])).toBeNull()
  expect(originWords([EMPTY_HEADER])).toBeNull()
})
