/** Policy hits as JSON. Whisker and all of Goldmane's spellings differ only in the names of the two positions. */
import { ACTIONS, POLICY_KINDS, type PolicyHit } from '../flows/flow.ts'
import { inOrder } from '../flows/hit.ts'
import { enumOf, FieldError, fromDigits, isObject, positionOf, textOf } from './fields.ts'

/** A trigger has no trigger of its own upstream; a few more are read, a chain of them is not. */
const DEEPEST_TRIGGER = 4

function hitOf(value: unknown, field: string, depth: number): PolicyHit {
  if (!isObject(value)) throw new FieldError(field, value, 'a policy hit')
  const { trigger } = value
  if (depth > DEEPEST_TRIGGER) throw new FieldError(`${field}.trigger`, '…', 'the last of its chain')
  return {
    kind: enumOf(POLICY_KINDS, value.kind, `${field}.kind`),
    namespace: textOf(value.namespace, `${field}.namespace`),
    name: textOf(value.name, `${field}.name`),
    tier: textOf(value.tier, `${field}.tier`),
    action: enumOf(ACTIONS, value.action, `${field}.action`),
    policyIndex: positionOf(fromDigits(value.policyIndex ?? value.policy_index), `${field}.policy_index`, 0),
    // Protojson omits zeros: a missing position is the first rule, never the end of a tier, whose −1 is always there.
    ruleIndex: positionOf(fromDigits(value.ruleIndex ?? value.rule_index), `${field}.rule_index`, -2),
    trigger: trigger === undefined || trigger === null ? null : hitOf(trigger, `${field}.trigger`, depth + 1),
  }
}

/** The hits of one list, in order of evaluation. Go writes an empty list as null, protojson omits it. */
export function hitsOf(value: unknown, field: string): readonly PolicyHit[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new FieldError(field, value, 'a list of policy hits')
  return inOrder(value.map((hit) => hitOf(hit, field, 0)))
}
