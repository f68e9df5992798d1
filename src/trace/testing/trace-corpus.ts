/**
 * A corpus of keys with odd traces: those of the golden file, and every kind of policy with every action at both ends,
 * names of several versions of Calico, and records that lack fields. What is said of each must agree in all forms.
 */
import {
  type Action,
  type FlowKey,
  POLICY_KINDS,
  type PolicyHit,
  type PolicyKind,
  type Reporter,
} from '../../flows/flow.ts'
import { buildEndOfTier, buildHit, buildKey } from '../../flows/testing/build.ts'
import { ODD_TRACES } from './odd-traces.ts'

export interface CorpusCase {
  readonly title: string
  readonly key: FlowKey
}

const REPORTERS: readonly Reporter[] = ['Src', 'Dst']
const ACTIONS: readonly Action[] = ['Allow', 'Deny', 'Pass', 'ActionUnspecified']
const STAGED: readonly PolicyKind[] = [
  'StagedNetworkPolicy',
  'StagedGlobalNetworkPolicy',
  'StagedKubernetesNetworkPolicy',
]

const allow = buildHit({ name: 'web-rules', ruleIndex: 1 })
const pass = buildHit({ name: 'screen', tier: 'security', action: 'Pass' })
const denyEnd = buildEndOfTier('default-deny')

function verdictOf(enforced: readonly PolicyHit[]): Action {
  return enforced.at(-1)?.action ?? 'ActionUnspecified'
}

function numbered(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.map((hit, policyIndex) => Object.assign({}, hit, { policyIndex }))
}

function corpusCase(
  title: string,
  enforced: readonly PolicyHit[],
  pending: readonly PolicyHit[],
  key: Partial<FlowKey> = {},
): CorpusCase {
  const policies = { enforced: numbered(enforced), pending: numbered(pending) }
  return { title, key: buildKey({ action: verdictOf(enforced), policies, ...key }) }
}

/** Every kind that decides, passes or does neither, at both ends; staged kinds stand in the enforced trace too. */
function byKind(): readonly CorpusCase[] {
  const kinds: readonly PolicyKind[] = [...POLICY_KINDS, 'Unknown(12)']
  return kinds.flatMap((kind, k) =>
    ACTIONS.map((action, a) => {
      const namespaced = kind.includes('Network') && !kind.includes('Global') && !kind.includes('Cluster')
      const ends = kind === 'EndOfTier'
      const hit = ends
        ? buildEndOfTier('named', { action })
        : buildHit({ kind, action, name: 'named', namespace: namespaced ? 'backend' : '', ruleIndex: a })
      const reporter = REPORTERS[(k + a) % 2] ?? 'Src'
      return corpusCase(`${kind} ${action}, ${reporter}`, [pass, hit], [hit], { reporter })
    }),
  )
}

/** Every staged kind with every action, after an allowing and after a denying trace. */
function byStagedKind(): readonly CorpusCase[] {
  return STAGED.flatMap((kind) =>
    ACTIONS.flatMap((action) =>
      [allow, denyEnd].map((enforced) => {
        const namespace = kind === 'StagedGlobalNetworkPolicy' ? '' : 'backend'
        const staged = buildHit({ kind, action, namespace, name: 'staged' })
        const after = action === 'Pass' ? [staged, denyEnd] : [staged]
        return corpusCase(`${kind} would ${action}, enforced ${enforced.action}`, [enforced], after)
      }),
    ),
  )
}

/** Names as Calico 1.8's and later objects have them: with the tier in front, with that of Kubernetes, and both ends. */
function byName(): readonly CorpusCase[] {
  const names = ['default.allow-web', 'knp.default.allow-web', 'default', 'security.default.x', 'allow-web']
  return names.flatMap((name) =>
    REPORTERS.flatMap((reporter) => [
      corpusCase(`named ${name}, ${reporter}`, [buildHit({ name })], [buildHit({ name })], { reporter }),
      corpusCase(`end of tier by ${name}, ${reporter}`, [buildEndOfTier(name)], [buildEndOfTier('other')], {
        reporter,
      }),
    ]),
  )
}

/** Hits that older or foreign producers leave fields out of. */
function withoutFields(): readonly CorpusCase[] {
  const lacking: readonly (readonly [string, Partial<PolicyHit>])[] = [
    ['kind', { kind: 'KindUnspecified' }],
    ['name', { name: '' }],
    ['tier', { tier: '' }],
    ['action', { action: 'ActionUnspecified' }],
    ['rule number', { ruleIndex: -2 }],
    ['trigger, by the rule index −1', { ruleIndex: -1, action: 'Deny' }],
    ['name and trigger, by the rule index −1', { ruleIndex: -1, action: 'Deny', name: '' }],
  ]
  const keys: readonly (readonly [string, Partial<FlowKey>])[] = [
    ['reporter', { reporter: 'ReporterUnspecified' }],
    ['action', { action: 'ActionUnspecified' }],
    ['source', { sourceName: '', sourceNamespace: '' }],
    ['types', { sourceType: 'EndpointTypeUnspecified', destType: 'EndpointTypeUnspecified' }],
    ['port', { destPort: 0 }],
    ['protocol', { proto: '', destPort: 0 }],
  ]
  return [
    ...lacking.map(([what, hit]) => {
      const odd = buildHit({ name: 'named', ...hit })
      return corpusCase(`a hit without ${what}`, [odd], [odd])
    }),
    ...keys.map(([what, key]) => corpusCase(`a record without ${what}`, [denyEnd], [denyEnd], key)),
  ]
}

/** Traces in another order than that of evaluation: Felix collects them in a map. */
function outOfOrder(): readonly CorpusCase[] {
  const hits = numbered([pass, denyEnd])
  const reversed = hits.toReversed()
  return [
    {
      title: 'hits in another order',
      key: buildKey({ action: 'Deny', policies: { enforced: reversed, pending: reversed } }),
    },
  ]
}

export const TRACE_CORPUS: readonly CorpusCase[] = [
  ...ODD_TRACES,
  ...byKind(),
  ...byStagedKind(),
  ...byName(),
  ...withoutFields(),
  ...outOfOrder(),
]
