import { describe, expect, test } from 'vitest'

import { ALL } from '../../../filter/tree/expression.ts'
import { matches } from '../../../filter/testing/matches.ts'
import { buildEndOfTier, buildHit } from '../../../flows/testing/build.ts'
import type { FlowKey } from '../../../flows/flow.ts'
import type { Row } from '../../../state/client/rows.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { denialFilter, isRecurrence, neighbourOf } from './same-denial.ts'

const row = (id: string, key: Partial<FlowKey> = {}): Row => buildRow({ action: 'Deny', ...key }, { id })

const trace = (...enforced: FlowKey['policies']['enforced']): FlowKey['policies'] => ({
  enforced,
  pending: enforced,
})

const open = row('open')
const elsewhere = row('elsewhere', { sourceNamespace: 'jobs', sourceName: 'etl-*' })
const allowed = row('allowed', { action: 'Allow' })
const otherPolicy = row('other policy', { policies: trace(buildEndOfTier('block-scanners')) })
const otherTier = row('other tier', { policies: trace(buildEndOfTier('default-deny', { tier: 'app' })) })
const otherRule = row('other rule', { policies: trace(buildHit({ name: 'default-deny', action: 'Deny' })) })

describe('the same denial', () => {
  test('is decided by the same rule or the same end of tier, at whatever position in the trace', () => {
    expect(isRecurrence(open, elsewhere, 'signatures')).toBe(true)
    const later = row('later', { policies: trace({ ...buildEndOfTier('default-deny'), policyIndex: 3 }) })
    expect(isRecurrence(open, later, 'signatures')).toBe(true)
    for (const other of [allowed, otherPolicy, otherTier, otherRule])
      expect(isRecurrence(open, other, 'signatures'), other.id).toBe(false)
  })

  test('is also the same conversation and reporter, where each row is an interval', () => {
    expect(isRecurrence(open, row('again'), 'intervals')).toBe(true)
    for (const part of [
      { sourceName: 'x' },
      { destPort: 81 },
      { proto: 'udp' },
      { reporter: 'Dst' },
    ] as const)
      expect(isRecurrence(open, row('other', part), 'intervals')).toBe(false)
  })

  test('has no row that the query for its rows misses', () => {
    const rows = [open, elsewhere, allowed, otherPolicy, otherTier, otherRule, row('udp', { proto: 'udp' })]
    for (const shape of ['signatures', 'signatures', 'intervals'] as const)
      for (const a of rows)
        for (const b of rows.filter((each) => isRecurrence(a, each, shape))) {
          const flow = { ...b, startTime: b.firstSeen, endTime: b.lastSeen }
          expect(matches(denialFilter(ALL, a, shape), flow, 0), `${a.id} finds ${b.id} in ${shape}`).toBe(
            true,
          )
        }
  })
})

describe('the next and the previous row of the same denial', () => {
  const rows = [row('first'), allowed, open, otherPolicy, elsewhere]

  test('follow the order of the table, skip other rows, and wrap around', () => {
    expect(neighbourOf(rows, open, 'signatures', 1)?.id).toBe('elsewhere')
    expect(neighbourOf(rows, elsewhere, 'signatures', 1)?.id).toBe('first')
    expect(neighbourOf(rows, open, 'signatures', -1)?.id).toBe('first')
    expect(neighbourOf(rows, row('first'), 'signatures', -1)?.id).toBe('elsewhere')
  })

  test('are the first and the last row when the open row is filtered out', () => {
    expect(neighbourOf(rows, row('gone'), 'signatures', 1)?.id).toBe('first')
    expect(neighbourOf(rows, row('gone'), 'signatures', -1)?.id).toBe('elsewhere')
  })

  test('are null when there is no other', () => {
    expect(neighbourOf([open, allowed], open, 'signatures', 1)).toBeNull()
    expect(neighbourOf([], open, 'signatures', -1)).toBeNull()
  })
})
