import type { Action, PolicyHit, PolicyTrace } from './flow.ts'

/** The hits in order of evaluation. Felix collects them in a map, so a file may hold them in any order. */
export function inOrder(hits: readonly PolicyHit[]): readonly PolicyHit[] {
  return hits.every((hit, i) => i === 0 || (hits[i - 1]?.policyIndex ?? 0) <= hit.policyIndex)
    ? hits
    : hits.toSorted((a, b) => a.policyIndex - b.policyIndex)
}

/** The hit that decided: the last one. Upstream: felix/collector/flowlog/types.go:95-103. */
export function decidingHit(hits: readonly PolicyHit[]): PolicyHit | undefined {
  return hits.at(-1)
}

/** The verdict of a list of hits: the action of the last. Undefined for an empty list: not computed. */
export function verdictOf(hits: readonly PolicyHit[]): Action | undefined {
  return decidingHit(hits)?.action
}

/** The end of a tier, recognised by its kind or, in older records, by the rule index −1. */
export function isEndOfTier(hit: PolicyHit): boolean {
  return hit.kind === 'EndOfTier' || hit.ruleIndex === -1
}

/** The policy that a hit names: the trigger of an end of tier, otherwise the hit itself. */
export function namedPolicy(hit: PolicyHit): PolicyHit {
  return hit.trigger ?? hit
}

/** Whether the pending verdict differs from the enforced one; `unknown` when pending was not computed. */
export function verdictChange(trace: PolicyTrace): 'yes' | 'no' | 'unknown' {
  const pending = verdictOf(trace.pending)
  if (pending === undefined) return 'unknown'
  return pending === verdictOf(trace.enforced) ? 'no' : 'yes'
}

/** Whether two hits are the same in all they say, triggers included. */
export function sameHit(a: PolicyHit, b: PolicyHit): boolean {
  return (
    a.kind === b.kind &&
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.tier === b.tier &&
    a.action === b.action &&
    a.policyIndex === b.policyIndex &&
    a.ruleIndex === b.ruleIndex &&
    (a.trigger === null || b.trigger === null ? a.trigger === b.trigger : sameHit(a.trigger, b.trigger))
  )
}
