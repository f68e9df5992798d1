/**
 * Reads the texts that Felix writes for policy hits, `<index>|<tier>|<policy>|<action>|<rule>`, in the spellings of all
 * versions. The rules are those of lma/pkg/api/policy_hit.go (Calico Enterprise, both spellings of the policy) and, for
 * what becomes of a name, of `HitFromString` in goldmane/proto/methods.go at v3.31 and v3.32.
 */
import type { Action, PolicyHit, PolicyKind } from '../../flows/flow.ts'
import { SHORT_KINDS } from '../../flows/spelling.ts'

/** The part of a text that is not as Felix writes it, in words that follow "a policy hit: ". */
export class HitFault {
  readonly wanted: string

  constructor(wanted: string) {
    this.wanted = wanted
  }
}

/** The tier that stands for the profiles. Goldmane records it as no tier. */
const PROFILE_TIER = '__PROFILE__'
/** Felix's number for a rule that it does not know (felix/calc/policy_lookup_cache.go:383-384). */
const UNKNOWN_RULE = -2
const END_OF_TIER_RULE = -1

/**
 * The kind of a policy by what stands before its colon, from Calico 3.32 on. Calico Enterprise also has the two admin
 * policies of Kubernetes of the versions before.
 */
const KINDS: ReadonlyMap<string, PolicyKind> = new Map([
  ...SHORT_KINDS,
  ['kanp', 'AdminNetworkPolicy'],
  ['kbanp', 'BaselineAdminNetworkPolicy'],
])

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ['allow', 'Allow'],
  ['deny', 'Deny'],
  ['pass', 'Pass'],
])

/** What a name, a namespace and a tier are made of; a profile's name may have underscores. */
const NAME = /^[\w.-]+$/
const INDEX = /^\d{1,9}$/

/** The policy that a text names. */
interface NamedPolicy {
  readonly kind: PolicyKind
  readonly namespace: string
  readonly name: string
}

function isNamespaced(kind: PolicyKind): boolean {
  return (
    kind === 'CalicoNetworkPolicy' ||
    kind === 'StagedNetworkPolicy' ||
    kind === 'NetworkPolicy' ||
    kind === 'StagedKubernetesNetworkPolicy'
  )
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text
}

/**
 * The policy that the older spelling names: `tier.name`, `namespace/tier.name`, `namespace/knp.default.name`,
 * `kanp.adminnetworkpolicy.name`, `kbanp.baselineadminnetworkpolicy.name`, `__PROFILE__.name`, and for staged policies
 * `staged:` in front of the name, before or behind the tier. As in Goldmane's records up to Calico 3.31, the name is what
 * remains without these prefixes.
 */
function fromOldName(namespace: string, text: string, tier: string): NamedPolicy | HitFault {
  const parts = text.split('staged:')
  if (parts.length > 2) return new HitFault('with staged: once at most')
  const isStaged = parts.length === 2
  const [before = '', after] = parts
  if (isStaged && before !== '' && before !== `${tier}.`)
    return new HitFault('with nothing but its tier before staged:')
  const full = isStaged ? (after ?? '') : before
  if (full.startsWith('knp.default.')) {
    const kind = isStaged ? 'StagedKubernetesNetworkPolicy' : 'NetworkPolicy'
    return { kind, namespace, name: full.slice('knp.default.'.length) }
  }
  if (namespace !== '') {
    const kind = isStaged ? 'StagedNetworkPolicy' : 'CalicoNetworkPolicy'
    return { kind, namespace, name: withoutPrefix(full, `${tier}.`) }
  }
  if (isStaged) return { kind: 'StagedGlobalNetworkPolicy', namespace, name: withoutPrefix(full, `${tier}.`) }
  for (const [prefix, kind] of OLD_CLUSTER_PREFIXES) {
    if (full.startsWith(prefix)) return { kind, namespace, name: full.slice(prefix.length) }
  }
  return { kind: 'GlobalNetworkPolicy', namespace, name: withoutPrefix(full, `${tier}.`) }
}

const OLD_CLUSTER_PREFIXES = [
  [`${PROFILE_TIER}.`, 'Profile'],
  ['kanp.adminnetworkpolicy.', 'AdminNetworkPolicy'],
  ['kbanp.baselineadminnetworkpolicy.', 'BaselineAdminNetworkPolicy'],
] as const

function policyOf(text: string, tier: string): NamedPolicy | HitFault {
  const colon = text.indexOf(':')
  const kind = colon < 0 ? undefined : KINDS.get(text.slice(0, colon))
  const path = kind === undefined ? text : text.slice(colon + 1)
  const slash = path.indexOf('/')
  const namespace = slash < 0 ? '' : path.slice(0, slash)
  const name = path.slice(slash + 1)
  const policy = kind === undefined ? fromOldName(namespace, name, tier) : { kind, namespace, name }
  if (policy instanceof HitFault) return policy
  if (!NAME.test(policy.name)) return new HitFault('with a policy of a known kind and a valid name')
  if (isNamespaced(policy.kind) !== slash >= 0) {
    return new HitFault(`with ${slash >= 0 ? 'no namespace' : 'a namespace'} for this kind of policy`)
  }
  if (slash >= 0 && !NAME.test(namespace)) return new HitFault('with a valid namespace')
  if ((policy.kind === 'Profile') !== (tier === PROFILE_TIER))
    return new HitFault(`with the tier ${PROFILE_TIER} for profiles, and for them alone`)
  return policy
}

/** The number of a rule; Felix writes nothing (in 2020) or a hyphen where it has none. Undefined when it is neither. */
function ruleIndexOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '-') return UNKNOWN_RULE
  if (INDEX.test(text)) return Number(text)
  return text === '-1' || text === '-2' ? Number(text) : undefined
}

function parseHit(text: string): PolicyHit | HitFault {
  const parts = text.split('|')
  const [index = '', tier = '', policyText = '', actionText = '', ruleText] = parts
  if (parts.length !== 4 && parts.length !== 5) return new HitFault('of 4 or 5 parts between bars')
  if (!INDEX.test(index)) return new HitFault('that begins with its position')
  if (!NAME.test(tier)) return new HitFault('with a valid tier')
  const policy = policyOf(policyText, tier)
  if (policy instanceof HitFault) return policy
  const action = ACTIONS.get(actionText.toLowerCase())
  if (action === undefined) return new HitFault('with the action allow, deny or pass')
  const ruleIndex = ruleIndexOf(ruleText)
  if (ruleIndex === undefined) return new HitFault('with a rule number from -2, or a hyphen')
  const recordedTier = policy.kind === 'Profile' ? '' : tier
  const place = { tier: recordedTier, action, policyIndex: Number(index), ruleIndex }
  // A profile is outside the tiers: its −1 says that no rule of any profile matched.
  if (ruleIndex !== END_OF_TIER_RULE || policy.kind === 'Profile') {
    return { ...policy, ...place, trigger: null }
  }
  const trigger: PolicyHit = {
    ...policy,
    tier,
    action: 'ActionUnspecified',
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
  }
  return { kind: 'EndOfTier', namespace: '', name: '', ...place, trigger }
}

/** Parsed texts. A cluster has few rules next to its records, so the texts of a capture repeat. */
const cachedHits = new Map<string, PolicyHit>()
const MAX_CACHED_HITS = 4096

/**
 * The hit that a text stands for, or what is wrong with it. A rule −1 becomes an end of tier whose trigger is the policy
 * named, as in Goldmane's records; a rule that was not recorded becomes −2.
 */
export function felixHit(text: string): PolicyHit | HitFault {
  const cached = cachedHits.get(text)
  if (cached !== undefined) return cached
  const hit = parseHit(text)
  if (hit instanceof HitFault) return hit
  if (cachedHits.size >= MAX_CACHED_HITS) cachedHits.clear()
  cachedHits.set(text, hit)
  return hit
}
