import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit, buildKey } from '../../flows/testing/build.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { clockTime, traceChangesOf } from './trace-changes.ts'
import type { SeenKey } from './seen-key.ts'
import { plainText } from '../words/statement.ts'

const start = Date.UTC(2026, 10, 22, 14, 0, 0) / 1000
const allowed = buildKey({ policies: { enforced: [buildHit({ name: 'P', ruleIndex: 1 })], pending: [] } })
const denied = buildKey({
  action: 'Deny',
  policies: { enforced: [buildEndOfTier('default-deny')], pending: [] },
})

function seen(key: FlowKey, from: number, to: number): SeenKey {
  return { key, firstSeen: start + from, lastSeen: start + to }
}

function sinceStart(seconds: number): string {
  return `T+${seconds - start}`
}

function told(...records: readonly SeenKey[]): string[] {
  return traceChangesOf(allowed, records).changes.map(({ statement }) => plainText([statement]))
}

describe('the trace changes of a conversation', () => {
  test('says until when it was allowed and from when denied', () => {
    expect(told(seen(denied, 135, 300), seen(allowed, 0, 135))).toEqual([
      'Until 14:02:15 UTC allowed by GlobalNetworkPolicy P rule 2; from then denied because no rule allowed it (end of tier default, ' +
        'policy named: GlobalNetworkPolicy default-deny).',
    ])
  })

  test('says that nothing was seen between', () => {
    const [change] = traceChangesOf(allowed, [seen(allowed, 0, 15), seen(denied, 60, 75)]).changes
    expect(change).toMatchObject({ how: 'gap', verdictChanged: true })
    expect(plainText(change === undefined ? [] : [change.statement])).toMatch(/nothing was seen between\.$/)
  })

  test('says that both traces were seen for a time', () => {
    const history = traceChangesOf(allowed, [seen(allowed, 0, 60), seen(denied, 30, 90)])
    expect(history.changes[0]?.how).toBe('both')
    expect(history.changes[0]?.statement.parts.at(-1)?.text).toMatch(/for a time both\.$/)
  })

  test.each([
    [seen(denied, 3600, 7200), 'in a sum'],
    [seen(denied, 0, 7200), 'in a sum'],
    [seen(denied, 7200, 10_800), 'gap'],
  ])('does not say when it changed within a sum, which does not tell', (after, how) => {
    const { changes } = traceChangesOf(allowed, [seen(allowed, -3600, 3600), after], clockTime, 3600)
    expect(changes[0]?.how).toBe(how)
    const text = plainText(changes.map(({ statement }) => statement))
    expect(text.includes('when it changed is not in sums')).toBe(how === 'in a sum')
  })

  test('says of sums that overlap for longer that there were both', () => {
    const records = [seen(allowed, 0, 14_400), seen(denied, 3600, 18_000)]
    expect(traceChangesOf(allowed, records, clockTime, 3600).changes[0]?.how).toBe('both')
  })

  test('begins a new period when a trace comes back', () => {
    const { periods } = traceChangesOf(allowed, [
      seen(allowed, 0, 15),
      seen(denied, 15, 30),
      seen(allowed, 30, 45),
    ])
    expect(periods.map(({ keys }) => keys[0]?.action)).toEqual(['Allow', 'Deny', 'Allow'])
  })

  test('is one period when only the pending trace, the service or the numbering changed', () => {
    const [hit] = allowed.policies.enforced
    const others = [
      { ...allowed, policies: { ...allowed.policies, pending: [buildHit()] } },
      { ...allowed, destServiceName: '-' },
      {
        ...allowed,
        policies: { enforced: hit === undefined ? [] : [{ ...hit, policyIndex: 3 }], pending: [] },
      },
    ]
    const history = traceChangesOf(allowed, [
      seen(allowed, 0, 15),
      ...others.map((key, i) => seen(key, 15 * i, 60)),
    ])
    expect(history.periods).toHaveLength(1)
    expect(history.changes).toEqual([])
    expect(history.notes).toEqual([])
  })

  test('tells a change of rule from a change of verdict', () => {
    const other = buildKey({ policies: { enforced: [buildHit({ name: 'P', ruleIndex: 4 })], pending: [] } })
    const history = traceChangesOf(allowed, [seen(allowed, 0, 15), seen(other, 15, 30)])
    expect(history.changes.map(({ verdictChanged }) => verdictChanged)).toEqual([false])
  })

  test('leaves out the other end and other conversations, and counts records without times', () => {
    const history = traceChangesOf(allowed, [
      seen({ ...denied, reporter: 'Dst' }, 0, 15),
      seen({ ...denied, destPort: 443 }, 0, 15),
      { key: denied, firstSeen: 0, lastSeen: 0 },
    ])
    expect(history).toMatchObject({ periods: [], changes: [], untimed: 1 })
  })

  test('never says why the trace changed', () => {
    const { notes } = traceChangesOf(allowed, [seen(allowed, 0, 15), seen(denied, 15, 30)])
    expect(notes.map(({ certainty }) => certainty)).toEqual(['unknown'])
  })

  test('formats times with the clock of the caller', () => {
    const [change] = traceChangesOf(allowed, [seen(allowed, 0, 15), seen(denied, 15, 30)], sinceStart).changes
    expect(change?.statement.parts.map(({ text }) => text)).toContain('T+15')
  })

  test('says of a time that is no number that it is not recorded', () => {
    expect(clockTime(Number.NaN)).toBe('a time that is not recorded')
  })

  test('covers every record once, in order of first seen', () => {
    const records = fc.array(
      fc
        .tuple(fc.boolean(), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 10 }))
        .map(([deny, from, length]) => seen(deny ? denied : allowed, 15 * from, 15 * (from + length))),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(records, (held) => {
        const { periods, changes } = traceChangesOf(allowed, held)
        expect(periods.reduce((sum, { keys }) => sum + keys.length, 0)).toBe(held.length)
        expect(changes).toHaveLength(Math.max(0, periods.length - 1))
        for (const { before, after } of changes) expect(before.firstSeen).toBeLessThanOrEqual(after.firstSeen)
        for (const { key, firstSeen, lastSeen } of held) {
          expect(
            periods.some((p) => p.keys.includes(key) && p.firstSeen <= firstSeen && p.lastSeen >= lastSeen),
          ).toBe(true)
        }
      }),
    )
  })
})
