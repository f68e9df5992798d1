/** Hits are linked to rules (`calico-semantics.md` 1.8), and what a recorded trace proves or contradicts (5). */
import { describe, expect, test } from 'vitest'

import type { PolicyHit } from '../../flows/flow.ts'
import { buildEndOfTier, buildHit, buildKey } from '../../flows/testing/build.ts'
import { documents, policyText, shopManifests, tierText } from '../testing/shop-cluster.ts'
import type { Stage } from './connection-evaluator.ts'
import { FlowEvaluator } from './evaluate-flow.ts'
import { linkHit } from './link-hit.ts'
import { traceEvidence } from './trace-evidence.ts'

const ALLOW_ALL = 'types: [Egress], egress: [{ action: Allow }]'
const DENY_ALL = 'types: [Egress], egress: [{ action: Deny }]'
const PASS_ALL = 'types: [Egress], egress: [{ action: Pass }]'
const NO_RULES = 'types: [Egress]'
const PROFILE = buildHit({ kind: 'Profile', name: 'kns.shop', tier: '' })

/** The policy and rule of a hit at the source, or why it is stale. */
function link(hit: Partial<PolicyHit>, ...texts: readonly string[]): string {
  const linked = linkHit(buildHit(hit), 'egress', shopManifests(documents(...texts)))
  if (linked.is === 'linked') return `${linked.policy.name} ${linked.rule?.action ?? 'end'}`
  return linked.is === 'stale' ? linked.why : linked.is
}

describe('1.8 a hit is linked', () => {
  const [plain, tiered] = [policyText('x', ALLOW_ALL), policyText('default.x', ALLOW_ALL)]

  test('to the exact name, then to the name with its tier', () => {
    expect(link({ name: 'x' }, tiered, plain)).toBe('x Allow')
    expect(link({ name: 'x' }, tiered)).toBe('default.x Allow')
    expect(link({ name: 'default.x' }, tiered, plain)).toBe('default.x Allow')
    expect(link({ name: 'default.x' }, plain)).toContain('is not among the policies')
  })

  test('to knp.default. and the name of a policy of Kubernetes alone', () => {
    const kubernetes = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: shop, name: knp.default.x }
spec: { podSelector: {}, policyTypes: [Egress], egress: [{}] }
`
    const namespaced = policyText('knp.default.x', ALLOW_ALL, 'NetworkPolicy')
    const hit = { name: 'x', namespace: 'shop' }
    expect(link({ ...hit, kind: 'NetworkPolicy' }, kubernetes)).toBe('knp.default.x Allow')
    expect(link({ ...hit, kind: 'CalicoNetworkPolicy' }, namespaced)).toContain('is not among')
  })

  test('by its kind and its namespace, too', () => {
    expect(link({ name: 'x', kind: 'StagedGlobalNetworkPolicy' }, plain)).toContain('is not among')
    const namespaced = policyText('x', ALLOW_ALL, 'NetworkPolicy')
    expect(link({ name: 'x', kind: 'CalicoNetworkPolicy', namespace: 'shop' }, namespaced)).toBe('x Allow')
    expect(link({ name: 'x', kind: 'CalicoNetworkPolicy', namespace: 'lab' }, namespaced)).toContain('lab/x')
  })

  test('at the end of a tier by its trigger', () => {
    expect(link(buildEndOfTier('x'), plain)).toBe('x end')
    expect(link(buildEndOfTier('y'), plain)).toContain('is not among')
    expect(link(buildEndOfTier('x', { action: 'Pass' }), plain)).toContain('ends with Deny')
  })

  test('to no policy where it is of a profile', () => {
    expect(link(PROFILE, plain)).toBe('no policy')
  })
})

describe('1.8 a hit is stale', () => {
  const text = policyText('x', 'types: [Egress], egress: [{ action: Allow }, { action: Log }]')

  test.each<[string, Partial<PolicyHit>, string]>([
    ['another tier', { tier: 'app' }, 'is in tier default, and was in tier app'],
    ['another action', { action: 'Deny' }, 'says Allow, and said Deny'],
    ['a rule that only logs', { ruleIndex: 1 }, 'says Log, and said Allow'],
    ['a rule that is not there', { ruleIndex: 2 }, 'has 2 egress rules, and no rule 3'],
  ])('by %s', (_, hit, why) => {
    expect(link({ name: 'x', ...hit }, text)).toContain(why)
  })

  test('by a direction that the policy does not govern', () => {
    expect(link({ name: 'x' }, policyText('x', 'types: [Ingress]'))).toContain('does not govern egress')
  })
})

/** The flow web to api with an enforced trace, evaluated with what that trace proves. */
function prove(enforced: readonly PolicyHit[], texts: readonly string[]) {
  const evaluator = new FlowEvaluator(shopManifests(documents(...texts)))
  const hits = enforced.map((hit, policyIndex) => ({ ...hit, policyIndex }))
  const flow = evaluator.know({
    key: buildKey({
      sourceNamespace: 'shop',
      destNamespace: 'shop',
      action: enforced.at(-1)?.action ?? 'Allow',
      // A capture may list them in any order.
      policies: { enforced: hits.toReversed(), pending: [] },
    }),
    sourceLabels: ['app=web'],
    destLabels: ['app=api'],
  })
  const { evidence, difference } = traceEvidence(evaluator, flow, 'egress')
  const verdictOf = (stage: Stage) => evaluator.evaluate(flow, 'egress', stage, evidence).verdict
  return { difference, enforced: verdictOf('enforced'), pending: verdictOf('pending') }
}

const [NETS, OTHER_NETS] = ['destination: { nets: [1.0.0.0/8] }', 'destination: { nets: [2.0.0.0/8] }']
const TWO_RULES = policyText(
  'x',
  `types: [Egress], egress: [{ action: Deny, ${NETS} }, { action: Allow, ${OTHER_NETS} }]`,
)

describe('5 a recorded trace proves', () => {
  test('that the conditions of its rule hold, and that the rules before it did not match', () => {
    const staged = `order: 1, types: [Egress], egress: [{ action: Deny, ${NETS} }, { action: Allow, ${OTHER_NETS} }, { action: Deny }]`
    const texts = [TWO_RULES, policyText('s', staged, 'StagedGlobalNetworkPolicy')]
    expect(prove([], texts).pending).toBe('unknown')
    expect(prove([buildHit({ name: 'x', ruleIndex: 1 })], texts)).toEqual({
      difference: null,
      enforced: 'Allow',
      pending: 'Allow',
    })
  })

  test('by the end of a tier, that no rule of it matched', () => {
    const staged = `types: [Egress], egress: [{ action: Allow, ${OTHER_NETS} }]`
    const texts = [TWO_RULES, policyText('s', staged, 'StagedGlobalNetworkPolicy')]
    expect(prove([buildEndOfTier('x')], texts)).toEqual({
      difference: null,
      enforced: 'Deny',
      pending: 'Deny',
    })
  })

  test('by a later hit, which of the conditions of an earlier rule did not hold', () => {
    const source = 'source: { nets: [3.0.0.0/8] }'
    const passed = `tier: app, types: [Egress], egress: [{ action: Deny, ${NETS}, ${source} }, { action: Pass }]`
    const texts = [
      tierText('app', 1),
      policyText('app.a', passed),
      policyText(
        's',
        `order: 1, types: [Egress], egress: [{ action: Deny, ${source} }]`,
        'StagedGlobalNetworkPolicy',
      ),
      policyText('x', `order: 2, types: [Egress], egress: [{ action: Allow, ${NETS} }]`),
    ]
    const hits = [
      buildHit({ name: 'app.a', tier: 'app', action: 'Pass', ruleIndex: 1 }),
      buildHit({ name: 'x', ruleIndex: 0 }),
    ]
    expect(prove(hits, texts)).toEqual({ difference: null, enforced: 'Allow', pending: 'Allow' })
  })

  test('nothing by a staged hit, which no enforced trace has, of the policies behind it', () => {
    const texts = [
      policyText('s', `order: 1, ${ALLOW_ALL}`, 'StagedGlobalNetworkPolicy'),
      policyText('x', ALLOW_ALL),
    ]
    const { difference } = prove([buildHit({ name: 's', kind: 'StagedGlobalNetworkPolicy' })], texts)
    expect(difference?.why).toBe('with these policies it is Allow by rule 1 of GlobalNetworkPolicy x')
  })

  test('by naming a policy, that it selects the endpoint', () => {
    const texts = [policyText('x', `selector: 'role == "a"', types: [Egress]`)]
    expect(prove([], texts).enforced).toBe('unknown')
    expect(prove([buildEndOfTier('x')], texts).enforced).toBe('Deny')
  })
})

describe('5 a recorded trace does not contradict the policies', () => {
  test.each<[string, readonly PolicyHit[], readonly string[]]>([
    ['that it is of', [buildEndOfTier('x')], [policyText('x', NO_RULES)]],
    ['of a profile, where none selects the endpoint', [PROFILE], []],
    [
      'that passed',
      [buildHit({ name: 'x', action: 'Pass' }), PROFILE],
      [policyText('x', PASS_ALL), policyText('y', NO_RULES)],
    ],
    [
      'of which one may not have matched',
      [buildHit({ name: 'x' })],
      [
        policyText('x', `order: 2, ${ALLOW_ALL}`),
        policyText('a', `order: 1, selector: 'has(b)', ${DENY_ALL}`),
      ],
    ],
    ['whose trigger was left out', [buildEndOfTier('x', { trigger: null })], [policyText('x', NO_RULES)]],
    [
      // The table from which Felix takes triggers has those, too (reference 3.10).
      'whose trigger is for untracked traffic',
      [buildEndOfTier('z')],
      [policyText('x', NO_RULES), policyText('z', `doNotTrack: true, applyOnForward: true, ${NO_RULES}`)],
    ],
    ['where none was recorded', [], [policyText('x', DENY_ALL)]],
  ])('%s', (_, hits, texts) => {
    expect(prove(hits, texts).difference).toBeNull()
  })
})

describe('5 a recorded trace contradicts the loaded policies', () => {
  test.each<[string, readonly PolicyHit[], readonly string[]]>([
    ['where the policy is not loaded', [buildHit({ name: 'y' })], [policyText('x', ALLOW_ALL)]],
    [
      'where its rule certainly does not match',
      [buildHit({ name: 'x' })],
      [policyText('x', 'types: [Egress], egress: [{ action: Allow, protocol: UDP }]')],
    ],
    [
      'where its policy certainly does not select the endpoint',
      [buildHit({ name: 'x' })],
      [policyText('x', `selector: 'app == "db"', ${ALLOW_ALL}`)],
    ],
    [
      'where an earlier rule certainly matches',
      [buildHit({ name: 'x', ruleIndex: 1 })],
      [policyText('x', 'types: [Egress], egress: [{ action: Deny }, { action: Allow }]')],
    ],
    [
      'where an earlier policy certainly matches',
      [buildHit({ name: 'x' })],
      [policyText('x', `order: 2, ${ALLOW_ALL}`), policyText('a', `order: 1, ${DENY_ALL}`)],
    ],
    [
      'where an earlier tier certainly decides',
      [buildHit({ name: 'x' })],
      [policyText('x', ALLOW_ALL), tierText('a', 1), policyText('a.x', `tier: a, ${DENY_ALL}`)],
    ],
    [
      'where a tier certainly ends before it',
      [buildHit({ name: 'x' })],
      [policyText('x', ALLOW_ALL), tierText('a', 1), policyText('a.x', `tier: a, ${NO_RULES}`)],
    ],
    [
      'where a tier that certainly passes has no hit',
      [buildHit({ name: 'x' })],
      [policyText('x', ALLOW_ALL), tierText('a', 1, 'Pass'), policyText('a.x', `tier: a, ${NO_RULES}`)],
    ],
    ['where a profile decided what a policy certainly denies', [PROFILE], [policyText('x', DENY_ALL)]],
    ['where a profile decided what a tier certainly ends', [PROFILE], [policyText('x', NO_RULES)]],
    [
      'where a tier ended, and a policy in it certainly allows',
      [buildEndOfTier('x')],
      [policyText('x', NO_RULES), policyText('y', ALLOW_ALL)],
    ],
    [
      'where another policy is certainly the last of the tier',
      [buildEndOfTier('x')],
      [policyText('x', `order: 1, ${NO_RULES}`), policyText('y', `order: 2, ${NO_RULES}`)],
    ],
  ])('%s', (_, hits, texts) => {
    expect(prove(hits, texts).difference?.hit).toBe(0)
  })

  test('and says which condition of the rule does not hold', () => {
    const text = policyText('x', 'types: [Egress], egress: [{ action: Allow, protocol: UDP }]')
    expect(prove([buildHit({ name: 'x' })], [text]).difference?.why).toContain(
      'rule 1 does not match this flow: protocol UDP',
    )
  })

  test('and then proves nothing', () => {
    const texts = [TWO_RULES, policyText('y', `order: 1, ${DENY_ALL}`)]
    const { difference, enforced } = prove([buildHit({ name: 'x', ruleIndex: 1 })], texts)
    expect(difference?.why).toContain('y')
    expect(enforced).toBe('Deny')
  })
})
