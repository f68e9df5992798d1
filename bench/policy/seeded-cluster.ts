/** A seeded cluster for the benchmark of policies: manifests as texts, and the flows between its workloads. */
import type { EndpointType, FlowKey, LabelledKey } from '../../src/flows/flow.ts'
import type { NamedText } from '../../src/policy/manifest/read-manifests.ts'
import { APPS, chooseSkewed, NAMESPACES, PORTS, randomFrom } from '../seeded.ts'

const WORKLOADS_PER_NAMESPACE = 50

interface Workload {
  readonly namespace: string
  readonly app: string
  readonly role: string
  readonly address: string
}

const ROLES = ['frontend', 'backend', 'database', 'job']

const WORKLOADS: readonly Workload[] = NAMESPACES.flatMap((namespace, n) =>
  Array.from({ length: WORKLOADS_PER_NAMESPACE }, (_, i) => ({
    namespace,
    app: APPS[(n * 7 + i) % APPS.length] ?? 'service-0',
    role: ROLES[i % ROLES.length] ?? 'job',
    address: `10.${n}.${i}.10`,
  })),
)

function document(apiVersion: string, kind: string, head: string, body: string): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n${head}\n${body}`
}

/** Namespaces, pods, tiers and network sets. */
export function clusterText(): NamedText {
  const namespaces = NAMESPACES.map((name, i) =>
    document('v1', 'Namespace', `  name: ${name}\n  labels: { team: t${i % 8}, stage: s${i % 3} }`, ''),
  )
  const pods = WORKLOADS.map(({ namespace, app, role, address }) =>
    document(
      'v1',
      'Pod',
      `  namespace: ${namespace}\n  name: ${app}-x\n  generateName: ${app}-\n  labels: { app: ${app}, role: ${role} }`,
      `spec:\n  containers:\n    - name: c\n      ports:\n        - { name: http, containerPort: 8080 }\nstatus: { podIP: ${address} }\n`,
    ),
  )
  const tiers = ['platform', 'security'].map((name, i) =>
    document(
      'projectcalico.org/v3',
      'Tier',
      `  name: ${name}`,
      `spec: { order: ${10 * (i + 1)}, defaultAction: Pass }\n`,
    ),
  )
  const sets = Array.from({ length: 10 }, (_, i) =>
    document(
      'projectcalico.org/v3',
      'GlobalNetworkSet',
      `  name: set-${i}\n  labels: { partner: p${i % 4} }`,
      `spec:\n  nets:\n    - 198.51.${i}.0/24\n`,
    ),
  )
  return { name: 'cluster.yaml', text: [...namespaces, ...pods, ...tiers, ...sets].join('---\n') }
}

/** Policies in the proportions of a large cluster: half of Kubernetes' own kind, one in ten global. */
export function policyTexts(count: number, seed = 1): readonly NamedText[] {
  const random = randomFrom(seed)
  return Array.from({ length: count }, (_, i) => ({ name: `policy-${i}.yaml`, text: policyText(i, random) }))
}

function policyText(i: number, random: () => number): string {
  const namespace = NAMESPACES[i % NAMESPACES.length] ?? 'kube-system'
  const own = WORKLOADS[(i * 13) % WORKLOADS.length]?.app ?? 'service-0'
  const peer = chooseSkewed(APPS, random)
  const port = chooseSkewed(PORTS, random)
  const head = `  namespace: ${namespace}\n  name: policy-${i}`
  if (i % 10 === 0) return globalPolicy(i, port)
  if (i % 10 < 6)
    return document(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      head,
      `spec:\n  podSelector:\n    matchLabels:\n      ${i % 3 === 0 ? `role: ${ROLES[i % 4]}` : `app: ${own}`}\n  policyTypes: [Ingress, Egress]\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              app: ${peer}\n        - namespaceSelector:\n            matchLabels:\n              team: t${i % 8}\n      ports:\n        - { port: ${port}, protocol: ${port === 53 ? 'UDP' : 'TCP'} }\n        - { port: http }\n  egress:\n    - to:\n        - ipBlock:\n            cidr: 10.0.0.0/8\n            except:\n              - 10.0.0.0/16\n`,
    )
  return document(
    'projectcalico.org/v3',
    i % 10 === 9 ? 'StagedNetworkPolicy' : 'NetworkPolicy',
    head,
    `spec:\n  tier: default\n  order: ${i}\n  selector: role == '${ROLES[i % 4]}' && app in {'${own}', '${peer}'}\n  types:\n    - Ingress\n    - Egress\n  ingress:\n    - action: Allow\n      protocol: TCP\n      source:\n        selector: app == '${peer}'\n        namespaceSelector: projectcalico.org/name == '${namespace}'\n      destination:\n        ports:\n          - ${port}\n    - action: Deny\n      source:\n        notSelector: has(app)\n  egress:\n    - action: Allow\n      protocol: TCP\n      destination:\n        selector: partner == 'p${i % 4}'\n        ports:\n          - 443\n`,
  )
}

function globalPolicy(i: number, port: number): string {
  const isPlatform = i % 20 === 0
  return document(
    'projectcalico.org/v3',
    'GlobalNetworkPolicy',
    `  name: ${isPlatform ? 'platform' : 'security'}-${i}`,
    `spec:\n  tier: ${isPlatform ? 'platform' : 'security'}\n  order: ${i}\n  namespaceSelector: team == 't${i % 8}'\n  types:\n    - Ingress\n    - Egress\n  ingress:\n    - action: Deny\n      source:\n        nets:\n          - 203.0.113.0/24\n    - action: Pass\n      source:\n        selector: role == 'frontend'\n  egress:\n    - action: Allow\n      protocol: UDP\n      destination:\n        selector: k8s-app == 'kube-dns' || app == 'service-3'\n        ports:\n          - 53\n    - action: Pass\n      protocol: TCP\n      destination:\n        ports:\n          - ${port}\n`,
  )
}

interface FlowEnd {
  readonly type: EndpointType
  readonly namespace: string
  readonly name: string
  readonly labels: readonly string[]
}

const PODS: readonly FlowEnd[] = WORKLOADS.map(({ namespace, app, role }) => ({
  type: 'WorkloadEndpoint',
  namespace,
  name: `${app}-*`,
  labels: [`app=${app}`, `role=${role}`, `projectcalico.org/namespace=${namespace}`],
}))

const OUTSIDE: readonly FlowEnd[] = [
  { type: 'Network', namespace: '-', name: 'pub', labels: [] },
  { type: 'Network', namespace: '-', name: 'pvt', labels: [] },
  { type: 'NetworkSet', namespace: '-', name: 'set-3', labels: ['partner=p3'] },
]

/** So many distinct keys with labels; one in eight has an end outside the cluster. */
export function clusterFlows(count: number): readonly LabelledKey[] {
  const random = randomFrom(7)
  return Array.from({ length: count }, (_, i): LabelledKey => {
    const isEgress = i % 2 === 0
    const own = PODS[Math.floor(random() * PODS.length)]
    const peer = random() < 0.125 ? OUTSIDE[i % 3] : chooseSkewed(PODS, random)
    if (own === undefined || peer === undefined) throw new Error('no ends')
    const [source, destination] = isEgress ? [own, peer] : [peer, own]
    return {
      key: keyOf(source, destination, chooseSkewed(PORTS, random), isEgress),
      sourceLabels: source.labels,
      destLabels: destination.labels,
    }
  })
}

function keyOf(source: FlowEnd, destination: FlowEnd, port: number, isEgress: boolean): FlowKey {
  return {
    sourceName: source.name,
    sourceNamespace: source.namespace,
    sourceType: source.type,
    destName: destination.name,
    destNamespace: destination.namespace,
    destType: destination.type,
    destPort: port,
    destServiceName: '-',
    destServiceNamespace: '-',
    destServicePortName: '-',
    destServicePort: 0,
    proto: port === 53 ? 'udp' : 'tcp',
    reporter: isEgress ? 'Src' : 'Dst',
    action: 'Allow',
    policies: { enforced: [], pending: [] },
  }
}

/** Labels as an endpoint has them, each of another workload. */
export function workloadLabels(): readonly Readonly<Record<string, string>>[] {
  return WORKLOADS.map(({ namespace, app, role }, i) => ({
    app,
    role,
    'projectcalico.org/namespace': namespace,
    'projectcalico.org/orchestrator': 'k8s',
    'projectcalico.org/serviceaccount': 'default',
    'pcns.projectcalico.org/name': namespace,
    'pcns.team': `t${Math.floor(i / WORKLOADS_PER_NAMESPACE) % 8}`,
  }))
}
