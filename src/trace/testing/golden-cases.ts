/** The table behind explain.golden.txt: one flow for each combination that a record can hold. */
import { buildEndOfTier, buildHit, buildKey } from '../../flows/testing/build.ts'
import type { Action, FlowKey, PolicyHit, Reporter } from '../../flows/flow.ts'
import { ODD_TRACES } from './odd-traces.ts'

export interface GoldenCase {
  readonly title: string
  readonly key: FlowKey
  /** Whether the case is about the pending trace, so that its words belong in the file. */
  readonly pending: boolean
}

/** Hits numbered in the order given. */
function numbered(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit, policyIndex) => Object.assign({}, hit, { policyIndex }))
}

function enforcedCase(title: string, hits: readonly PolicyHit[], key: Partial<FlowKey> = {}): GoldenCase {
  const enforced = numbered(hits)
  const action = hits.at(-1)?.action ?? 'Deny'
  return {
    title,
    key: buildKey({ action, policies: { enforced, pending: enforced }, ...key }),
    pending: false,
  }
}

const gnp = (hit: Partial<PolicyHit> = {}) => buildHit({ name: 'web-rules', ruleIndex: 1, ...hit })
const passRule = gnp({ tier: 'security', name: 'screen', action: 'Pass', ruleIndex: 0 })
const passEnd = buildEndOfTier('app-rules', { tier: 'app', action: 'Pass' })
const denyEnd = buildEndOfTier('default-deny')
const profile = buildHit({ kind: 'Profile', name: 'kns.frontend', tier: '' })
const sgnp = (hit: Partial<PolicyHit> = {}) =>
  gnp({ kind: 'StagedGlobalNetworkPolicy', name: 'locked', action: 'Deny', ruleIndex: 0, ...hit })
const stagedEnd = (name: string, tier: string, action: Action = 'Deny') =>
  buildEndOfTier(name, {
    tier,
    action,
    trigger: buildHit({ kind: 'StagedGlobalNetworkPolicy', name, tier, action: 'ActionUnspecified' }),
  })

const deciders: readonly (readonly [string, PolicyHit])[] = [
  ['GlobalNetworkPolicy', gnp()],
  ['Calico NetworkPolicy', gnp({ kind: 'CalicoNetworkPolicy', namespace: 'backend', name: 'api' })],
  ['Kubernetes NetworkPolicy', gnp({ kind: 'NetworkPolicy', namespace: 'backend', name: 'api' })],
  ['ClusterNetworkPolicy', gnp({ kind: 'ClusterNetworkPolicy', tier: 'kube-admin', name: 'isolate' })],
  ['AdminNetworkPolicy', gnp({ kind: 'AdminNetworkPolicy', tier: 'adminnetworkpolicy', name: 'isolate' })],
  [
    'BaselineAdminNetworkPolicy',
    gnp({ kind: 'BaselineAdminNetworkPolicy', tier: 'baselineadminnetworkpolicy', name: 'default' }),
  ],
  ['kind from a newer Calico', gnp({ kind: 'Unknown(12)' })],
  ['kind not recorded', gnp({ kind: 'KindUnspecified' })],
  ['profile', profile],
]

function byDecider(): readonly GoldenCase[] {
  const reporters: readonly Reporter[] = ['Src', 'Dst', 'ReporterUnspecified', 'Unknown(3)']
  const cases: GoldenCase[] = []
  for (const reporter of reporters) {
    for (const action of ['Allow', 'Deny'] as const) {
      for (const [name, hit] of deciders) {
        if (hit.kind === 'NetworkPolicy' && action === 'Deny') continue // it has no deny rules
        cases.push(enforcedCase(`${reporter}, ${action}, ${name}`, [{ ...hit, action }], { reporter }))
      }
    }
    cases.push(enforcedCase(`${reporter}, Deny, end of tier`, [denyEnd], { reporter }))
  }
  return cases
}

function afterPasses(): readonly GoldenCase[] {
  const passes: readonly (readonly [string, readonly PolicyHit[]])[] = [
    ['a rule that passes', [passRule]],
    ['an end of tier that passes', [passEnd]],
    ['both', [passRule, passEnd]],
  ]
  const ends: readonly (readonly [string, PolicyHit])[] = [
    ['an allowing rule', gnp()],
    ['a denying rule', gnp({ action: 'Deny' })],
    ['an end of tier', denyEnd],
    ['a profile', profile],
  ]
  return passes.flatMap(([passing, before]) =>
    ends.flatMap(([ending, last]) =>
      (['Src', 'Dst'] as const).map((reporter) =>
        enforcedCase(`${reporter}, ${ending} after ${passing}`, [...before, last], { reporter }),
      ),
    ),
  )
}

const pendingPairs: readonly (readonly [string, readonly PolicyHit[], readonly PolicyHit[]])[] = [
  ['not computed', [gnp()], []],
  ['equal', [gnp()], [gnp()]],
  ['equal end of tier', [denyEnd], [denyEnd]],
  ['other trigger only (the story)', [denyEnd], [buildEndOfTier('01-dns-clients-egress')]],
  ['other trigger only, a staged one', [denyEnd], [stagedEnd('first', 'default')]],
  ['other trigger only, none named', [denyEnd], [buildEndOfTier('', { trigger: null })]],
  [
    'other trigger only, in a tier that passed',
    [passEnd, gnp()],
    [buildEndOfTier('app-first', { tier: 'app', action: 'Pass' }), gnp()],
  ],
  [
    'other triggers in two tiers',
    [passEnd, denyEnd],
    [buildEndOfTier('app-first', { tier: 'app', action: 'Pass' }), buildEndOfTier('01-dns-clients-egress')],
  ],
  ['a StagedGlobalNetworkPolicy denies', [gnp()], [sgnp()]],
  [
    'a StagedNetworkPolicy denies',
    [profile],
    [sgnp({ kind: 'StagedNetworkPolicy', namespace: 'backend', name: 'api-locked' })],
  ],
  [
    'a StagedKubernetesNetworkPolicy allows',
    [denyEnd],
    [
      sgnp({
        kind: 'StagedKubernetesNetworkPolicy',
        namespace: 'backend',
        name: 'api-open',
        action: 'Allow',
      }),
    ],
  ],
  [
    'a StagedGlobalNetworkPolicy allows',
    [denyEnd],
    [sgnp({ name: 'opened', action: 'Allow', ruleIndex: 3 })],
  ],
  ['a tier that counts because of staged policies', [gnp()], [stagedEnd('app-locked', 'app')]],
  ['a tier that staged policies make count, before a profile', [profile], [stagedEnd('app-locked', 'app')]],
  ['an end of tier that names no trigger', [gnp()], [buildEndOfTier('', { tier: 'app', trigger: null })]],
  [
    'a staged pass leads to another tier',
    [gnp({ tier: 'app' })],
    [sgnp({ tier: 'app', action: 'Pass' }), denyEnd],
  ],
  [
    'a staged pass leads to another staged policy',
    [gnp({ tier: 'app' })],
    [sgnp({ tier: 'app', action: 'Pass', name: 'hand-on' }), sgnp()],
  ],
  ['a staged pass leads to a profile', [denyEnd], [sgnp({ action: 'Pass' }), profile]],
  ['a staged tier passes before a staged denial', [gnp()], [stagedEnd('idle', 'app', 'Pass'), sgnp()]],
  ['denied by an ordinary policy', [gnp()], [gnp({ name: 'other', action: 'Deny' })]],
  ['denied at the end of the tier that allows', [gnp()], [denyEnd]],
  ['allowed by a profile', [denyEnd], [profile]],
  ['the same outcome, by a staged policy', [gnp()], [sgnp({ action: 'Allow', name: 'web-next' })]],
  ['the same outcome, by another rule', [gnp()], [gnp({ ruleIndex: 4 })]],
  ['the same outcome, at a rule and not at the end of the tier', [denyEnd], [sgnp()]],
  ['the same outcome, after a staged tier that passes', [gnp()], [stagedEnd('idle', 'app', 'Pass'), gnp()]],
  ['the same end of tier, after another way', [denyEnd], [stagedEnd('idle', 'app', 'Pass'), denyEnd]],
  ['an enforced trace without a decision', [passRule], [passRule, gnp({ action: 'Deny' })]],
  ['a pending trace without a decision', [passRule, gnp()], [passRule]],
  ['no enforced trace', [], [sgnp()]],
  ['neither trace', [], []],
  ['several decisions in the pending trace', [gnp()], [gnp({ tier: 'app' }), sgnp()]],
]

function withPending(): readonly GoldenCase[] {
  return pendingPairs.flatMap(([title, enforced, pending]) =>
    (['Src', 'Dst'] as const).map((reporter) => ({
      title: `${reporter}, pending: ${title}`,
      key: buildKey({
        reporter,
        action: enforced.findLast(({ action }) => action !== 'Pass')?.action ?? 'Allow',
        policies: { enforced: numbered(enforced), pending: numbered(pending) },
      }),
      pending: true,
    })),
  )
}

const odd: readonly GoldenCase[] = [
  enforcedCase('verdict Allow, last hit denies', [gnp({ action: 'Deny' })], { action: 'Allow' }),
  enforcedCase('verdict Deny, last hit allows', [gnp()], { action: 'Deny' }),
  enforcedCase('verdict Allow, the tier ended with Deny', [denyEnd], { action: 'Allow' }),
  enforcedCase('verdict Deny, a profile allows', [profile], { action: 'Deny' }),
  enforcedCase('no verdict, last hit allows', [gnp()], { action: 'ActionUnspecified' }),
  enforcedCase('unknown verdict, last hit allows', [gnp()], { action: 'Unknown(7)' }),
  enforcedCase('verdict Pass, last hit passes', [passRule]),
  enforcedCase('verdict Deny, last hit is an end of tier that passes', [passEnd], { action: 'Deny' }),
  enforcedCase('last hit without an action', [gnp({ action: 'ActionUnspecified' })], { action: 'Allow' }),
  enforcedCase('last hit with an unknown action', [gnp({ action: 'Unknown(7)' })], { action: 'Allow' }),
  enforcedCase('two decisions', [gnp({ tier: 'app' }), denyEnd]),
  enforcedCase('an unknown action before the last hit', [
    gnp({ action: 'Unknown(7)', tier: 'app' }),
    denyEnd,
  ]),
  enforcedCase('a decision before a profile', [gnp({ action: 'Deny' }), profile]),
  enforcedCase('end of tier without a trigger', [buildEndOfTier('', { trigger: null })]),
  enforcedCase('end of tier that passes without a trigger', [
    buildEndOfTier('', { trigger: null, action: 'Pass', tier: 'app' }),
    gnp(),
  ]),
  enforcedCase('end of tier with Allow', [buildEndOfTier('web-rules', { action: 'Allow' })]),
  enforcedCase('no rule number', [gnp({ ruleIndex: -2 })]),
  enforcedCase('no rule number, reporter not recorded', [gnp({ ruleIndex: Number.NaN })], {
    reporter: 'ReporterUnspecified',
  }),
  enforcedCase('a staged policy decides the enforced trace', [sgnp()]),
  enforcedCase('a policy without a name', [gnp({ name: '' })]),
  enforcedCase('a trigger without a name', [buildEndOfTier('')]),
  enforcedCase('a rule without a tier', [gnp({ tier: '' })]),
  enforcedCase('an end of tier without a tier', [buildEndOfTier('default-deny', { tier: '' })]),
  enforcedCase('no profile matched', [{ ...profile, name: '__NO_MATCH__', ruleIndex: -1, action: 'Deny' }]),
  enforcedCase('profile that allows everything', [{ ...profile, name: 'projectcalico-default-allow' }]),
  enforcedCase('eleven passes', [
    ...Array.from({ length: 11 }, (_, i) => ({ ...passRule, tier: `t${i}`, name: `p${i}` })),
    denyEnd,
  ]),
  {
    ...enforcedCase('hits stored out of order', []),
    key: buildKey({
      policies: { enforced: [{ ...gnp(), policyIndex: 1 }, passRule], pending: [] },
    }),
  },
]

const oldNames: readonly GoldenCase[] = [
  enforcedCase('old name, tier before it', [gnp({ name: 'default.web-rules' })]),
  enforcedCase('old name, tier app before it', [gnp({ name: 'app.web-rules', tier: 'app' })]),
  enforcedCase('old name, Kubernetes', [
    gnp({ kind: 'NetworkPolicy', namespace: 'backend', name: 'knp.default.api' }),
  ]),
  enforcedCase('old name of a trigger', [buildEndOfTier('default.default-deny')]),
  enforcedCase('a name that only looks old', [gnp({ name: 'app.web-rules' })]),
  enforcedCase('the policy itself with index −1', [
    gnp({ name: 'default.locked', ruleIndex: -1, action: 'Deny' }),
  ]),
]

const pub = { destName: 'pub', destNamespace: '-', destType: 'Network' } as const
const ends: readonly (readonly [string, Partial<FlowKey>])[] = [
  ['icmp', { proto: 'icmp', destPort: 0 }],
  ['icmp6', { proto: 'icmp6', destPort: 0 }],
  ['udp', { proto: 'udp', destPort: 53 }],
  ['sctp', { proto: 'sctp', destPort: 38412 }],
  ['protocol by number', { proto: '47', destPort: 0 }],
  ['no protocol', { proto: '', destPort: 0 }],
  ['tcp without a port', { destPort: 0 }],
  ['public network as destination', pub],
  [
    'private network as source',
    { sourceName: 'pvt', sourceNamespace: '-', sourceType: 'Network', reporter: 'Dst' },
  ],
  ['public network without a type', { ...pub, destType: 'EndpointTypeUnspecified' }],
  ['a pod called pub', { destName: 'pub', destNamespace: 'bar' }],
  [
    'a pod called pub, without a type',
    { destName: 'pub', destNamespace: 'bar', destType: 'EndpointTypeUnspecified' },
  ],
  ['host endpoint', { destName: 'node-1', destNamespace: '-', destType: 'HostEndpoint', destPort: 22 }],
  ['network set', { destName: 'partners', destNamespace: 'backend', destType: 'NetworkSet', destPort: 443 }],
  ['global network set', { destName: 'partners', destNamespace: '-', destType: 'NetworkSet', destPort: 443 }],
  ['a type from a newer Calico', { destName: 'thing', destType: 'Unknown(9)' }],
  ['no name', { destName: '' }],
]

function byEnds(): readonly GoldenCase[] {
  return ends.map(([title, key]) =>
    enforcedCase(`ends: ${title}`, [key.destPort === 53 ? denyEnd : gnp()], key),
  )
}

/** The story's denial, default/test to backend/api-* under options 00, 01 and B, recorded at the source. */
export const STORY: GoldenCase = {
  title: 'the story: default/test to backend/api-*, at the source',
  key: buildKey({
    sourceName: 'test',
    sourceNamespace: 'default',
    action: 'Deny',
    policies: { enforced: [denyEnd], pending: [buildEndOfTier('01-dns-clients-egress')] },
  }),
  pending: true,
}

export const GOLDEN_CASES: readonly GoldenCase[] = [
  STORY,
  ...byDecider(),
  ...afterPasses(),
  ...withPending(),
  ...odd,
  ...ODD_TRACES,
  ...oldNames,
  ...byEnds(),
]
