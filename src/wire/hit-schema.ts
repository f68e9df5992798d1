/** Checks of what JSON of the gateway's has of hits. */
import * as z from 'zod/mini'

import { ACTIONS, POLICY_KINDS } from '../flows/flow.ts'

export const timeSchema = z.number().check(z.nonnegative())
const name = z.string().check(z.maxLength(1000))

/** An enum's name, or `Unknown(…)`. */
export function nameIn<const Names extends readonly string[]>(names: Names) {
  return z.union([z.enum(names), z.templateLiteral(['Unknown(', z.string(), ')'])])
}

const hitMembers = {
  kind: nameIn(POLICY_KINDS),
  namespace: name,
  name,
  tier: name,
  action: nameIn(ACTIONS),
  policyIndex: z.int(),
  ruleIndex: z.int(),
}
/** A trigger has none of its own. */
const triggerSchema = z.pipe(
  z.object(hitMembers),
  z.transform((hit) => ({ ...hit, trigger: null })),
)

export const hitSchema = z.object({ ...hitMembers, trigger: z.nullable(triggerSchema) })
