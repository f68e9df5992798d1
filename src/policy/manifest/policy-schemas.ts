/**
 * The fields of the kinds that hold rules, and of Calico's other kinds, in our own words: from the CRDs in
 * projectcalico/calico, api/config/crd and libcalico-go/config/crd, at 87c15906f20c.
 */
import {
  ANYTHING,
  BOOLEAN,
  LABELS,
  listOf,
  NUMBER,
  NUMBER_OR_TEXT,
  objectOf,
  openObject,
  type Schema,
  TEXT,
} from './object-schema.ts'

const MAX_SELECTOR = 1024
const MAX_RULES = 1024
const MAX_NETS = 256
const MAX_PORTS = 50

const SELECTOR: Schema = { is: 'text', maxLength: MAX_SELECTOR }
const NAME: Schema = { is: 'text', maxLength: 253 }
const TYPES = listOf({ is: 'text', oneOf: ['Ingress', 'Egress'] }, 2)
const STAGED_ACTION: Schema = { is: 'text', oneOf: ['Set', 'Delete', 'Learn', 'Ignore'] }
const ICMP = objectOf({
  type: { is: 'number', isInteger: true, from: 0, to: 254 },
  code: { is: 'number', isInteger: true, from: 0, to: 255 },
})

const END = objectOf({
  nets: listOf(TEXT, MAX_NETS),
  notNets: listOf(TEXT, MAX_NETS),
  selector: SELECTOR,
  namespaceSelector: SELECTOR,
  notSelector: SELECTOR,
  services: objectOf({ name: NAME, namespace: NAME }),
  ports: listOf(NUMBER_OR_TEXT, MAX_PORTS),
  notPorts: listOf(NUMBER_OR_TEXT, MAX_PORTS),
  serviceAccounts: objectOf({ names: listOf(TEXT), selector: SELECTOR }),
})

const RULE = objectOf(
  {
    action: { is: 'text', oneOf: ['Allow', 'Deny', 'Log', 'Pass'] },
    ipVersion: { is: 'number', isInteger: true, from: 4, to: 6 },
    protocol: NUMBER_OR_TEXT,
    notProtocol: NUMBER_OR_TEXT,
    icmp: ICMP,
    notICMP: ICMP,
    source: END,
    destination: END,
    http: objectOf({ methods: listOf(TEXT, 20), paths: listOf(objectOf({ exact: TEXT, prefix: TEXT }), 20) }),
    metadata: objectOf({ annotations: LABELS }),
  },
  'action',
)
const RULES = listOf(RULE, MAX_RULES)

const NAMESPACED_SPEC = {
  tier: TEXT,
  order: NUMBER,
  ingress: RULES,
  egress: RULES,
  selector: SELECTOR,
  types: TYPES,
  serviceAccountSelector: SELECTOR,
  performanceHints: listOf(TEXT),
}
const GLOBAL_SPEC = {
  ...NAMESPACED_SPEC,
  namespaceSelector: SELECTOR,
  doNotTrack: BOOLEAN,
  preDNAT: BOOLEAN,
  applyOnForward: BOOLEAN,
}

const LABEL_SELECTOR = objectOf({
  matchLabels: LABELS,
  matchExpressions: listOf(objectOf({ key: TEXT, operator: TEXT, values: listOf(TEXT) }, 'key', 'operator')),
})
const KUBERNETES_PEER = objectOf({
  podSelector: LABEL_SELECTOR,
  namespaceSelector: LABEL_SELECTOR,
  ipBlock: objectOf({ cidr: TEXT, except: listOf(TEXT) }),
})
const KUBERNETES_PORT = objectOf({
  protocol: TEXT,
  port: NUMBER_OR_TEXT,
  endPort: { is: 'number', isInteger: true },
})
const KUBERNETES_SPEC = {
  podSelector: LABEL_SELECTOR,
  ingress: listOf(objectOf({ from: listOf(KUBERNETES_PEER), ports: listOf(KUBERNETES_PORT) })),
  egress: listOf(objectOf({ to: listOf(KUBERNETES_PEER), ports: listOf(KUBERNETES_PORT) })),
  policyTypes: TYPES,
}

const PODS = objectOf({ namespaceSelector: LABEL_SELECTOR, podSelector: LABEL_SELECTOR })
const CLUSTER_PORT = objectOf({
  destinationPort: objectOf({
    number: { is: 'number', isInteger: true },
    range: objectOf({ start: { is: 'number', isInteger: true }, end: { is: 'number', isInteger: true } }),
  }),
})
const CLUSTER_PEER = {
  namespaces: LABEL_SELECTOR,
  pods: PODS,
}
const CLUSTER_RULE = {
  name: TEXT,
  action: TEXT,
  protocols: listOf(
    objectOf({ tcp: CLUSTER_PORT, udp: CLUSTER_PORT, sctp: CLUSTER_PORT, destinationNamedPort: TEXT }),
  ),
}
const CLUSTER_SPEC = objectOf(
  {
    tier: { is: 'text', oneOf: ['Admin', 'Baseline'] },
    priority: { is: 'number', isInteger: true, from: 0, to: 1000 },
    subject: objectOf({ namespaces: LABEL_SELECTOR, pods: PODS }),
    ingress: listOf(objectOf({ ...CLUSTER_RULE, from: listOf(objectOf(CLUSTER_PEER)) }, 'action')),
    egress: listOf(
      objectOf(
        { ...CLUSTER_RULE, to: listOf(objectOf({ ...CLUSTER_PEER, networks: listOf(TEXT) })) },
        'action',
      ),
    ),
  },
  'tier',
  'priority',
  'subject',
)

function objectWith(spec: Schema): Schema {
  return objectOf({ apiVersion: TEXT, kind: TEXT, metadata: METADATA, spec, status: ANYTHING }, 'metadata')
}

export const METADATA = openObject({
  name: TEXT,
  generateName: TEXT,
  namespace: TEXT,
  labels: LABELS,
  annotations: LABELS,
})

export const POLICY_SCHEMAS = {
  namespaced: objectWith(objectOf(NAMESPACED_SPEC)),
  global: objectWith(objectOf(GLOBAL_SPEC)),
  stagedNamespaced: objectWith(objectOf({ ...NAMESPACED_SPEC, stagedAction: STAGED_ACTION })),
  stagedGlobal: objectWith(objectOf({ ...GLOBAL_SPEC, stagedAction: STAGED_ACTION })),
  kubernetes: objectWith(objectOf(KUBERNETES_SPEC)),
  stagedKubernetes: objectWith(objectOf({ ...KUBERNETES_SPEC, stagedAction: STAGED_ACTION })),
  cluster: objectWith(CLUSTER_SPEC),
} satisfies Record<string, Schema>

export const TIER_SCHEMA = objectWith(
  objectOf({ order: NUMBER, defaultAction: { is: 'text', oneOf: ['Pass', 'Deny'] } }),
)
export const NETWORK_SET_SCHEMA = objectWith(objectOf({ nets: listOf(TEXT) }))
export const HOST_ENDPOINT_SCHEMA = objectWith(
  objectOf({
    node: TEXT,
    interfaceName: TEXT,
    expectedIPs: listOf(TEXT),
    profiles: listOf(TEXT),
    ports: listOf(
      objectOf({ name: TEXT, protocol: NUMBER_OR_TEXT, port: NUMBER }, 'name', 'protocol', 'port'),
    ),
    qosControls: ANYTHING,
  }),
)
export const PROFILE_SCHEMA = objectWith(objectOf({ ingress: RULES, egress: RULES, labelsToApply: LABELS }))
