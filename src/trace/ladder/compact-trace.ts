/** A list of hits as the one line of a table cell: the deciding policy and where it decided. */
import type { Action, PolicyHit } from '../../flows/flow.ts'
import { decidingHit, inOrder } from '../../flows/hit.ts'
import { placeOf, ruleWords } from '../words/calico-terms.ts'
import { type PolicyLabel, policyOf, triggerOf } from '../words/policy-label.ts'

export interface CompactTrace {
  /** Empty for a profile. */
  readonly tier: string
  /** The deciding policy, or the trigger of an end of tier. Null where the record names none. */
  readonly policy: PolicyLabel | null
  /** `rule 2` or `end of tier`. For a profile: `no policy`, after passes `all tiers passed`, in odd data `profile`. */
  readonly at: string
  readonly action: Action
  readonly staged: boolean
  readonly text: string
}

/** Why a profile was reached. A tier that has a policy for the endpoint leaves a hit (felix/collector/stats.go:102-166). */
function howReached(before: readonly PolicyHit[]): string {
  if (before.length === 0) return 'no policy'
  return before.every(({ action }) => action === 'Pass') ? 'all tiers passed' : 'profile'
}

/** The one-line form of a list of hits; null for an empty one. */
export function compactTrace(hits: readonly PolicyHit[]): CompactTrace | null {
  const hit = decidingHit(inOrder(hits))
  if (hit === undefined) return null
  const place = placeOf(hit)
  const policy = policyOf(hit) ?? triggerOf(hit)
  const at = place === 'profile' ? howReached(hits.filter((other) => other !== hit)) : ruleWords(hit)
  const { tier, action } = hit
  return {
    tier,
    policy,
    at,
    action,
    staged: policy?.staged === true,
    text: [tier, policy?.path ?? '', at].filter(Boolean).join(' '),
  }
}
