/** Which staged policy would change a verdict. */
import type { PolicyHit, PolicyTrace } from '../../flows/flow.ts'
import { decidingHit, inOrder } from '../../flows/hit.ts'
import { align, differencesOf, tierKeyOf } from './align.ts'
import {
  isFinal,
  isStagedKind,
  labelOf,
  placeOf,
  type PolicyLabel,
  samePolicy,
  triggerOf,
} from '../words/words.ts'

/** The staged policy behind a changed verdict. */
export type Responsible =
  | {
      /** Recorded: it is the deciding pending hit. Inferred: the traces part at it. */
      readonly certainty: 'recorded' | 'inferred'
      readonly policy: PolicyLabel
      readonly how: 'decides' | 'passes on' | 'makes the tier count'
      /** Other staged policies that the pending trace names after the point at which the traces part. */
      readonly also: readonly PolicyLabel[]
    }
  /** No staged policy in the trace accounts for it: an older decision, or the two evaluations differ. */
  | { readonly certainty: 'unknown' }

interface Verdicts {
  readonly enforced: 'Allow' | 'Deny'
  readonly pending: 'Allow' | 'Deny'
}

/** Both verdicts of a trace; null when one is missing or is neither Allow nor Deny, so that nothing can be compared. */
export function bothVerdicts(policies: PolicyTrace): Verdicts | null {
  const enforced = decidingHit(inOrder(policies.enforced))?.action
  const pending = decidingHit(inOrder(policies.pending))?.action
  if (enforced === undefined || pending === undefined) return null
  return isFinal(enforced) && isFinal(pending) ? { enforced, pending } : null
}

function passes(hit: PolicyHit | null): boolean {
  return hit === null || hit.action === 'Pass'
}

function stagedOf(hit: PolicyHit): PolicyLabel | null {
  if (isStagedKind(hit.kind)) return triggerOf(hit) ?? labelOf(hit)
  const trigger = triggerOf(hit)
  return trigger?.staged === true ? trigger : null
}

/** A tier whose only hit is a pending pass is as good as not there; nor does it matter which policy of a tier passes. */
function partingStep(
  policies: PolicyTrace,
): { enforced: PolicyHit | null; pending: PolicyHit | null } | null {
  for (const { left, right } of align(inOrder(policies.enforced), inOrder(policies.pending), tierKeyOf)) {
    if (passes(left) && passes(right)) continue
    if (left !== null && right !== null && differencesOf(left, right).length === 0) continue
    return { enforced: left, pending: right }
  }
  return null
}

/**
 * The staged policy that is responsible for a pending verdict that differs from the enforced one. Null when the
 * verdicts are equal or cannot be compared.
 */
export function changedBy(policies: PolicyTrace): Responsible | null {
  const verdicts = bothVerdicts(policies)
  if (verdicts === null || verdicts.enforced === verdicts.pending) return null
  const hits = inOrder(policies.pending)
  const parting = partingStep(policies)
  const hit = parting?.pending
  if (parting === null || hit === null || hit === undefined) return { certainty: 'unknown' }
  const policy = stagedOf(hit)
  if (policy === null) return { certainty: 'unknown' }
  const also = hits
    .slice(hits.indexOf(hit) + 1)
    .map(stagedOf)
    .filter((other) => other !== null)
    .filter((other) => !samePolicy(other, policy))
  if (placeOf(hit) === 'rule') {
    if (hit === hits.at(-1)) return { certainty: 'recorded', policy, how: 'decides', also }
    return hit.action === 'Pass'
      ? { certainty: 'inferred', policy, how: 'passes on', also }
      : { certainty: 'unknown' }
  }
  // The pending trace evaluates the enforced policies too. Where the enforced trace has a hit in this tier, the tier
  // counts without any staged policy, and its end must have another reason.
  return parting.enforced === null && hit === hits.at(-1)
    ? { certainty: 'inferred', policy, how: 'makes the tier count', also }
    : { certainty: 'unknown' }
}
