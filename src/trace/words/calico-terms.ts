/** Calico's enums and hits as the words that the ladder, the sentences and the Markdown use for them. */
import { type Action, isUnknown, type PolicyHit, type PolicyKind, type Reporter } from '../../flows/flow.ts'
import { isEndOfTier, ruleNumberWords } from '../../flows/hit.ts'
import { visibleText } from '../../lib/visible-text.ts'

export type Direction = 'egress' | 'ingress'

/** The rules that a reporter's trace is about. Null when the record does not say which end reported. */
export function directionOf(reporter: Reporter): Direction | null {
  if (reporter === 'Src') return 'egress'
  if (reporter === 'Dst') return 'ingress'
  return null
}

/** The end that reported, which is the one whose policies the trace is about. */
export function reportingEnd(reporter: Reporter): string {
  if (reporter === 'Src') return 'source'
  if (reporter === 'Dst') return 'destination'
  return 'reporting end'
}

/** The wire value of an enum that this version does not know: `12` of `Unknown(12)`. */
export function unknownText(value: string): string {
  return visibleText(value.slice('Unknown('.length, -1))
}

/**
 * The kind of a policy, as its users call it. Goldmane's `NetworkPolicy` is the Kubernetes one, and Calico's own has
 * the same kind in a manifest, so both get the name of their family.
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

/** What a hit stands for: a rule of a policy, the end of a tier in which no rule matched, or a profile. */
export type HitPlace = 'rule' | 'end of tier' | 'profile'

/** The place of a hit. A profile is outside the tiers, also with the index −1, which says that no profile matched. */
export function placeOf(hit: PolicyHit): HitPlace {
  if (hit.kind === 'Profile') return 'profile'
  return isEndOfTier(hit) ? 'end of tier' : 'rule'
}

/** What a hit at the end of a tier says of the tier's rules: `no rule allowed it`; where it passes, `no rule matched`. */
function endOfTierWords(action: Action): string {
  if (action === 'Deny') return 'no rule allowed it'
  return action === 'Pass' ? 'no rule matched' : 'end of tier'
}

/** `rule 2`, counted from 1 where the index counts from 0; `no rule allowed it`; never a negative number. */
export function ruleWords(hit: PolicyHit): string {
  if (placeOf(hit) === 'end of tier') return endOfTierWords(hit.action)
  return hit.kind === 'Profile' && hit.ruleIndex === -1 ? 'no rule matched' : ruleNumberWords(hit)
}

/** The end of a tier in words, with the tier: `end of tier default: no rule allowed it`. */
export function endOfTierLine({ tier, action }: Pick<PolicyHit, 'tier' | 'action'>): string {
  const end = `end of ${tier === '' ? 'a tier that is not recorded' : `tier ${visibleText(tier)}`}`
  return action === 'Deny' || action === 'Pass' ? `${end}: ${endOfTierWords(action)}` : end
}

/** The action of a pending hit in words, in the conditional: `would allow`, `would pass`. */
export function wouldWords(action: Action): string {
  return action === 'Allow' || action === 'Deny' || action === 'Pass'
    ? `would ${action.toLowerCase()}`
    : actionWords(action)
}

/** An action in words, also one that is not recorded or that this version does not know. */
export function actionWords(action: Action): string {
  if (action === 'ActionUnspecified') return 'action not recorded'
  return isUnknown(action) ? `unknown action ${unknownText(action)}` : action
}
