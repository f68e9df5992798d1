/** For tests: manifests of Kubernetes' policies, without faults. */
import fc from 'fast-check'

const key = fc.constantFrom('app', 'a.b/c', 'kubernetes.io/metadata.name')
const value = fc.constantFrom('', 'web', 'x.y')
const expression = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom('In', 'NotIn'),
    values: fc.array(value, { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ key, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
)
const labelSelector = fc.record(
  { matchLabels: fc.dictionary(key, value), matchExpressions: fc.array(expression, { maxLength: 2 }) },
  { requiredKeys: [] },
)

const range = fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '192.0.2.1/32')
const peer = fc.oneof(
  fc.record({ podSelector: labelSelector }),
  fc.record({ namespaceSelector: labelSelector }),
  fc.record({ podSelector: labelSelector, namespaceSelector: labelSelector }),
  fc.record({ ipBlock: fc.record({ cidr: range, except: fc.array(range, { maxLength: 2 }) }) }),
)
const protocol = fc.constantFrom('TCP', 'UDP', 'SCTP')
const number = fc.integer({ min: 79, max: 84 })
const port = fc.oneof(
  fc.record({ protocol, port: fc.oneof(number, fc.constantFrom('web', 'dns')) }, { requiredKeys: [] }),
  fc.record({ protocol, port: number, endPort: fc.integer({ min: 84, max: 90 }) }),
)
const types = fc.constantFrom<string[][]>(['Ingress'], ['Egress'], ['Ingress', 'Egress'])

function rules(peers: string) {
  return fc.array(
    fc.record(
      { [peers]: fc.array(peer, { maxLength: 3 }), ports: fc.array(port, { maxLength: 4 }) },
      { requiredKeys: [] },
    ),
    { maxLength: 2 },
  )
}

const networkPolicy = fc
  .record({ podSelector: labelSelector, policyTypes: types, ingress: rules('from'), egress: rules('to') })
  .map((spec) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p', namespace: 'ns' },
    spec,
  }))

const pods = fc.record({ podSelector: labelSelector, namespaceSelector: labelSelector })
const endpoints = fc.oneof(fc.record({ namespaces: labelSelector }), fc.record({ pods }))
const networks = fc.record({ networks: fc.array(range, { minLength: 1, maxLength: 2 }) })
const destinationPort = fc.oneof(
  fc.record({ number }),
  fc.record({ range: fc.record({ start: number, end: fc.integer({ min: 84, max: 90 }) }) }),
)
const clusterProtocol = fc.oneof(
  ...['tcp', 'udp', 'sctp'].map((name) =>
    fc.record({ [name]: fc.record({ destinationPort }, { requiredKeys: [] }) }),
  ),
  fc.record({ destinationNamedPort: fc.constantFrom('web', 'dns') }),
)

function clusterRules(peers: string, peerOf: fc.Arbitrary<unknown>) {
  return fc.array(
    fc.record(
      {
        action: fc.constantFrom('Accept', 'Deny', 'Pass'),
        [peers]: fc.array(peerOf, { minLength: 1, maxLength: 2 }),
        protocols: fc.array(clusterProtocol, { maxLength: 3 }),
      },
      { requiredKeys: ['action', peers] },
    ),
    { maxLength: 2 },
  )
}

const clusterPolicy = fc
  .record({
    tier: fc.constantFrom('Admin', 'Baseline'),
    priority: fc.nat(1000),
    subject: endpoints,
    ingress: clusterRules('from', endpoints),
    egress: clusterRules('to', fc.oneof(endpoints, networks)),
  })
  .map((spec) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name: 'p' },
    spec,
  }))

/** An object that JSON.stringify makes a manifest of. */
export const anyKubernetesPolicyObject = fc.oneof(networkPolicy, clusterPolicy)
