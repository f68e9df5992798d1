/** A trace on one line. */
import type { Action, PolicyHit } from '../../flows/flow.ts'
import { decidingHit, inOrder } from '../../flows/hit.ts'
import { placeOf, type PolicyLabel, policyOf, ruleWords, triggerOf } from '../words/calico-terms.ts'

/** A trace on one line, for the table: what decided, and where. */
export interface CompactTrace {
  /** Empty for a profile. */
  readonly tier: string
  /** The deciding policy; of an end of tier its trigger. Null where the record names none. */
  readonly policy: PolicyLabel | null
  /** `rule 2`, `end of tier`; for a profile `no policy`, after passes `all tiers passed`, in odd data `profile`. */
  readonly at: string
  readonly action: Action
  readonly staged: boolean
  readonly text: string
}

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
