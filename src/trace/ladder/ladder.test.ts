import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../../flows/testing/build.ts'
import type { Action, PolicyHit, PolicyTrace } from '../../flows/flow.ts'
import { inOrder, isFinal, verdictOf } from '../../flows/hit.ts'
import { compactTrace } from './compact-trace.ts'
import { changeLadder, type TraceLadder, traceLadder } from './ladder.ts'
import { anyReporter, oddTrace } from '../testing/arbitrary-traces.ts'

function rungsOf(ladder: TraceLadder) {
  return ladder.tiers.flatMap((tier) => tier.rungs)
}

/** The key of a record at the source with the trace, and the verdict that Calico gives it: that of the last enforced hit. */
function keyOf(policies: PolicyTrace) {
  const action = verdictOf(inOrder(policies.enforced)) ?? 'ActionUnspecified'
  return { action, reporter: 'Src', policies } as const
}

function ladderOf(enforced: readonly PolicyHit[], pending: readonly PolicyHit[]) {
  return traceLadder(keyOf({ enforced, pending }))
}

function outline(trace: PolicyTrace): string[] {
  return traceLadder(keyOf(trace)).tiers.flatMap((tier) =>
    tier.rungs.map(
      ({ left, right, comparison, differences }) =>
        `${tier.title}: ${left?.text ?? '-'} | ${right?.text ?? '-'} | ${[comparison, ...differences].join(' ')}`,
    ),
  )
}

const pass = buildHit({ tier: 'security', name: 'handed-on', action: 'Pass', ruleIndex: 1 })
const allow = buildHit({ name: 'allow-web', policyIndex: 1 })
const stagedDeny = buildHit({
  kind: 'StagedGlobalNetworkPolicy',
  tier: 'app',
  name: 'lock',
  action: 'Deny',
  policyIndex: 1,
})
const profile = buildHit({ kind: 'Profile', tier: '', name: 'kns.frontend', policyIndex: 1 })

describe('the tier ladder', () => {
  test('shows the recorded denial of the story as one rung that differs in its trigger', () => {
    const ladder = ladderOf([buildEndOfTier('default-deny')], [buildEndOfTier('01-dns-clients-egress')])
    expect(ladder.pending).toBe('same outcome, other trigger')
    expect(ladder.direction).toBe('egress')
    expect(
      outline({
        enforced: [buildEndOfTier('default-deny')],
        pending: [buildEndOfTier('01-dns-clients-egress')],
      }),
    ).toEqual([
      'tier default: end of tier default: no rule allowed it, Deny, trigger GlobalNetworkPolicy default-deny, decides | ' +
        'end of tier default: no rule allowed it, would deny, trigger GlobalNetworkPolicy 01-dns-clients-egress, would decide | differs trigger',
    ])
  })

  test('puts a tier that only staged policies make count before the tier that the enforced trace came to', () => {
    expect(outline({ enforced: [pass, allow], pending: [pass, stagedDeny] })).toEqual([
      'tier security: GlobalNetworkPolicy handed-on, rule 2: Pass | ' +
        'GlobalNetworkPolicy handed-on, rule 2: would pass | same',
      'tier app: - | StagedGlobalNetworkPolicy lock, rule 1: would deny, would decide | only right',
      'tier default: GlobalNetworkPolicy allow-web, rule 1: Allow, decides | - | only left',
    ])
  })

  test('names the differences of two hits of one tier', () => {
    const other = { ...allow, name: 'deny-web', action: 'Deny' as const, ruleIndex: 3 }
    const [rung] = rungsOf(ladderOf([allow], [other]))
    expect(rung?.differences).toEqual(['action', 'policy', 'rule'])
  })

  test('does not compare the index that each list numbers its hits with', () => {
    expect(ladderOf([{ ...allow, policyIndex: 0 }], [{ ...allow, policyIndex: 5 }]).pending).toBe('equal')
  })

  test('sorts hits by their index', () => {
    const [first, second] = rungsOf(ladderOf([allow, { ...pass, policyIndex: 0 }], []))
    expect(first?.left?.policy?.name).toBe('handed-on')
    expect(second?.left?.deciding).toBe(true)
  })

  test('an empty pending trace was not computed and is compared with nothing', () => {
    const ladder = ladderOf([allow], [])
    expect(ladder.pending).toBe('not computed')
    expect(rungsOf(ladder).map((rung) => rung.comparison)).toEqual(['not compared'])
  })

  test('a pending trace without an enforced one is compared with nothing', () => {
    expect(ladderOf([], [allow]).pending).toBe('no enforced trace')
  })

  test.each([
    [[profile], [], 'no enforced policy selected this pod for egress'],
    [[], [profile], 'no policy, staged or not, would select this pod for egress'],
    [[pass, profile], [], 'every tier with a policy for this pod for egress passed'],
    [[allow, { ...profile, policyIndex: 2 }], [], null],
  ])('infers what reaching a profile means from the hits before it', (enforced, pending, meaning) => {
    const hits = rungsOf(ladderOf(enforced, pending)).map((rung) => rung.left ?? rung.right)
    expect(hits.at(-1)?.place).toBe('profile')
    expect(hits.at(-1)?.inferred).toBe(meaning)
  })

  test('says that a Kubernetes policy counts converted rules', () => {
    const hit = buildHit({ kind: 'NetworkPolicy', namespace: 'backend', name: 'api', ruleIndex: 2 })
    const [rung] = rungsOf(ladderOf([hit], []))
    expect(rung?.left?.text).toBe(
      'Kubernetes NetworkPolicy backend/api, rule 3 of the converted rules: Allow, decides',
    )
  })

  test('reads an old record, where the policy itself has the index −1, as the end of the tier', () => {
    const [rung] = rungsOf(ladderOf([buildHit({ name: 'default.lock', ruleIndex: -1, action: 'Deny' })], []))
    expect(rung?.left?.policy).toBeNull()
    expect(rung?.left?.trigger).toMatchObject({ name: 'default.lock', path: 'default.lock' })
  })

  test.each(['default.lock', 'knp.default.lock'])('a policy recorded as %s has that name', (name) => {
    const [rung] = rungsOf(ladderOf([buildHit({ name })], []))
    expect(rung?.left?.policy).toMatchObject({ name, path: name })
  })

  test.each<[Partial<PolicyHit>, string]>([
    [{ action: 'Pass' }, 'what decided is not known: the enforced trace ends in Pass'],
    [{ action: 'Unknown(7)' }, 'what decided is not known: the enforced trace ends without a decision'],
    [{ ruleIndex: -2 }, 'the record has no rule number'],
    [{ kind: 'StagedNetworkPolicy' }, 'staged policies enforce nothing'],
    [{ kind: 'EndOfTier', action: 'Deny' }, 'the record names no trigger'],
    [{ kind: 'EndOfTier' }, 'no tier ends with Allow'],
  ])('notes data that no Calico writes: %o', (hit, oddity) => {
    expect(rungsOf(ladderOf([buildHit(hit)], []))[0]?.left?.oddity).toBe(oddity)
  })

  test('notes a decision before the last hit', () => {
    const rungs = rungsOf(ladderOf([allow, { ...stagedDeny, policyIndex: 2 }], []))
    expect(rungs[0]?.left?.oddity).toContain('before the last hit')
  })

  test('holds every hit of both lists exactly once, in order, and marks the last of each', () => {
    fc.assert(
      fc.property(oddTrace, anyReporter, (trace, reporter) => {
        const rungs = rungsOf(traceLadder({ ...keyOf(trace), reporter }))
        for (const [side, list] of [
          ['left', trace.enforced],
          ['right', trace.pending],
        ] as const) {
          const shown = rungs.map((rung) => rung[side]).filter((hit) => hit !== null)
          expect(shown.map(({ hit }) => hit)).toEqual(inOrder(list))
          const decides = isFinal(verdictOf(inOrder(list)))
          expect(shown.map(({ deciding }) => deciding)).toEqual(
            shown.map((_, i) => decides && i === shown.length - 1),
          )
        }
        expect(rungs.every((rung) => rung.left !== null || rung.right !== null)).toBe(true)
      }),
    )
  })

  test('sets two enforced traces of different times side by side', () => {
    const after = buildHit({ kind: 'Profile', tier: '', name: 'kns.frontend' })
    const { direction, tiers } = changeLadder(
      { ...keyOf({ enforced: [buildEndOfTier('default-deny')], pending: [] }), reporter: 'Dst' },
      { ...keyOf({ enforced: [after], pending: [] }), reporter: 'Dst' },
    )
    expect(direction).toBe('ingress')
    expect(tiers.map(({ title, rungs }) => [title, rungs[0]?.comparison])).toEqual([
      ['tier default', 'only left'],
      ['profiles', 'only right'],
    ])
    // Both were enforced: the later one says nothing of staged policies.
    expect(tiers[1]?.rungs[0]?.right?.inferred).toBe('no enforced policy selected this pod for ingress')
  })

  test('never shows a negative rule', () => {
    fc.assert(
      fc.property(oddTrace, (trace) => {
        for (const line of outline(trace)) expect(line).not.toMatch(/(rule|index) (-|NaN|Infinity)/)
      }),
    )
  })
})

describe('the compact trace', () => {
  test.each([
    [[pass, allow], 'default allow-web rule 1'],
    [[buildEndOfTier('00-default-deny')], 'default 00-default-deny no rule allowed it'],
    [[buildEndOfTier('x', { trigger: null })], 'default no rule allowed it'],
    [[profile], 'kns.frontend no policy'],
    [[pass, profile], 'kns.frontend all tiers passed'],
  ])('names the deciding policy and the place', (hits, text) => {
    expect(compactTrace(keyOf({ enforced: hits, pending: [] })).text).toBe(text)
  })

  test.each<[Action, readonly PolicyHit[], string]>([
    ['Deny', [], 'not known: the record has no enforced trace'],
    ['Deny', [pass], 'not known: the enforced trace ends in Pass'],
    ['Deny', [allow], 'not known: the last enforced hit says Allow, the record itself Deny'],
    [
      'Pass',
      [allow],
      'not known: the last enforced hit says Allow, and the record has no verdict of its own',
    ],
  ])('of the verdict %s names no policy where the trace does not give it', (action, enforced, text) => {
    const trace = compactTrace({ action, policies: { enforced, pending: [] } })
    expect(trace).toEqual({ known: false, tier: '', policy: null, at: 'not known', staged: false, text })
  })

  test('names none either in the ladder, whose last hit says why', () => {
    const key = { action: 'Deny', reporter: 'Src', policies: { enforced: [allow], pending: [pass] } } as const
    const [staged, enforced] = rungsOf(traceLadder(key))
    expect(enforced?.left).toMatchObject({ deciding: false })
    expect(enforced?.left?.text).toContain('; what decided is not known: the last enforced hit says Allow')
    expect(staged?.right).toMatchObject({ deciding: false, actionWords: 'would pass' })
    expect(staged?.right?.text).toContain('; what the staged policies would do is not known')
  })
})
