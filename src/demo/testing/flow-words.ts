/** For tests: flows and their traces as lines that can be read and compared. */
import type { Flow, FlowKey, PolicyHit } from '../../flows/flow.ts'

/** `default/09-frontend-egress-to-backend rule 0 Allow`, `end of default (default-deny) Deny`. */
export function hitWords(hits: readonly PolicyHit[]): string {
  if (hits.length === 0) return 'not computed'
  return hits
    .map(({ kind, namespace, name, tier, action, policyIndex, ruleIndex, trigger }, position) => {
      const place = policyIndex === position ? '' : ` at ${policyIndex}`
      if (trigger !== null)
        return `end of ${tier} (${policyName(trigger)} ${trigger.action}) rule ${ruleIndex} ${action}${place}`
      return `${policyName({ kind, namespace, name, tier })} rule ${ruleIndex} ${action}${place}`
    })
    .join(', ')
}

function policyName({
  kind,
  namespace,
  name,
  tier,
}: Pick<PolicyHit, 'kind' | 'namespace' | 'name' | 'tier'>) {
  return [kind, tier, namespace, name].filter((part) => part !== '').join('/')
}

/** Both ends, protocol and port, as `default/test to backend/api-7c5d9f4b66-* tcp 80`. */
export function conversationWords(key: FlowKey): string {
  const { sourceNamespace, sourceName, destNamespace, destName, proto, destPort } = key
  return `${sourceNamespace}/${sourceName} to ${destNamespace}/${destName} ${proto} ${destPort}`
}

/** A key with its verdict and both traces, in one line. */
export function keyWords(key: FlowKey): string {
  const { enforced, pending } = key.policies
  const service = `${key.destServiceNamespace}/${key.destServiceName}:${key.destServicePortName}:${key.destServicePort}`
  const traces = `${hitWords(enforced)} | pending ${hitWords(pending)}`
  return `${conversationWords(key)} ${key.reporter} ${key.action} (${service}) | ${traces}`
}

/** A flow as JSON whose members are sorted, so that the order in which code names them does not count. */
export function flowText(flow: Flow): string {
  return JSON.stringify(flow, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
