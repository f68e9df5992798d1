import { describe, expect, test } from 'vitest'

import { UNRECORDED } from '../../flows/counters.ts'
import { buildEndOfTier, buildFlow, buildHit } from '../../flows/testing/build.ts'
import type { PolicyHit, PolicyTrace } from '../../flows/flow.ts'
import { promotions, promotionStatement } from './promotions.ts'
import { plainText } from '../words/statement.ts'

const allow = buildHit({ name: 'web-rules' })
const staged = (hit: Partial<PolicyHit> = {}) =>
  buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'locked', action: 'Deny', ...hit })
const denyEnd = buildEndOfTier('default-deny')
const stagedEnd = (tier: string, name: string, hit: Partial<PolicyHit> = {}) =>
  buildEndOfTier(name, { tier, trigger: staged({ tier, name, action: 'ActionUnspecified' }), ...hit })

function numbered(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit, policyIndex) => Object.assign({}, hit, { policyIndex }))
}

function traceOf(enforced: readonly PolicyHit[], pending: readonly PolicyHit[]): PolicyTrace {
  return { enforced: numbered(enforced), pending: numbered(pending) }
}

describe('what promoting a staged policy changes', () => {
  const denied = { policies: traceOf([allow], [staged()]) }
  const allowed = {
    action: 'Deny',
    policies: traceOf([denyEnd], [staged({ action: 'Allow', ruleIndex: 1 })]),
  } as const

  test('counts pairs, connections and bytes in both directions', () => {
    const { changes, incomparable } = promotions([
      buildFlow(denied, { numConnectionsStarted: 3, bytesIn: 10, bytesOut: 5 }),
      buildFlow({ ...denied, destPort: 443 }, { numConnectionsStarted: 4, bytesIn: 0, bytesOut: 1 }),
      buildFlow({ ...denied, sourceName: 'other' }),
      buildFlow({ ...allowed, sourceNamespace: 'default' }),
      buildFlow({}),
    ])
    expect(incomparable).toEqual([])
    expect(changes).toHaveLength(1)
    expect(changes[0]).toMatchObject({
      policy: { name: 'locked' },
      certainty: 'recorded',
      denies: { pairs: 2, connections: 9, bytes: 1416 },
      allows: { pairs: 1, connections: 2, bytes: 1400 },
    })
    expect(changes.map((change) => plainText([promotionStatement(change)]))).toEqual([
      'Enforcing StagedGlobalNetworkPolicy locked would deny 2 pairs that are allowed now and allow 1 pair that is denied now.',
    ])
  })

  test('counts traffic once that both ends measured', () => {
    const { changes } = promotions([
      buildFlow(denied, { bytesIn: 100, bytesOut: 0, numConnectionsStarted: 5 }),
      buildFlow({ ...denied, reporter: 'Dst' }, { bytesIn: 90, bytesOut: 0, numConnectionsStarted: 6 }),
    ])
    expect(changes[0]?.denies).toMatchObject({ pairs: 1, connections: 6, bytes: 100 })
  })

  test('has no connections and bytes where none were recorded, and the sum of those that were', () => {
    const unrecorded = buildFlow(denied, UNRECORDED)
    expect(promotions([unrecorded]).changes[0]).toMatchObject({
      denies: { connections: null, bytes: null },
      allows: { connections: 0, bytes: 0 },
    })
    const recorded = buildFlow({ ...denied, destPort: 443 }, { ...UNRECORDED, bytesOut: 7 })
    expect(promotions([unrecorded, recorded]).changes[0]?.denies).toMatchObject({
      connections: null,
      bytes: 7,
    })
  })

  test('puts what no staged policy accounts for last, and claims no promotion for it', () => {
    const unexplained = { policies: traceOf([allow], [{ ...allow, action: 'Deny' }]) }
    const { changes } = promotions([
      buildFlow({ ...unexplained, sourceName: 'a' }),
      buildFlow({ ...unexplained, sourceName: 'b' }),
      buildFlow(denied),
    ])
    expect(changes.map(({ policy }) => policy?.name)).toEqual(['locked', undefined])
    expect(changes.map((change) => plainText([promotionStatement(change)]))[1]).toBe(
      'Enforcing the staged policies would deny 2 pairs that are allowed now, and no staged policy in the traces accounts for it.',
    )
  })

  test('counts what cannot be compared', () => {
    const untold = buildFlow({ policies: { enforced: [allow], pending: [] } })
    expect(promotions([untold])).toEqual({ changes: [], incomparable: [untold] })
  })

  test('is as sure as the least sure of its flows', () => {
    const { changes } = promotions([
      buildFlow(denied),
      buildFlow({ sourceName: 'x', policies: traceOf([allow], [stagedEnd('default', 'locked')]) }),
      buildFlow({
        sourceName: 'y',
        policies: traceOf(
          [{ ...allow, tier: 'app' }],
          [staged({ tier: 'app', action: 'Pass' }), staged({ name: 'second' })],
        ),
      }),
    ])
    expect(changes.map(({ policy, certainty }) => [policy?.tier, certainty])).toEqual([
      ['default', 'recorded'],
      ['app', 'inferred'],
      [undefined, 'unknown'],
    ])
    expect(changes.map((change) => plainText([promotionStatement(change)]))[1]).toBe(
      'Inferred: Enforcing StagedGlobalNetworkPolicy locked would deny 1 pair that is allowed now, in part together ' +
        'with StagedGlobalNetworkPolicy second.',
    )
  })
})
