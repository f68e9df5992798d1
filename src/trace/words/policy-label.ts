/** Which policy a hit names, and how it is written: the rule's own policy, or the trigger of an end of tier. */
import type { PolicyHit, PolicyKind } from '../../flows/flow.ts'
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
  /** `namespace/name`, or the name alone where there is no namespace. */
  readonly path: string
  /**
   * The object's name if an older Calico wrote the record, which put the tier before it (`default.x`,
   * `knp.default.x`). Null when the name has no such prefix. A possibility, not a fact: an object may have that name.
   */
  readonly plainName: string | null
  readonly staged: boolean
}

/** `namespace/name`, or the name alone where Goldmane records no namespace: as `-` or as the empty text. */
export function withNamespace(namespace: string, name: string): string {
  return namespace === '' || namespace === '-' ? name : `${namespace}/${name}`
}

/** A policy's name without the prefix that older versions of Calico put before it; null where there is none. */
function withoutTierPrefix({ kind, name, tier }: PolicyHit): string | null {
  if (kind === 'Profile') return null
  const prefixes = [
    `${tier}.`,
    'knp.default.',
    'kcnp.adminnetworkpolicy.',
    'kcnp.baselineadminnetworkpolicy.',
  ]
  const prefix = prefixes.find((text) => text !== '.' && name.startsWith(text) && name.length > text.length)
  return prefix === undefined ? null : name.slice(prefix.length)
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
    plainName: withoutTierPrefix(hit),
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
