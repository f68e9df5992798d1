/** Prints a hit of a trace with the place of its rule. */
import type { PolicyHit } from '../../../src/flows/flow.ts'
import { isEndOfTier, namedPolicy } from '../../../src/flows/hit.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import type { Direction } from '../../../src/policy/evaluate/connection.ts'
import { linkHit } from '../../../src/policy/evaluate/link-hit.ts'
import type { Place } from '../../../src/policy/manifest/place.ts'
import type { Manifests } from '../../../src/policy/manifest/resources.ts'

function nameOf({ kind, namespace, name }: PolicyHit): string {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`
}

/** As `Allow GlobalNetworkPolicy web rule 0  (web.yaml:10)`. */
export function hitText(hit: PolicyHit, direction: Direction, manifests: Manifests): string {
  const place = isEndOfTier(hit) ? null : placeOfHit(hit, direction, manifests)
  const where = place === null ? '' : `  (${place.file}:${place.line})`
  return visibleText(`${hitWords(hit)}${where}`)
}

/** As `Allow GlobalNetworkPolicy web rule 0`. */
export function hitWords(hit: PolicyHit): string {
  const { kind, name, tier, action, ruleIndex } = hit
  if (isEndOfTier(hit)) return `${action} end of tier ${tier}, for ${nameOf(namedPolicy(hit))}`
  return kind === 'Profile' ? `${action} profile ${name}` : `${action} ${nameOf(hit)} rule ${ruleIndex}`
}

/** Of the rule, or of the policy that is named for the end of a tier; null where it is not among the manifests. */
export function placeOfHit(hit: PolicyHit, direction: Direction, manifests: Manifests): Place | null {
  const linked = linkHit(hit, direction, manifests)
  return linked.is === 'linked' ? (linked.rule?.place ?? linked.policy.place) : null
}
