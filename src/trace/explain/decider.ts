/** The deciding hit named in passing, after "allowed by": without rule text or reasons. */
import type { PolicyHit } from '../../flows/flow.ts'
import { policyParts, tierParts } from '../words/phrases.ts'
import { type Parts, say } from '../words/statement.ts'
import { labelOf, placeOf, ruleWords, triggerOf } from '../words/calico-terms.ts'

/** `GlobalNetworkPolicy x rule 2`, `the end of tier default (trigger …)`, `profile kns.frontend (no policy applied)`. */
export function deciderParts(hit: PolicyHit): Parts {
  const place = placeOf(hit)
  if (place === 'rule') return say`${policyParts(labelOf(hit))} ${ruleWords(hit)}`
  if (place === 'profile') return policyParts(labelOf(hit))
  const trigger = triggerOf(hit)
  const named = trigger === null ? '' : say` (policy named: ${policyParts(trigger)})`
  return say`the end of ${tierParts(hit.tier)}${named}`
}
