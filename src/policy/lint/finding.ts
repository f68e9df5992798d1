/** What lint rules say of policies that are valid but bite. */
import type { Place } from '../manifest/place.ts'
import type { Policy } from '../manifest/policy.ts'

/** The names by which a comment silences a rule, and what each is about. */
export const LINT_RULES = {
  'tier-swallows': 'a tier denies at its end what a later tier would allow',
  'no-rules': 'a policy without rules decides nothing by itself, but makes the end of its tier count',
  'after-the-end': 'a policy that can never be reached behind another one of its tier',
  'equal-order': 'two policies of one order, of which the name decides',
  'selects-hosts': 'a policy for all endpoints also governs host endpoints',
  'outside-never-matches': 'a selector in a rule matches no address outside the cluster',
  'dns-denied': 'endpoints under a default deny that may not ask for names',
  'one-direction': 'a connection that one end allows and the other end denies',
  'staged-shadowed': 'a staged policy behind its enforced twin',
  'unreachable-rule': 'a rule behind one that matches everything it matches',
  'selects-nothing': 'a selector that selects nothing of what was loaded',
  'name-label': 'a label of names where endpoints do not have it',
} as const

export type LintRuleName = keyof typeof LINT_RULES

export interface Finding {
  readonly rule: LintRuleName
  /** `warning`: it is seldom meant. `note`: it is often meant, and worth knowing. */
  readonly level: 'warning' | 'note'
  readonly place: Place
  /** The object, as `GlobalNetworkPolicy default-deny`, with its namespace where it has one. */
  readonly object: string
  /** What happens and why, in one or two sentences. */
  readonly why: string
  /** What to do about it. */
  readonly advice: string
}

/** An object's kind as its manifest names it, with namespace and name. */
export function objectName({ kind, namespace, name }: Pick<Policy, 'kind' | 'namespace' | 'name'>): string {
  const words = kind === 'CalicoNetworkPolicy' ? 'NetworkPolicy (Calico)' : kind
  return `${words} ${namespace === '' ? name : `${namespace}/${name}`}`
}
