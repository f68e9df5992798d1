import type { Action, PolicyHit, PolicyTrace } from './flow.ts'

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

/** Returns the hit that names a policy: the trigger of an end of tier, otherwise the hit itself. */
export function namedPolicy(hit: PolicyHit): PolicyHit {
  return hit.trigger ?? hit
}

/** Whether the pending verdict differs from the enforced one; `unknown` when pending was not computed. */
export function verdictChange(trace: PolicyTrace): 'yes' | 'no' | 'unknown' {
  const pending = verdictOf(trace.pending)
  if (pending === undefined) return 'unknown'
  return pending === verdictOf(trace.enforced) ? 'no' : 'yes'
}
