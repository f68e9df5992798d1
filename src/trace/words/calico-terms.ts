/** Calico's terms in words: what the ladder, the sentences and the Markdown call a kind, a policy, a rule, an action. */
import { type Action, isUnknown, type PolicyHit, type PolicyKind, type Reporter } from '../../flows/flow.ts'
import { isEndOfTier } from '../../flows/hit.ts'

export type Direction = 'egress' | 'ingress'

/** The rules that a reporter's trace is about. Null when the record does not say which end reported. */
export function directionOf(reporter: Reporter): Direction | null {
  if (reporter === 'Src') return 'egress'
  if (reporter === 'Dst') return 'ingress'
  return null
}

/** The end whose policies the trace is about: the one that reported. */
export function reportingEnd(reporter: Reporter): string {
  if (reporter === 'Src') return 'source'
  if (reporter === 'Dst') return 'destination'
  return 'reporting end'
}

/** What stood in a value that we do not know: `12` of `Unknown(12)`. */
export function unknownText(value: string): string {
  return value.slice('Unknown('.length, -1)
}

/**
 * The kind as people know the object. Goldmane's `NetworkPolicy` is the Kubernetes one, and Calico's own has the same
 * kind in a manifest: both get their family's name.
 */
export function kindWords(kind: PolicyKind): string {
  switch (kind) {
    case 'CalicoNetworkPolicy':
      return 'Calico NetworkPolicy'
    case 'NetworkPolicy':
      return 'Kubernetes NetworkPolicy'
    case 'GlobalNetworkPolicy':
    case 'StagedNetworkPolicy':
    case 'StagedGlobalNetworkPolicy':
    case 'StagedKubernetesNetworkPolicy':
    case 'AdminNetworkPolicy':
    case 'BaselineAdminNetworkPolicy':
    case 'ClusterNetworkPolicy':
      return kind
    case 'Profile':
      return 'profile'
    case 'EndOfTier':
      return 'end of tier'
    case 'KindUnspecified':
      return 'policy (kind not recorded)'
    default:
      return `policy (unknown kind ${unknownText(kind)})`
  }
}

/** Whether policies of this kind enforce nothing and count in the pending trace only. */
export function isStagedKind(kind: PolicyKind): boolean {
  return (
    kind === 'StagedNetworkPolicy' ||
    kind === 'StagedGlobalNetworkPolicy' ||
    kind === 'StagedKubernetesNetworkPolicy'
  )
}

/**
 * Whether Calico converts policies of this kind, so that a rule index counts the converted rules: one source rule
 * becomes one rule for each protocol and peer. Upstream: libcalico-go/lib/backend/k8s/conversion, rule expansion.
 */
export function isConvertedKind(kind: PolicyKind): boolean {
  return (
    kind === 'NetworkPolicy' ||
    kind === 'StagedKubernetesNetworkPolicy' ||
    kind === 'ClusterNetworkPolicy' ||
    kind === 'AdminNetworkPolicy' ||
    kind === 'BaselineAdminNetworkPolicy'
  )
}

/** A policy as a hit or a trigger names it. */
export interface PolicyLabel {
  readonly kind: PolicyKind
  /** The kind in words. */
  readonly kindWords: string
  readonly namespace: string
  /** As recorded; empty when the record names none. */
  readonly name: string
  readonly tier: string
  /** `namespace/name`, or the name alone where there is no namespace. */
  readonly path: string
  /**
   * The object's name if an older Calico wrote the record, which put the tier before it (`default.x`,
   * `knp.default.x`). Null when the name has no such prefix. It is a possibility, not a fact: an object may be called so.
   */
  readonly plainName: string | null
  readonly staged: boolean
}

/** A namespace as Goldmane records it: `-` and the empty text are none. */
export function withNamespace(namespace: string, name: string): string {
  return namespace === '' || namespace === '-' ? name : `${namespace}/${name}`
}

/** The name without the prefix that older versions of Calico put before it; null where there is none. */
export function withoutTierPrefix({ kind, name, tier }: PolicyHit): string | null {
  if (kind === 'Profile') return null
  const prefixes = [
    `${tier}.`,
    'knp.default.',
    'kcnp.adminnetworkpolicy.',
    'kcnp.baselineadminnetworkpolicy.',
  ]
  const prefix = prefixes.find((text) => text !== '.' && name.startsWith(text) && name.length > text.length)
  return prefix === undefined ? null : name.slice(prefix.length)
}

/** The label of the policy that a hit or a trigger is. */
export function labelOf(hit: PolicyHit): PolicyLabel {
  const { kind, namespace, name, tier } = hit
  return {
    kind,
    kindWords: kindWords(kind),
    namespace,
    name,
    tier,
    path: withNamespace(namespace, name),
    plainName: withoutTierPrefix(hit),
    staged: isStagedKind(kind),
  }
}

/** Whether two labels name the same policy. */
export function samePolicy(a: PolicyLabel, b: PolicyLabel): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name && a.tier === b.tier
}

/** Where in its tier a hit stands. A profile is none of a tier, also when its index says −1 (no profile matched). */
export type HitPlace = 'rule' | 'end of tier' | 'profile'

export function placeOf(hit: PolicyHit): HitPlace {
  if (hit.kind === 'Profile') return 'profile'
  return isEndOfTier(hit) ? 'end of tier' : 'rule'
}

/**
 * The policy that an end of tier names. Older records have the policy itself with the index −1 instead of a trigger.
 * Null when the record names none.
 */
export function triggerOf(hit: PolicyHit): PolicyLabel | null {
  if (placeOf(hit) !== 'end of tier') return null
  if (hit.trigger !== null) return labelOf(hit.trigger)
  return hit.kind === 'EndOfTier' || hit.name === '' ? null : labelOf(hit)
}

/** The policy or profile whose rule a hit is; null for an end of tier. */
export function policyOf(hit: PolicyHit): PolicyLabel | null {
  return placeOf(hit) === 'end of tier' ? null : labelOf(hit)
}

/** Whether the index is one that a rule can have; Felix has −2 for unknown (felix/calc/policy_lookup_cache.go:383-384). */
export function hasRuleNumber({ ruleIndex }: PolicyHit): boolean {
  return Number.isSafeInteger(ruleIndex) && ruleIndex >= 0
}

/** `rule 2`, counted from 1 as people count; `end of tier`; never a negative number. */
export function ruleWords(hit: PolicyHit): string {
  if (placeOf(hit) === 'end of tier') return 'end of tier'
  if (hasRuleNumber(hit)) return `rule ${hit.ruleIndex + 1}`
  return hit.kind === 'Profile' && hit.ruleIndex === -1 ? 'no rule matched' : 'rule not recorded'
}

/** The action as a word. */
export function actionWords(action: Action): string {
  if (action === 'ActionUnspecified') return 'action not recorded'
  return isUnknown(action) ? `unknown action ${unknownText(action)}` : action
}

/** Allow or Deny: an action that can end an evaluation. */
export function isFinal(action: Action): action is 'Allow' | 'Deny' {
  return action === 'Allow' || action === 'Deny'
}
