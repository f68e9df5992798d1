/** Builders of test data: complete flows from the few values that a test is about. */
import type { Flow, FlowKey, PolicyHit } from '../flow.ts'

/** A GlobalNetworkPolicy's rule 1 in tier default that allows, unless said otherwise. */
export function buildHit(hit: Partial<PolicyHit> = {}): PolicyHit {
  return {
    kind: 'GlobalNetworkPolicy',
    namespace: '',
    name: 'allow-all',
    tier: 'default',
    action: 'Allow',
    policyIndex: 0,
    ruleIndex: 0,
    trigger: null,
    ...hit,
  }
}

/** The end of tier default that denies, triggered by the GlobalNetworkPolicy of the given name. */
export function buildEndOfTier(triggerName: string, hit: Partial<PolicyHit> = {}): PolicyHit {
  return buildHit({
    kind: 'EndOfTier',
    name: '',
    action: 'Deny',
    ruleIndex: -1,
    trigger: buildHit({ name: triggerName, action: 'ActionUnspecified', tier: hit.tier ?? 'default' }),
    ...hit,
  })
}

/** frontend/web-* to backend/api-*, tcp 80, allowed, as the source reports it, unless said otherwise. */
export function buildKey(key: Partial<FlowKey> = {}): FlowKey {
  const trace = key.action === 'Deny' ? [buildEndOfTier('default-deny')] : [buildHit()]
  return {
    sourceName: 'web-*',
    sourceNamespace: 'frontend',
    sourceType: 'WorkloadEndpoint',
    destName: 'api-*',
    destNamespace: 'backend',
    destType: 'WorkloadEndpoint',
    destPort: 80,
    destServiceName: 'api',
    destServiceNamespace: 'backend',
    destServicePortName: 'http',
    destServicePort: 80,
    proto: 'tcp',
    reporter: 'Src',
    action: 'Allow',
    policies: { enforced: trace, pending: trace },
    ...key,
  }
}

/** One record of {@link buildKey}: `key` overrides members of the key, `flow` the others. */
export function buildFlow(key: Partial<FlowKey> = {}, flow: Partial<Omit<Flow, 'key'>> = {}): Flow {
  return {
    key: buildKey(key),
    sourceLabels: ['app=web'],
    destLabels: ['app=api'],
    startTime: 1_790_000_010,
    endTime: 1_790_000_025,
    packetsIn: 6,
    packetsOut: 8,
    bytesIn: 600,
    bytesOut: 800,
    numConnectionsStarted: 2,
    numConnectionsCompleted: 1,
    numConnectionsLive: 1,
    ...flow,
  }
}
