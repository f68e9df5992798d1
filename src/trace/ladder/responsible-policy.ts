/** The staged policy behind a pending verdict that differs from the enforced one, as far as the two traces carry it. */
import type { PolicyHit, PolicyTrace } from '../../flows/flow.ts'
import { decidingHit, inOrder, isFinal } from '../../flows/hit.ts'
import { align, type Aligned, differencesOf, tierKeyOf } from './align.ts'
import { isStagedKind, placeOf } from '../words/calico-terms.ts'
import { labelOf, type PolicyLabel, samePolicy, triggerOf } from '../words/policy-label.ts'

/** The staged policy behind a changed verdict, and how the traces show it. */
export interface ResponsiblePolicy {
  /** Recorded when it is the deciding pending hit; inferred when the traces part at it and the decision comes later. */
  readonly certainty: 'recorded' | 'inferred'
  readonly policy: PolicyLabel
  readonly how: 'decides' | 'passes on' | 'makes the tier count'
  /** Other staged policies that the pending trace names after the step at which the traces part. */
  readonly also: readonly PolicyLabel[]
}

export type Responsibility =
  | ResponsiblePolicy
  /** No staged policy in the trace accounts for the change: an older decision, or the two evaluations differ. */
  | { readonly certainty: 'unknown' }

interface Verdicts {
  readonly enforced: 'Allow' | 'Deny'
  readonly pending: 'Allow' | 'Deny'
}

/** Both verdicts of a trace; null when one is missing, or is neither Allow nor Deny, so that they cannot be compared. */
export function bothVerdicts(policies: PolicyTrace): Verdicts | null {
  const enforced = decidingHit(inOrder(policies.enforced))?.action
  const pending = decidingHit(inOrder(policies.pending))?.action
  if (enforced === undefined || pending === undefined) return null
  return isFinal(enforced) && isFinal(pending) ? { enforced, pending } : null
}

function passes(hit: PolicyHit | null): boolean {
  return hit === null || hit.action === 'Pass'
}

/** The staged policy that a hit names, as its own or as the trigger of an end of tier; null when it names none. */
function stagedPolicyOf(hit: PolicyHit): PolicyLabel | null {
  const trigger = triggerOf(hit)
  if (trigger?.staged === true) return trigger
  return isStagedKind(hit.kind) ? labelOf(hit) : null
}

/**
 * The first step at which the traces part. Skipped are a tier in which pending has a pass and enforced no hit, which
 * changes nothing, and a tier in which both pass, whichever policy it is.
 */
function partingStep({ enforced, pending }: PolicyTrace): Aligned<PolicyHit> | null {
  for (const step of align(inOrder(enforced), inOrder(pending), tierKeyOf)) {
    const { left, right } = step
    if (passes(left) && passes(right)) continue
    if (left !== null && right !== null && differencesOf(left, right).length === 0) continue
    return step
  }
  return null
}

/** In what way a staged policy's pending hit changes the verdict; null when the record does not carry any. */
function howChanged(
  policies: PolicyTrace,
  enforced: PolicyHit | null,
  hit: PolicyHit,
): ResponsiblePolicy['how'] | null {
  const isLast = hit === decidingHit(inOrder(policies.pending))
  if (placeOf(hit) === 'rule') {
    if (isLast) return 'decides'
    const enforcedDecidesHere = enforced !== null && enforced === decidingHit(inOrder(policies.enforced))
    return hit.action === 'Pass' && enforcedDecidesHere ? 'passes on' : null
  }
  // The pending trace evaluates the enforced policies too. Where the enforced trace has a hit in this tier, the tier
  // counts without any staged policy, and its end must have another reason.
  const countsAnyway = policies.enforced.some((other) => tierKeyOf(other) === tierKeyOf(hit))
  return isLast && !countsAnyway ? 'makes the tier count' : null
}

/**
 * The staged policy that is responsible for a pending verdict that differs from the enforced one. Null when the
 * verdicts are equal or cannot be compared. `unknown` where the traces part at no staged policy, or part in a way that
 * does not say how it led to the verdict.
 */
export function responsibilityFor(policies: PolicyTrace): Responsibility | null {
  const verdicts = bothVerdicts(policies)
  if (verdicts === null || verdicts.enforced === verdicts.pending) return null
  const parting = partingStep(policies)
  const hit = parting?.right ?? null
  const policy = hit === null ? null : stagedPolicyOf(hit)
  if (parting === null || hit === null || policy === null) return { certainty: 'unknown' }
  const how = howChanged(policies, parting.left, hit)
  if (how === null) return { certainty: 'unknown' }
  const hits = inOrder(policies.pending)
  const also = hits
    .slice(hits.indexOf(hit) + 1)
    .map(stagedPolicyOf)
    .filter((other) => other !== null)
    .filter((other) => !samePolicy(other, policy))
  return { certainty: how === 'decides' ? 'recorded' : 'inferred', policy, how, also }
}
