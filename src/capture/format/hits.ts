/** Reads policy hits from JSON. Whisker's and Goldmane's spellings differ only in the names of the two indexes. */
import { ACTIONS, POLICY_KINDS, type PolicyHit } from '../../flows/flow.ts'
import { inOrder } from '../../flows/hit.ts'
import { enumOf, FieldError, isObject, positionOf, textOf } from './json-fields.ts'

/** Upstream a trigger has no trigger of its own. A longer chain than this is refused, so that recursion is bounded. */
const MAX_TRIGGER_DEPTH = 4

function hitOf(value: unknown, field: string, depth: number): PolicyHit {
  if (!isObject(value)) throw new FieldError(field, value, 'a policy hit')
  if (depth > MAX_TRIGGER_DEPTH) throw new FieldError(field, '…', 'the last of its chain')
  try {
    const { trigger } = value
    return {
      kind: enumOf(POLICY_KINDS, value.kind, 'kind'),
      namespace: textOf(value.namespace, 'namespace'),
      name: textOf(value.name, 'name'),
      tier: textOf(value.tier, 'tier'),
      action: enumOf(ACTIONS, value.action, 'action'),
      policyIndex: positionOf(value.policyIndex ?? value.policy_index, 'policy_index', 0),
      // Protojson omits zeros: a missing position is the first rule, never an end of tier, whose −1 is always there.
      ruleIndex: positionOf(value.ruleIndex ?? value.rule_index, 'rule_index', -2),
      trigger: trigger === undefined || trigger === null ? null : hitOf(trigger, 'trigger', depth + 1),
    }
  } catch (error) {
    throw error instanceof FieldError ? error.inside(field) : error
  }
}

/** The hits of one list, in order of evaluation. Go writes an empty list as null, protojson omits it. */
export function hitsOf(value: unknown, field: string): readonly PolicyHit[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new FieldError(field, value, 'a list of policy hits')
  return inOrder(value.map((hit) => hitOf(hit, field, 0)))
}
