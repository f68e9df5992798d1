import type { FlowKey, PolicyHit } from './flow.ts'
import { sameHit } from './hit.ts'

function sameHits(a: readonly PolicyHit[], b: readonly PolicyHit[]): boolean {
  return a.length === b.length && a.every((hit, i) => b[i] !== undefined && sameHit(hit, b[i]))
}

/** Whether two keys are the same flow: every field and both traces. */
export function sameKey(a: FlowKey, b: FlowKey): boolean {
  const { policies: tracesOfA, ...fieldsOfA } = a
  const { policies: tracesOfB, ...fieldsOfB } = b
  const names = Object.keys(fieldsOfA) as (keyof typeof fieldsOfA)[] // the keys of the object just made
  return (
    names.every((name) => fieldsOfA[name] === fieldsOfB[name]) &&
    sameHits(tracesOfA.enforced, tracesOfB.enforced) &&
    sameHits(tracesOfA.pending, tracesOfB.pending)
  )
}
