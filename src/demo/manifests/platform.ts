/** The policies of the lab around the app: for the ingress controller, monitoring and batch jobs. */
import { globalPolicy, kubernetesPolicy, type KubernetesRule, type Manifest } from './manifest.ts'

const INGRESS_CONTROLLER = 'app.kubernetes.io/name == "ingress-nginx"'

const label = (name: string): { readonly matchLabels: Readonly<Record<string, string>> } => ({
  matchLabels: { 'app.kubernetes.io/name': name },
})
const fromPods = (name: string, port: number): KubernetesRule => ({
  from: [{ podSelector: label(name) }],
  ports: [{ protocol: 'TCP', port }],
})

/** A policy for both directions that allows all egress and the given ingress. */
const monitored = (name: string, app: string, ingress: readonly KubernetesRule[]): Manifest =>
  kubernetesPolicy('monitoring', name, {
    podSelector: label(app),
    policyTypes: ['Egress', 'Ingress'],
    egress: [{}],
    ingress,
  })

export const PLATFORM: readonly Manifest[] = [
  globalPolicy('10-ingress-controller', {
    order: 10,
    selector: INGRESS_CONTROLLER,
    types: ['Ingress', 'Egress'],
    ingress: [
      { action: 'Allow', protocol: 'TCP', destination: { ports: [80, 443] } },
      {
        action: 'Allow',
        protocol: 'TCP',
        source: { nets: ['172.18.0.0/16'] },
        destination: { ports: [8443] },
      },
    ],
    egress: [
      { action: 'Allow', protocol: 'TCP', destination: { selector: 'app == "web"', ports: [8080] } },
      { action: 'Allow', protocol: 'TCP', destination: { nets: ['172.18.0.2/32'], ports: [6443] } },
    ],
  }),
  globalPolicy('10-web-ingress-from-controller', {
    order: 10,
    selector: 'app == "web"',
    types: ['Ingress'],
    ingress: [
      {
        action: 'Allow',
        protocol: 'TCP',
        source: { selector: INGRESS_CONTROLLER },
        destination: { ports: [8080] },
      },
    ],
  }),
  globalPolicy('10-scrape-targets', {
    order: 10,
    selector: 'projectcalico.org/namespace in {"frontend", "backend", "db", "ingress-nginx"}',
    types: ['Ingress'],
    ingress: [
      {
        action: 'Allow',
        protocol: 'TCP',
        source: { selector: 'app.kubernetes.io/name == "prometheus"' },
        destination: { ports: [9090, 9113, 9187, 10254] },
      },
    ],
  }),
  globalPolicy('10-batch-egress', {
    order: 10,
    selector: 'projectcalico.org/namespace == "batch"',
    types: ['Egress'],
    egress: [
      { action: 'Allow', protocol: 'TCP', destination: { selector: 'app == "db"', ports: [5432] } },
      { action: 'Allow', protocol: 'TCP', destination: { selector: 'role == "object-store"', ports: [443] } },
    ],
  }),
  // Selects the report job only: the clean-up job is allowed to send to the database, but the database denies it.
  globalPolicy('10-db-ingress-from-batch', {
    order: 10,
    selector: 'app == "db"',
    types: ['Ingress'],
    ingress: [
      {
        action: 'Allow',
        protocol: 'TCP',
        source: { selector: 'projectcalico.org/namespace == "batch" && app == "report"' },
        destination: { ports: [5432] },
      },
    ],
  }),
  monitored('prometheus-k8s', 'prometheus', [fromPods('prometheus', 9090), fromPods('grafana', 9090)]),
  monitored('alertmanager-main', 'alertmanager', [fromPods('prometheus', 9093)]),
  monitored('grafana', 'grafana', [fromPods('prometheus', 3000)]),
  monitored('kube-state-metrics', 'kube-state-metrics', [fromPods('prometheus', 8443)]),
]
