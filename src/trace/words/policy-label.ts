/** Which policy a hit names, and how it is written: the rule's own policy, or the trigger of an end of tier. */
import type { PolicyHit, PolicyKind } from '../../flows/flow.ts'
import { hasNoNamespace } from '../../flows/spelling.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { isStagedKind, kindWords, placeOf } from './calico-terms.ts'

/** A policy as a hit or a trigger names it. */
export interface PolicyLabel {
  readonly kind: PolicyKind
  /** The kind in words. */
  readonly kindWords: string
  readonly namespace: string
  /** As recorded; empty when the record names none. */
  readonly name: string
  readonly tier: string
  /** `namespace/name` as it is shown, or the name alone where there is no namespace. */
  readonly path: string
  readonly staged: boolean
}

/** `namespace/name` as it is shown, or the name alone where Goldmane records no namespace: as `-` or as nothing. */
export function withNamespace(namespace: string, name: string): string {
  return visibleText(hasNoNamespace(namespace) ? name : `${namespace}/${name}`)
}

/** The label of a hit or a trigger, taken as a policy whatever its place. */
export function labelOf(hit: PolicyHit): PolicyLabel {
  const { kind, namespace, name, tier } = hit
  return {
    kind,
    kindWords: kindWords(kind),
    namespace,
    name,
    tier,
    path: withNamespace(namespace, name),
    staged: isStagedKind(kind),
  }
}

/** Whether two labels name the same policy. */
export function samePolicy(a: PolicyLabel, b: PolicyLabel): boolean {
  return a.kind === b.kind && a.namespace === b.namespace && a.name === b.name && a.tier === b.tier
}

/**
 * The policy that an end of tier names; null for other hits, and when the record names none. Older records have the
 * policy itself with the index −1 instead of a trigger.
 */
export function triggerOf(hit: PolicyHit): PolicyLabel | null {
  if (placeOf(hit) !== 'end of tier') return null
  if (hit.trigger !== null) return labelOf(hit.trigger)
  return hit.kind === 'EndOfTier' || hit.name === '' ? null : labelOf(hit)
}

/** The policy or profile whose rule a hit is; null for an end of tier. */
export function policyOf(hit: PolicyHit): PolicyLabel | null {
  return placeOf(hit) === 'end of tier' ? null : labelOf(hit)
}
