import type { FlowKey, PolicyHit } from '../flows/flow.ts'
import { inOrder } from '../flows/hit.ts'

/**
 * A text that two keys share exactly when they are the same key: every field, the trace included, whatever the order
 * of the properties. Hits count in their order of evaluation, so a shuffled trace is the same trace.
 */
export function identityOf(key: FlowKey): string {
  return JSON.stringify([
    key.sourceName,
    key.sourceNamespace,
    key.sourceType,
    key.destName,
    key.destNamespace,
    key.destType,
    key.destPort,
    key.destServiceName,
    key.destServiceNamespace,
    key.destServicePortName,
    key.destServicePort,
    key.proto,
    key.reporter,
    key.action,
    inOrder(key.policies.enforced).map(hitIdentity),
    inOrder(key.policies.pending).map(hitIdentity),
  ])
}

function hitIdentity(hit: PolicyHit): readonly unknown[] {
  return [
    hit.kind,
    hit.namespace,
    hit.name,
    hit.tier,
    hit.action,
    hit.policyIndex,
    hit.ruleIndex,
    hit.trigger === null ? null : hitIdentity(hit.trigger),
  ]
}
