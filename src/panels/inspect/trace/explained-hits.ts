import type { FlowKey, PolicyHit } from '../../../flows/flow.ts'
import { inOrder } from '../../../flows/hit.ts'
import type { ExplainedHit, PolicyExplanation } from '../../../state/policies/use-policies.ts'

/** What the loaded policies have for each hit of a flow's traces. */
export type ExplainedHits = ReadonlyMap<PolicyHit, ExplainedHit>

export const NOTHING_EXPLAINED: ExplainedHits = new Map()

/** Nothing for an explanation of other traces, as that of the row before. */
export function explainedHits(
  { policies: { enforced, pending } }: Pick<FlowKey, 'policies'>,
  explanation: PolicyExplanation | null,
): ExplainedHits {
  if (explanation?.is !== 'explained') return NOTHING_EXPLAINED
  if (explanation.enforced.length !== enforced.length || explanation.pending.length !== pending.length)
    return NOTHING_EXPLAINED
  const entries = [
    ...pairs(inOrder(enforced), explanation.enforced),
    ...pairs(inOrder(pending), explanation.pending),
  ]
  return new Map(entries)
}

function pairs(
  hits: readonly PolicyHit[],
  explained: readonly ExplainedHit[],
): readonly (readonly [PolicyHit, ExplainedHit])[] {
  return hits.flatMap((hit, at) => {
    const found = explained[at]
    return found === undefined ? [] : [[hit, found]]
  })
}

/** Whether both are the same lines, so that they are shown once. */
export function sameRule(a: ExplainedHit | undefined, b: ExplainedHit | undefined): boolean {
  if (a === undefined || b === undefined) return false
  return JSON.stringify(a) === JSON.stringify(b)
}
