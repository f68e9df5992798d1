/** What makes two flows alike. */
import type { PolicyHit } from './flow.ts'
import { decidingHit } from './hit.ts'

/**
 * What names the decision, as a text. Not the hit's place in the trace: a staged policy that is evaluated earlier moves
 * it and decides nothing.
 */
export function decisionOf(hits: readonly PolicyHit[]): string {
  const hit = decidingHit(hits)
  if (hit === undefined) return ''
  const { trigger } = hit
  const by = trigger === null ? [] : [trigger.kind, trigger.namespace, trigger.name]
  return JSON.stringify([hit.kind, hit.tier, hit.namespace, hit.name, hit.action, hit.ruleIndex, ...by])
}
