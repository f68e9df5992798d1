/**
 * The endpoints of the demo cluster, with the names that Goldmane records
 * (felix/collector/types/endpoint/endpoint.go:68-141).
 */
import type { EndpointType } from '../flows/flow.ts'
import { ensure } from '../lib/assert.ts'
import { type Endpoint as PolicyEndpoint, endpointOfPod } from '../policy/evaluate/endpoint.ts'
import { parseCidr } from '../policy/manifest/cidr.ts'
import { seedOf } from './traffic.ts'

export interface Endpoint {
  readonly name: string
  /** `-` where there is none. */
  readonly namespace: string
  readonly type: EndpointType
  /** `k=v`, sorted. */
  readonly labels: readonly string[]
  /** The labels `projectcalico.org/*` that Calico adds. A record has them only in some buckets. */
  readonly systemLabels: readonly string[]
  /** One of its addresses, for rules that match networks. Flows do not record it. */
  readonly address: string
  /** As policies see it; null for an address outside the cluster, and for one in a network set. */
  readonly policyEnd: PolicyEndpoint | null
}

type Labels = Readonly<Record<string, string>>

function labelList(labels: Labels): readonly string[] {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
}

/** Pods with one name: `web-6f7c9d5b8d-*` for pods that share a generateName, otherwise the name of a single pod. */
function pods(namespace: string, name: string, labels: Labels, serviceAccount = 'default'): Endpoint {
  const address = podAddress(`${namespace}/${name}`)
  return {
    name,
    namespace,
    type: 'WorkloadEndpoint',
    address,
    policyEnd: policyEndOf({ namespace, name, labels, serviceAccount, address }),
    labels: labelList(labels),
    systemLabels: labelList({
      'projectcalico.org/namespace': namespace,
      'projectcalico.org/orchestrator': 'k8s',
      'projectcalico.org/serviceaccount': serviceAccount,
    }),
  }
}

/** An address of the lab's pod network, 10.244.0.0/16, that depends only on the name. */
function podAddress(name: string): string {
  const seed = seedOf(name)
  return `10.244.${(seed >>> 8) & 0xff}.${seed & 0xff}`
}

interface PodFacts {
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly serviceAccount: string
  readonly address: string
}

/** Namespaces and service accounts of the lab have no labels but those of their names, which are always there. */
function policyEndOf({ address, ...facts }: PodFacts): PolicyEndpoint {
  return endpointOfPod(
    {
      ...facts,
      flowName: facts.name,
      addresses: [ensure(parseCidr(address), address)],
      ports: [],
      isHostNetworked: false,
      place: { file: 'demo', line: 1, column: 1, endLine: 1 },
    },
    { namespaces: [], serviceAccounts: [] },
  )
}

/** The pods of a Deployment's ReplicaSet. */
function deployment(
  namespace: string,
  name: string,
  hash: string,
  labels: Labels,
  serviceAccount?: string,
): Endpoint {
  return pods(namespace, `${name}-${hash}-*`, { ...labels, 'pod-template-hash': hash }, serviceAccount)
}

/** A component of the operator in calico-system, whose labels and service account have its name. */
function calico(name: string, hash: string): Endpoint {
  return deployment('calico-system', name, hash, { 'k8s-app': name, 'app.kubernetes.io/name': name }, name)
}

/** A component of kube-prometheus; `part` is its component label. */
function monitoring(name: string, hash: string, part: string): Endpoint {
  return deployment('monitoring', name, hash, prometheusLabels(name, part), name)
}

function prometheusLabels(name: string, component: string): Labels {
  return {
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/part-of': 'kube-prometheus',
  }
}

/** One pod of a StatefulSet of the Prometheus operator. */
function monitoringSet(set: string, name: string, component: string, hash: string): Endpoint {
  return pods(
    'monitoring',
    `${set}-*`,
    {
      ...prometheusLabels(name, component),
      'apps.kubernetes.io/pod-index': '0',
      'controller-revision-hash': `${set}-${hash}`,
      'statefulset.kubernetes.io/pod-name': `${set}-0`,
    },
    set,
  )
}

function network(name: 'pub' | 'pvt', address: string): Endpoint {
  return { name, namespace: '-', type: 'Network', labels: [], systemLabels: [], address, policyEnd: null }
}

function globalNetworkSet(name: string, labels: Labels, address: string): Endpoint {
  return {
    name,
    namespace: '-',
    type: 'NetworkSet',
    labels: labelList(labels),
    systemLabels: [],
    address,
    policyEnd: null,
  }
}

export const WEB = deployment('frontend', 'web', '6f7c9d5b8d', { app: 'web' })
export const API = deployment('backend', 'api', '7c5d9f4b66', { app: 'api' })
export const DB = pods('db', 'db-*', {
  app: 'db',
  'apps.kubernetes.io/pod-index': '0',
  'controller-revision-hash': 'db-5b9f7c6d48',
  'statefulset.kubernetes.io/pod-name': 'db-0',
})
/** The netshoot pod, made with `kubectl run`. */
export const TEST = pods('default', 'test', { run: 'test' })
export const CRAWLER = deployment('sandbox', 'crawler', '5d8f7b9c74', { app: 'crawler' })

export const COREDNS = deployment(
  'kube-system',
  'coredns',
  '668d6bf9bc',
  { 'k8s-app': 'kube-dns' },
  'coredns',
)
export const METRICS_SERVER = deployment(
  'kube-system',
  'metrics-server',
  '587b667b55',
  { 'k8s-app': 'metrics-server' },
  'metrics-server',
)
export const HEADLAMP = deployment(
  'kube-system',
  'headlamp',
  '84dfb6d477',
  { 'app.kubernetes.io/instance': 'headlamp', 'app.kubernetes.io/name': 'headlamp' },
  'headlamp',
)

export const KUBE_CONTROLLERS = calico('calico-kube-controllers', '7f8c6d9b5b')
export const CALICO_APISERVER = calico('calico-apiserver', '6b9f48cd8c')
export const GOLDMANE = calico('goldmane', '58849b4d85')
export const WHISKER = calico('whisker', '7bbd5c9f9d')

export const INGRESS_CONTROLLER = deployment(
  'ingress-nginx',
  'ingress-nginx-controller',
  '6c9b8d7f5c',
  {
    'app.kubernetes.io/component': 'controller',
    'app.kubernetes.io/instance': 'ingress-nginx',
    'app.kubernetes.io/name': 'ingress-nginx',
    'app.kubernetes.io/part-of': 'ingress-nginx',
  },
  'ingress-nginx',
)
export const CERT_MANAGER = deployment(
  'cert-manager',
  'cert-manager',
  '74c755695c',
  {
    app: 'cert-manager',
    'app.kubernetes.io/component': 'controller',
    'app.kubernetes.io/name': 'cert-manager',
  },
  'cert-manager',
)
export const CERT_MANAGER_WEBHOOK = deployment(
  'cert-manager',
  'cert-manager-webhook',
  '5c9d8b7f64',
  { app: 'webhook', 'app.kubernetes.io/component': 'webhook', 'app.kubernetes.io/name': 'webhook' },
  'cert-manager-webhook',
)

export const PROMETHEUS = monitoringSet('prometheus-k8s', 'prometheus', 'prometheus', '6c4d8b97f5')
export const ALERTMANAGER = monitoringSet('alertmanager-main', 'alertmanager', 'alert-router', '79d6c5f8b4')
export const GRAFANA = monitoring('grafana', '68f7b9d5c6', 'grafana')
export const KUBE_STATE_METRICS = monitoring('kube-state-metrics', '7d9c8f6b5d', 'exporter')

/**
 * The control plane's address, to which the service `kubernetes` (10.96.0.1:443) is translated. The lab has no
 * HostEndpoints, so a node is recorded as a network. As a source it stands for its kubelet, API server or Felix.
 */
export const CONTROL_PLANE = network('pvt', '172.18.0.2')
export const NODE = network('pvt', '172.18.0.3')
/** A computer in the lab's network, outside the cluster. */
export const LAB = network('pvt', '192.168.10.24')
export const RESOLVERS = network('pub', '8.8.8.8')
export const INTERNET = network('pub', '203.0.113.80')

export const PAYMENTS = globalNetworkSet('payments-provider', { role: 'payments' }, '198.51.100.12')
export const OBJECT_STORE = globalNetworkSet('object-store', { role: 'object-store' }, '198.51.100.200')

/** Returns hexadecimal digits that look random and depend only on the number. */
function hexadecimal(number: number, digits: number): string {
  return Array.from({ length: digits }, (_, i) =>
    ((Math.imul(number + i, 0x9e37_79b1) >>> 28) & 0xf).toString(16),
  ).join('')
}

/** The pods of one Job of a CronJob. Their name has the scheduled minute, so each Job is another endpoint. */
export function cronJobPods(cronJob: string, scheduledAt: number): Endpoint {
  const minute = Math.floor(scheduledAt / 60)
  const name = `${cronJob}-${minute}`
  const digits = hexadecimal(minute, 32)
  const uid = [0, 8, 12, 16, 20].map((from, i) => digits.slice(from, [8, 12, 16, 20, 32][i])).join('-')
  return pods('batch', `${name}-*`, {
    app: cronJob,
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  })
}
