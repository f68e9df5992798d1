import { describe, expect, test } from 'vitest'

import { include } from '../filter/tree/clauses.ts'
import { ALL } from '../filter/tree/expression.ts'
import { buildFlow } from '../flows/testing/build.ts'
import { markdownTable, type TableFacts } from './markdown-table.ts'
import type { ExportRow } from './row-columns.ts'

const FACTS: TableFacts = {
  source: 'lab-1',
  filter: include(ALL, 'dst.ns', 'backend'),
  span: { from: 1_790_000_010, to: 1_790_000_070 },
  link: 'https://flowtrace.example/?q=a>b',
  shape: 'groups',
  columns: ['action', 'source', 'destination', 'conns'],
  total: 1,
}

function rowOf(change: Partial<ExportRow> = {}, name = 'web-*'): ExportRow {
  const { startTime, endTime, ...flow } = buildFlow({ sourceName: name })
  return { ...flow, firstSeen: startTime, lastSeen: endTime, records: 1, ports: [], portCount: 1, ...change }
}

describe('the Markdown of a table', () => {
  test('has a headline, what it is of, and the rows', () => {
    expect(markdownTable([rowOf()], FACTS)).toBe(
      [
        '### 1 group',
        '',
        '- Source: lab-1',
        '- Filter: `dst.ns = backend`',
        '- Time: 2026-09-21T14:13:30Z to 2026-09-21T14:14:30Z',
        '- View: <https://flowtrace.example/?q=a%3Eb>',
        '',
        '| Verdict | Source | Destination | Connections |',
        '|---|---|---|---|',
        '| Allowed | frontend/web | backend/api | 2 |',
        '',
      ].join('\n'),
    )
  })

  test('lists 100 rows, and says how many more there are', () => {
    const text = markdownTable(
      Array.from({ length: 120 }, () => rowOf()),
      { ...FACTS, total: 1234 },
    )
    expect(text.match(/^\| Allowed/gm)).toHaveLength(100)
    expect(text).toContain('### 1,234 groups\n')
    expect(text).toContain('\nand 1,134 more, which are not listed here.\n')
  })

  test('takes names literally, and says what was not recorded', () => {
    const text = markdownTable([rowOf({ numConnectionsStarted: null }, 'a|b\n<script>')], FACTS)
    expect(text).toContain(String.raw`| frontend/a\|b⟨U+000A⟩\<script\> |`)
    expect(text).toContain('| not recorded |')
  })

  test('of nothing has no table', () => {
    const text = markdownTable([], { ...FACTS, total: 0, span: null, link: null, filter: ALL })
    expect(text).toBe('### 0 groups\n\n- Source: lab-1\n- Filter: none\n')
  })
})
