/** For tests: documents of the story, and of other kinds, with random damage. */
import fc from 'fast-check'
import { STORY_FILES } from './story-files.ts'

/** Kinds that the story has not. */
const OTHER_DOCUMENTS = [
  `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: p }
spec:
  tier: Admin
  priority: 7
  subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { a: b } } } }
  egress:
    - action: Deny
      to: [{ networks: [10.0.0.0/8, "::/0"] }, { namespaces: {} }]
      protocols: [{ tcp: { destinationPort: { range: { start: 80, end: 90 } } } }, { destinationNamedPort: web }]
`,
  `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: ns }
spec:
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: robot
      containers:
        - ports: [{ name: http, containerPort: 8080, protocol: TCP }]
`,
  `apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Pod, metadata: { name: a, generateName: a- }, spec: {}, status: { podIPs: [{ ip: 10.0.0.1 }] } }
  - { apiVersion: v1, kind: Service, metadata: { name: s }, spec: { selector: { app: web }, ports: [{ port: 80, targetPort: http }] } }
  - { apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: e }, endpoints: [{ addresses: [10.0.0.1] }], ports: [{ port: 80 }] }
  - { apiVersion: v1, kind: Endpoints, metadata: { name: e }, subsets: [{ addresses: [{ ip: 10.0.0.1 }], ports: [{ port: 80 }] }] }
`,
  `apiVersion: crd.projectcalico.org/v1
kind: HostEndpoint
metadata: { name: h, annotations: { projectcalico.org/metadata: '{"labels":{"a":"b"}}' } }
spec: { node: n, expectedIPs: [10.0.0.1], profiles: [p], ports: [{ name: x, protocol: TCP, port: 80 }] }
`,
  `apiVersion: projectcalico.org/v3
kind: StagedNetworkPolicy
metadata: { name: p, namespace: ns }
spec:
  stagedAction: Set
  ingress:
    - action: Pass
      protocol: ICMP
      icmp: { type: 8, code: 0 }
      ipVersion: 4
      source: { serviceAccounts: { names: [a], selector: has(b) }, notNets: [10.0.0.0/8] }
      destination: { notSelector: all(), namespaceSelector: global() }
    - { action: Allow, source: { services: { name: s, namespace: n } }, http: { methods: [GET] } }
`,
]
const DOCUMENTS = [
  ...STORY_FILES.flatMap(({ text }) => text.split(/^---\n/m).map((one) => one.slice(0, 1500))),
  ...OTHER_DOCUMENTS,
]

const snippet = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    ':',
    ': ',
    '- ',
    '&a ',
    '*a',
    '<<: ',
    '|\n',
    '>',
    '#',
    '!',
    '%',
    '@',
    '\t',
  ),
  fc.constantFrom(
    'null',
    '~',
    '{}',
    '[]',
    '-1',
    '1e99',
    '.nan',
    '.inf',
    '0x7f',
    'true',
    'global()',
    '65536',
    '\uFEFF',
    '\0',
  ),
  fc.constantFrom(
    '? ',
    '!!binary ',
    '!!str 1',
    '__proto__: 1\n',
    'constructor: {}\n',
    '\r',
    '\r\n',
    '\n',
    '\n\n  ',
    '\uD800',
  ),
  fc.constantFrom(
    'a: b\n',
    '- a\n',
    '  ',
    ' ',
    ', ',
    ' # a',
    '\n# a\n',
    '\\',
    "''",
    'a:',
    '1.',
    '+1',
    '1_0',
    '::/0',
    '80:90',
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
)
const mutation = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(12), snippet)

export const damagedDocument = fc
  .tuple(fc.constantFrom(...DOCUMENTS), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) =>
    mutations.reduce((current, [where, length, inserted]) => {
      const at = Math.floor(where * current.length)
      return current.slice(0, at) + inserted + current.slice(at + length)
    }, text),
  )
