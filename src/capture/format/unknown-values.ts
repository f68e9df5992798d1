import { type Flow, isUnknown, type PolicyHit } from '../../flows/flow.ts'

function unknownInHit(hit: PolicyHit): number {
  const here = Number(isUnknown(hit.kind)) + Number(isUnknown(hit.action))
  return hit.trigger === null ? here : here + unknownInHit(hit.trigger)
}

/** How many of a flow's enum values are `Unknown(…)`: outside the enums that we know. */
export function unknownIn({ key }: Flow): number {
  const words = [key.action, key.reporter, key.sourceType, key.destType].filter(isUnknown).length
  const hits = [...key.policies.enforced, ...key.policies.pending]
  return hits.reduce((sum, hit) => sum + unknownInHit(hit), words)
}
