import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import type { Action, PolicyHit, PolicyTrace } from '../../flows/flow.ts'
import { bothVerdicts, responsibilityFor } from './responsible-policy.ts'
import { namesIn, oddTrace } from '../testing/arbitrary-traces.ts'

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

/** Hits of few tiers and few policies, so that the two traces of a pair often share some and part at others. */
const plausibleHit: fc.Arbitrary<PolicyHit> = fc
  .tuple(
    fc.constantFrom('rule', 'staged rule', 'end', 'staged end', 'old end', 'profile'),
    fc.constantFrom('app', 'default'),
    fc.constantFrom('one', 'two'),
    fc.constantFrom<Action>('Allow', 'Deny', 'Pass'),
  )
  .map(([what, tier, name, action]) => {
    if (what === 'rule') return buildHit({ tier, name, action })
    if (what === 'staged rule') return staged({ tier, name, action })
    if (what === 'end') return buildEndOfTier(name, { tier, action })
    if (what === 'staged end') return stagedEnd(tier, name, { action })
    if (what === 'old end') return staged({ tier, name, action, ruleIndex: -1 })
    return buildHit({ kind: 'Profile', tier: '', name: 'kns.frontend', action })
  })

/** Traces that begin alike and part later, whose verdicts mostly differ; odd ones among them. */
const plausibleTrace: fc.Arbitrary<PolicyTrace> = fc
  .tuple(
    fc.array(plausibleHit, { maxLength: 1 }),
    fc.array(plausibleHit, { maxLength: 1 }),
    fc.array(plausibleHit, { maxLength: 2 }),
    plausibleHit,
    plausibleHit,
    fc.constantFrom<Action>('Allow', 'Deny'),
  )
  .map(([shared, enforced, pending, lastEnforced, lastPending, action]) =>
    traceOf(
      [...shared, ...enforced, { ...lastEnforced, action }],
      [...shared, ...pending, { ...lastPending, action: action === 'Allow' ? 'Deny' : 'Allow' }],
    ),
  )

function isStaged({ kind }: PolicyHit): boolean {
  return kind.startsWith('Staged')
}

function endsTier({ kind, ruleIndex }: PolicyHit): boolean {
  return kind === 'EndOfTier' || ruleIndex === -1
}

/**
 * Whether a trace carries the claim that a staged policy is behind its changed verdict. Says nothing of which claim
 * should be made; written from the meaning of the words alone, without the functions that make the claim.
 */
function carries({ enforced, pending }: PolicyTrace, how: string, name: string, tier: string): boolean {
  const last = pending.at(-1)
  const isOf = (hit: PolicyHit) => isStaged(hit) && hit.name === name && hit.tier === tier
  switch (how) {
    case 'decides':
      return last !== undefined && isOf(last) && !endsTier(last)
    case 'passes on':
      return (
        pending.some((hit) => hit !== last && isOf(hit) && !endsTier(hit) && hit.action === 'Pass') &&
        enforced.at(-1)?.tier === tier
      )
    case 'makes the tier count':
      return (
        last !== undefined &&
        endsTier(last) &&
        isOf(last.trigger ?? last) &&
        !enforced.some((hit) => hit.tier === tier)
      )
    default:
      return false
  }
}

describe('the staged policy behind a changed verdict', () => {
  test.each<[string, readonly PolicyHit[], readonly PolicyHit[], object]>([
    ['the deciding one', [allow], [staged()], { certainty: 'recorded', how: 'decides', also: [] }],
    [
      'one that opens a denial',
      [denyEnd],
      [staged({ action: 'Allow' })],
      { certainty: 'recorded', how: 'decides' },
    ],
    [
      'one whose tier counts with it only',
      [allow],
      [stagedEnd('app', 'locked')],
      { certainty: 'inferred', how: 'makes the tier count' },
    ],
    [
      'one that passes where the enforced trace decides',
      [{ ...allow, tier: 'app' }],
      [staged({ tier: 'app', action: 'Pass' }), denyEnd],
      { certainty: 'inferred', how: 'passes on', also: [] },
    ],
    [
      'the decider after a staged tier that only passes',
      [allow],
      [stagedEnd('app', 'idle', { action: 'Pass' }), staged()],
      { certainty: 'recorded', how: 'decides', also: [] },
    ],
    [
      'the decider after a hit that both traces have, though it is no pass',
      [{ ...allow, tier: 'app' }, allow],
      [{ ...allow, tier: 'app' }, staged()],
      { certainty: 'recorded', how: 'decides', also: [] },
    ],
    [
      'one that passes, and is not named a second time for a later rule',
      [{ ...allow, tier: 'app' }],
      [staged({ tier: 'app', action: 'Pass' }), staged({ tier: 'app', ruleIndex: 2 })],
      { certainty: 'inferred', how: 'passes on', also: [] },
    ],
  ])('is %s', (_, enforced, pending, expected) => {
    expect(responsibilityFor(traceOf(enforced, pending))).toMatchObject({
      ...expected,
      policy: { name: 'locked' },
    })
  })

  test('names the other staged policies that come after it', () => {
    const pending = [staged({ tier: 'app', action: 'Pass' }), staged({ name: 'second' })]
    const by = responsibilityFor(traceOf([{ ...allow, tier: 'app' }], pending))
    expect(by).toMatchObject({
      certainty: 'inferred',
      policy: { name: 'locked' },
      also: [{ name: 'second' }],
    })
  })

  test.each<[string, readonly PolicyHit[], readonly PolicyHit[]]>([
    ['an ordinary policy decides', [allow], [{ ...allow, action: 'Deny' }]],
    ['the tier ends in which the enforced trace has a hit', [allow], [stagedEnd('default', 'locked')]],
    ['an end of tier names an ordinary trigger', [allow], [buildEndOfTier('x', { tier: 'app' })]],
    ['an end of tier names no trigger', [allow], [buildEndOfTier('', { tier: 'app', trigger: null })]],
    [
      'a staged policy decides before the last hit, which is another policy’s',
      [allow],
      [staged(), { ...allow, action: 'Deny' }],
    ],
    [
      'a tier of staged policies ends before the last hit, which is another policy’s',
      [allow],
      [stagedEnd('app', 'locked'), { ...allow, action: 'Deny' }],
    ],
    [
      'a staged policy passes where the enforced trace does not decide',
      [{ ...allow, tier: 'app', action: 'ActionUnspecified' }, allow],
      [staged({ tier: 'app', action: 'Pass' }), denyEnd],
    ],
    [
      'the enforced trace has an earlier hit of the tier that a staged policy ends',
      [{ ...allow, tier: 'app', action: 'Pass' }, allow],
      [{ ...allow, tier: 'app', action: 'Pass' }, stagedEnd('app', 'locked')],
    ],
  ])('is unknown when %s', (_, enforced, pending) => {
    expect(responsibilityFor(traceOf(enforced, pending))).toEqual({ certainty: 'unknown' })
  })

  test.each<[string, readonly PolicyHit[], readonly PolicyHit[]]>([
    ['the verdict is the same', [denyEnd], [staged()]],
    ['pending was not computed', [allow], []],
    ['there is no enforced trace', [], [staged()]],
    ['the enforced trace decides nothing', [{ ...allow, action: 'Pass' }], [staged()]],
  ])('is not asked for when %s', (_, enforced, pending) => {
    expect(responsibilityFor(traceOf(enforced, pending))).toBeNull()
  })

  test('is never claimed in a way that the record does not carry', () => {
    fc.assert(
      fc.property(plausibleTrace, (trace) => {
        const by = responsibilityFor(trace)
        if (by === null || by.certainty === 'unknown') return
        expect(by.certainty).toBe(by.how === 'decides' ? 'recorded' : 'inferred')
        expect(carries(trace, by.how, by.policy.name, by.policy.tier)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  test('is claimed in each of the three ways for some of these traces', () => {
    const claims = fc
      .sample(plausibleTrace, { numRuns: 3000, seed: 1 })
      .map(responsibilityFor)
      .flatMap((by) => (by === null || by.certainty === 'unknown' ? [] : [by.how]))
    expect(new Set(claims)).toEqual(new Set(['decides', 'passes on', 'makes the tier count']))
  })

  test('is the hit itself where its trigger is not staged, which no Felix sends', () => {
    const trace = traceOf(
      [buildHit({ tier: 'default', name: 'a', action: 'Allow' })],
      [staged({ tier: 'app', name: 'b', action: 'Deny', ruleIndex: -1, trigger: buildHit({ name: 'c' }) })],
    )
    expect(responsibilityFor(trace)).toMatchObject({ policy: { name: 'b', staged: true } })
  })

  test('is always a staged policy of the pending trace', () => {
    fc.assert(
      fc.property(oddTrace, (trace) => {
        const by = responsibilityFor(trace)
        const verdicts = bothVerdicts(trace)
        expect(by !== null).toBe(verdicts !== null && verdicts.enforced !== verdicts.pending)
        if (by === null || by.certainty === 'unknown') return
        const named = namesIn({ enforced: [], pending: trace.pending })
        for (const policy of [by.policy, ...by.also]) {
          expect(policy.staged).toBe(true)
          expect(named.has(policy.name)).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
