/**
 * What makes two flows alike: the same key, pair, conversation, signature, group or denial. Each idea is one list of the fields
 * of a {@link FlowKey}, and two flows are alike when these fields are equal. The columns of the store compare the same
 * fields code by code; server/cli/identity.test.ts holds the store, the terminal and the test oracle to this file.
 *
 * The functions that end in `Identity` return a text that two keys share exactly when they are alike. It is for maps
 * and sets of one program run, not for links or files.
 */
import type { FlowKey, PolicyHit } from './flow.ts'
import { decidingHit, inOrder } from './hit.ts'
import { workloadOf } from './spelling.ts'

type KeyField = Exclude<keyof FlowKey, 'policies'>
export type ConversationField = (typeof CONVERSATION_FIELDS)[number]
export type SignatureField = (typeof SIGNATURE_FIELDS)[number]

/**
 * Everything that Goldmane tells keys apart by, but for the trace, which is field 15. In the order of the field numbers of
 * goldmane.FlowKey, 1 to 14 (proto/goldmane/api.proto).
 */
export const KEY_FIELDS = [
  'sourceName',
  'sourceNamespace',
  'sourceType',
  'destName',
  'destNamespace',
  'destType',
  'destPort',
  'destServiceName',
  'destServiceNamespace',
  'destServicePortName',
  'destServicePort',
  'proto',
  'reporter',
  'action',
] as const satisfies readonly KeyField[]

/** A pair: source → destination, whatever was asked for and whatever the verdict. */
const PAIR_FIELDS = [
  'sourceNamespace',
  'sourceName',
  'destNamespace',
  'destName',
] as const satisfies readonly KeyField[]

/**
 * A conversation: a pair, protocol and port; both reporters' flows belong to it. The service is not compared, because
 * only the node that translated the address knows it (felix/collector/collector.go:684-691), and neither are the types
 * of the ends, which some capture formats do not record.
 */
export const CONVERSATION_FIELDS = [
  ...PAIR_FIELDS,
  'proto',
  'destPort',
] as const satisfies readonly KeyField[]

/**
 * A signature: one way of being allowed or denied. Besides these fields the decision has to be the same
 * ({@link decisionIdentity}). The ids of signatures in links are hashes over these fields in this order.
 */
export const SIGNATURE_FIELDS = [
  'sourceName',
  'sourceNamespace',
  'sourceType',
  'destName',
  'destNamespace',
  'destType',
  'destPort',
  'proto',
  'reporter',
  'action',
] as const satisfies readonly KeyField[]

/**
 * A group: a signature without its port and protocol, and with the workload in place of each end's name
 * ({@link workloadOf}). The ids of groups in links are hashes over these fields in this order.
 */
export const GROUP_FIELDS = [
  'sourceName',
  'sourceNamespace',
  'sourceType',
  'destName',
  'destNamespace',
  'destType',
  'reporter',
  'action',
] as const satisfies readonly KeyField[]

function textOf<Field extends KeyField>(
  key: Pick<FlowKey, Field>,
  fields: readonly Field[],
  ...more: readonly unknown[]
): string {
  return JSON.stringify([...fields.map((field) => key[field]), ...more])
}

/** The key with the workload in place of each end's name. */
function byWorkload(key: FlowKey): FlowKey {
  return { ...key, sourceName: workloadOf(key.sourceName), destName: workloadOf(key.destName) }
}

function hitValues(hit: PolicyHit): readonly unknown[] {
  const { kind, namespace, name, tier, action, policyIndex, ruleIndex, trigger } = hit
  return [kind, namespace, name, tier, action, policyIndex, ruleIndex, trigger && hitValues(trigger)]
}

/** The same key: every field and both traces. A trace whose hits are listed in another order is the same trace. */
export function keyIdentity(key: FlowKey): string {
  const { enforced, pending } = key.policies
  return textOf(key, KEY_FIELDS, inOrder(enforced).map(hitValues), inOrder(pending).map(hitValues))
}

/** The same pair of source and destination. */
export function pairIdentity(key: Pick<FlowKey, (typeof PAIR_FIELDS)[number]>): string {
  return textOf(key, PAIR_FIELDS)
}

/** The same conversation: pair, protocol and port. */
export function conversationIdentity(key: FlowKey): string {
  return textOf(key, CONVERSATION_FIELDS)
}

/** The same conversation by workload: as {@link conversationIdentity}, whichever rollout the pods are of. */
export function workloadConversationIdentity(key: FlowKey): string {
  return textOf(byWorkload(key), CONVERSATION_FIELDS)
}

/** As {@link conversationIdentity}, for two keys. */
export function isSameConversation(a: FlowKey, b: FlowKey): boolean {
  return CONVERSATION_FIELDS.every((field) => a[field] === b[field])
}

/**
 * The same decision: the rule, or the end of a tier with the policy that triggered it, and its action. The position of
 * the hit in the trace does not count, because a staged policy that is evaluated earlier moves it and decides nothing.
 * The empty text for a trace without hits.
 */
export function decisionIdentity(hits: readonly PolicyHit[]): string {
  const hit = decidingHit(hits)
  if (hit === undefined) return ''
  const { kind, tier, namespace, name, action, ruleIndex, trigger } = hit
  const triggeredBy = trigger === null ? [] : [trigger.kind, trigger.namespace, trigger.name]
  return JSON.stringify([kind, tier, namespace, name, action, ruleIndex, ...triggeredBy])
}

/** The same signature: its fields and the decision. */
export function signatureIdentity(key: FlowKey): string {
  return textOf(key, SIGNATURE_FIELDS, decisionIdentity(key.policies.enforced))
}

/** The same group: its fields, with workloads for names, and the decision. */
export function groupIdentity(key: FlowKey): string {
  return textOf(byWorkload(key), GROUP_FIELDS, decisionIdentity(key.policies.enforced))
}

/** Whether both were denied, and by the same decision, whoever talked to whom. */
export function isSameDenial(a: FlowKey, b: FlowKey): boolean {
  return (
    a.action === 'Deny' &&
    b.action === 'Deny' &&
    decisionIdentity(a.policies.enforced) === decisionIdentity(b.policies.enforced)
  )
}
