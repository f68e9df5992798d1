import { expect, test } from 'vitest'

import { buildPortUse, buildRow } from '../../../state/testing/build-row.ts'
import { rowSentence } from './row-sentence.ts'

test('says who was denied what by what', () => {
  const row = buildRow({ action: 'Deny', reporter: 'Src' }, { ports: [buildPortUse(80)], portCount: 1 })
  expect(rowSentence(row, 'default/test', 'backend/api')).toMatch(
    /^Denied leaving: default\/test to backend\/api, tcp 80, by \S/,
  )
})

test('says what is new, what staged policies would change, and a scan, and counts the other ports', () => {
  const row = buildRow(
    { action: 'Deny', reporter: 'Dst' },
    {
      attention: 'new-denial',
      staged: { to: 'Allow', all: false },
      ports: [1, 2, 3, 4].map((port) => buildPortUse(port)),
      portCount: 24,
      scan: { ports: 24, destinations: 1, from: 0, to: 180 },
    },
  )
  const sentence = rowSentence(row, 'a', 'b')
  expect(sentence).toMatch(
    /^New: Denied entering: a to b, tcp 1, tcp 2, tcp 3 and 21 more, possible scan: 24 ports, 3 min, by /,
  )
  expect(sentence).toMatch(/, a part would be allowed if staged policies were enforced$/)
})

test('stays the same while records come', () => {
  const ports = [buildPortUse(80)]
  const before = buildRow({}, { ports, records: 1, numConnectionsStarted: 1, lastSeen: 15 })
  const after = buildRow({}, { ports, records: 2, numConnectionsStarted: 9, lastSeen: 30 })
  expect(rowSentence(after, 'a', 'b')).toBe(rowSentence(before, 'a', 'b'))
})
