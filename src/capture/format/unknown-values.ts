import { type Flow, isUnknown, type PolicyHit, type PolicyTrace } from '../../flows/flow.ts'

function unknownInHit(hit: PolicyHit): number {
  const here = Number(isUnknown(hit.kind)) + Number(isUnknown(hit.action))
  return hit.trigger === null ? here : here + unknownInHit(hit.trigger)
}

/** How many enum values of a trace's hits, triggers included, are `Unknown(…)`. */
export function unknownInTrace({ enforced, pending }: PolicyTrace): number {
  return [...enforced, ...pending].reduce((sum, hit) => sum + unknownInHit(hit), 0)
}

/** How many of a flow's enum values are `Unknown(…)`: outside the enums that we know. */
export function unknownIn({ key }: Flow): number {
  const enums = [key.action, key.reporter, key.sourceType, key.destType]
  return enums.filter(isUnknown).length + unknownInTrace(key.policies)
}
