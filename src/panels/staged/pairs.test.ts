import { describe, expect, test } from 'vitest'

import type { FlowKey } from '../../flows/flow.ts'
import type { Row } from '../../state/client/rows.ts'
import { buildRow } from '../../state/testing/build-row.ts'
import { isOpen, pairsOf } from './pairs.ts'

const rowOf = (id: string, lastSeen: number, key: Partial<FlowKey> = {}): Row =>
  buildRow(key, { id, firstSeen: lastSeen - 15, lastSeen })

describe('the pairs of a change', () => {
  test('hold the records of both ends once, and are named by the newest', () => {
    const pairs = pairsOf([
      rowOf('source', 100),
      rowOf('other port', 100, { destPort: 443 }),
      rowOf('destination', 130, { reporter: 'Dst' }),
    ])
    expect(pairs.map(({ row, records }) => [row.id, records])).toEqual([
      ['destination', 2],
      ['other port', 1],
    ])
  })

  test('are open when a flow of either end is', () => {
    const [pair] = pairsOf([rowOf('source', 100)])
    if (pair === undefined) throw new Error('one row makes one pair')
    expect(isOpen(pair, rowOf('destination', 130, { reporter: 'Dst' }))).toBe(true)
    expect(isOpen(pair, rowOf('other', 130, { proto: 'udp' }))).toBe(false)
    expect(isOpen(pair, undefined)).toBe(false)
  })
})
