import type { Action, FlowKey, PolicyHit, PolicyTrace } from './flow.ts'

/** Returns the hits in order of evaluation. Felix collects them in a map, so a capture may list them in any order. */
export function inOrder(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.every((hit, i) => i === 0 || (hits[i - 1]?.policyIndex ?? 0) <= hit.policyIndex)
    ? hits
    : hits.toSorted((a, b) => a.policyIndex - b.policyIndex)
}

/** Returns the deciding hit: the last one. Upstream: felix/collector/flowlog/types.go:95-103. */
export function decidingHit(hits: readonly PolicyHit[]): PolicyHit | undefined {
  return hits.at(-1)
}

/** Returns the verdict: the action of the last hit. Undefined for an empty list, which was not computed. */
export function verdictOf(hits: readonly PolicyHit[]): Action | undefined {
  return decidingHit(hits)?.action
}

/** Whether a hit is the end of a tier, by its kind or, in older records, by the rule index −1. */
export function isEndOfTier(hit: PolicyHit): boolean {
  return hit.kind === 'EndOfTier' || hit.ruleIndex === -1
}

/** Whether the index is one that a rule can have; Felix has −2 for unknown (felix/calc/policy_lookup_cache.go:383-384). */
export function hasRuleNumber({ ruleIndex }: PolicyHit): boolean {
  return Number.isSafeInteger(ruleIndex) && ruleIndex >= 0
}

/** Returns the rule of a hit as readers count, from 1: `rule 2` for Calico's index 1; `rule number not recorded`. */
export function ruleNumberWords(hit: PolicyHit): string {
  return hasRuleNumber(hit) ? `rule ${hit.ruleIndex + 1}` : 'rule number not recorded'
}

/** Returns the hit that names a policy: the trigger of an end of tier, otherwise the hit itself. */
export function namedPolicy(hit: PolicyHit): PolicyHit {
  return hit.trigger ?? hit
}

/** Whether an action is Allow or Deny, the two that end an evaluation. */
export function isFinal(action: Action | undefined): action is 'Allow' | 'Deny' {
  return action === 'Allow' || action === 'Deny'
}

/**
 * What decided a record. Not known where its enforced trace is missing, ends without a decision, or ends with another
 * action than the record's own: then no hit may be named as the cause.
 */
export type Decision =
  | { readonly known: true; readonly hit: PolicyHit }
  | { readonly known: false; readonly why: 'no trace' | 'no decision' | 'contradiction' | 'no verdict' }

/** Returns what decided a record, as far as its verdict and its enforced trace agree. */
export function decisionOf({ action, policies }: Pick<FlowKey, 'action' | 'policies'>): Decision {
  const hit = decidingHit(inOrder(policies.enforced))
  if (hit === undefined) return { known: false, why: 'no trace' }
  if (!isFinal(hit.action)) return { known: false, why: 'no decision' }
  if (hit.action === action) return { known: true, hit }
  return { known: false, why: isFinal(action) ? 'contradiction' : 'no verdict' }
}

/**
 * Whether the pending verdict differs from the enforced one; `unknown` when pending was not computed, or when one of the
 * two traces ends without a decision.
 */
export function verdictChange(trace: PolicyTrace): 'yes' | 'no' | 'unknown' {
  const pending = verdictOf(inOrder(trace.pending))
  const enforced = verdictOf(inOrder(trace.enforced))
  if (!isFinal(pending) || !isFinal(enforced)) return 'unknown'
  return pending === enforced ? 'no' : 'yes'
}
