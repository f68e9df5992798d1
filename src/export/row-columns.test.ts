import { describe, expect, test } from 'vitest'

import { UNRECORDED } from '../flows/counters.ts'
import { COLUMNS } from '../flows/column.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../flows/testing/build.ts'
import type { FlowKey } from '../flows/flow.ts'
import type { RowShape } from '../flows/row-shape.ts'
import { ALL_COLUMNS, cellsOf, type ExportRow, shownCellOf } from './row-columns.ts'

function rowOf(key: Partial<FlowKey> = {}, change: Partial<ExportRow> = {}): ExportRow {
  const { startTime, endTime, ...flow } = buildFlow(key)
  return { ...flow, firstSeen: startTime, lastSeen: endTime, records: 3, ports: [], portCount: 1, ...change }
}

/** The cells of a row by their titles. */
function written(row: ExportRow, shape: RowShape = 'intervals'): Record<string, string | number | null> {
  const cells = ALL_COLUMNS.flatMap((id) => cellsOf(id, shape))
  return Object.fromEntries(cells.map((cell) => [cell.title, cell.of(row)]))
}

describe('the columns of a file', () => {
  test('are all columns of the table, and the number of records', () => {
    expect([...ALL_COLUMNS].toSorted()).toEqual([...COLUMNS.map(({ id }) => id), 'records'].toSorted())
  })

  test('have titles of their own', () => {
    for (const shape of ['groups', 'signatures', 'intervals'] as const) {
      const titles = ALL_COLUMNS.flatMap((id) => cellsOf(id, shape)).map(({ title }) => title)
      expect(new Set(titles).size).toBe(titles.length)
    }
  })

  test('have the words of the screen', () => {
    const trace = [buildEndOfTier('default-deny')]
    const row = rowOf({
      action: 'Deny',
      reporter: 'Dst',
      sourceName: 'web-6f7c9d5b8d-*',
      destName: 'pub',
      destNamespace: '-',
      destServiceName: '-',
      destServiceNamespace: '-',
      policies: { enforced: trace, pending: [buildHit({ name: 'staged:web' })] },
    })
    expect(written(row)).toEqual({
      Verdict: 'Denied entering',
      'Source namespace': 'frontend',
      Source: 'web-6f7c9d5b8d-*',
      'Destination namespace': '(none)',
      Destination: 'public network',
      Protocol: 'tcp',
      Port: 80,
      'Service namespace': '(none)',
      Service: '(none)',
      Tier: 'default',
      'Decided by': 'default-deny no rule allowed it',
      Pending: '→ Allow if staged',
      Reporter: 'destination',
      Connections: 2,
      Records: 3,
      Packets: 14,
      Bytes: 1400,
      'First seen': '2026-09-21T14:13:30Z',
      'Last seen': '2026-09-21T14:13:45Z',
    })
  })

  test('name a group by its workloads, and list its ports', () => {
    const ports = [
      { proto: 'tcp', port: 80 },
      { proto: 'udp', port: 53 },
    ]
    const row = rowOf({ sourceName: 'web-6f7c9d5b8d-*' }, { ports, portCount: 5 })
    expect(written(row, 'groups')).toMatchObject({ Source: 'web', Ports: 'tcp 80, udp 53 and 3 more' })
    expect(shownCellOf('source', 'groups').of(row)).toBe('frontend/web')
  })

  test('have nothing where nothing was recorded, which is no zero', () => {
    const nothing = { ...UNRECORDED, firstSeen: 0, lastSeen: 0 }
    const row = rowOf(
      { proto: 'icmp', destPort: 0, destServiceName: '', policies: { enforced: [], pending: [] } },
      nothing,
    )
    expect(written(row)).toMatchObject({
      Port: null,
      Service: null,
      Tier: '',
      'Decided by': 'not known: the record has no enforced trace',
      Pending: 'not computed',
      Connections: null,
      Packets: null,
      Bytes: null,
      'First seen': null,
      'Last seen': null,
    })
  })
})
