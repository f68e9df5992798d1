/** A hit of a trace in words, and where its rule is written. */
import type { PolicyHit } from '../../flows/flow.ts'
import { isEndOfTier, namedPolicy, ruleNumberWords } from '../../flows/hit.ts'
import type { Place } from '../manifest/place.ts'
import type { Manifests } from '../manifest/resources.ts'
import type { Direction } from './connection.ts'
import { linkHit } from './link-hit.ts'

/** As `GlobalNetworkPolicy web` or `NetworkPolicy shop/web`. */
function nameOf({ kind, namespace, name }: PolicyHit): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
}

/** As `Allow GlobalNetworkPolicy web rule 1`, counted from 1. */
export function hitWords(hit: PolicyHit): string {
  const { kind, name, tier, action } = hit
  if (isEndOfTier(hit)) return `${action} end of tier ${tier}, for ${nameOf(namedPolicy(hit))}`
  return kind === 'Profile' ? `${action} profile ${name}` : `${action} ${nameOf(hit)} ${ruleNumberWords(hit)}`
}

/** Of the rule, or of the policy that is named for the end of a tier; null where it is not among the manifests. */
export function placeOfHit(hit: PolicyHit, direction: Direction, manifests: Manifests): Place | null {
  const linked = linkHit(hit, direction, manifests)
  return linked.is === 'linked' ? (linked.rule?.place ?? linked.policy.place) : null
}
