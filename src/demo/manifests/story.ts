/** The policies of the app, of DNS and of Whisker's NodePort, all in tier default. */
import { type EntityRule, globalPolicy, kubernetesPolicy, type Manifest } from './manifest.ts'

const DNS_SERVERS = '(k8s-app == "kube-dns") || (app.kubernetes.io/name == "coredns")'
const RESOLVERS = ['8.8.8.8/32', '8.8.4.4/32']
const dns: EntityRule = { selector: DNS_SERVERS, ports: [53] }

export const STORY: readonly Manifest[] = [
  // Without an order it is the last of its tier. Its name is that of the recorded trace, which the demo shows verbatim.
  globalPolicy('default-deny', {
    namespaceSelector:
      "kubernetes.io/metadata.name not in {'kube-system','calico-system','calico-apiserver','tigera-operator'}",
    types: ['Ingress', 'Egress'],
    ingress: [],
    egress: [],
  }),
  // Selects every endpoint, also in the four system namespaces. Unless a tier before it decides, the end of tier
  // default denies all their other egress, such as that of metrics-server to the kubelets.
  globalPolicy('01-dns-clients-egress', {
    order: 20,
    selector: 'all()',
    types: ['Egress'],
    egress: [
      { action: 'Allow', protocol: 'UDP', destination: dns },
      { action: 'Allow', protocol: 'TCP', destination: dns },
    ],
  }),
  globalPolicy('02-dns-core', {
    order: 21,
    selector: DNS_SERVERS,
    types: ['Ingress', 'Egress'],
    ingress: [
      { action: 'Allow', protocol: 'UDP', source: { selector: 'all()' }, destination: { ports: [53] } },
      { action: 'Allow', protocol: 'TCP', source: { selector: 'all()' }, destination: { ports: [53] } },
    ],
    egress: [
      { action: 'Allow', protocol: 'TCP', destination: { nets: ['10.96.0.1/32'], ports: [443] } },
      { action: 'Allow', protocol: 'UDP', destination: { nets: RESOLVERS, ports: [53] } },
      { action: 'Allow', protocol: 'TCP', destination: { nets: RESOLVERS, ports: [53] } },
    ],
  }),
  globalPolicy('09-frontend-egress-to-backend', {
    order: 9,
    selector: 'projectcalico.org/namespace == "frontend"',
    types: ['Egress'],
    egress: [{ action: 'Allow', protocol: 'TCP', destination: { selector: 'app == "api"', ports: [80] } }],
  }),
  globalPolicy('09-backend-ingress-from-frontend', {
    order: 9,
    selector: 'app == "api"',
    types: ['Ingress'],
    ingress: [
      {
        action: 'Allow',
        protocol: 'TCP',
        source: { namespaceSelector: 'projectcalico.org/name == "frontend"' },
        destination: { ports: [80] },
      },
    ],
  }),
  globalPolicy('09-allow-backend-to-db-ingress', {
    order: 9,
    selector: 'app == "db"',
    types: ['Ingress'],
    ingress: [
      {
        action: 'Allow',
        protocol: 'TCP',
        source: { selector: 'app == "api"' },
        destination: { ports: [5432] },
      },
    ],
  }),
  globalPolicy('09-allow-backend-to-db-egress', {
    order: 9,
    selector: 'app == "api"',
    types: ['Egress'],
    egress: [{ action: 'Allow', protocol: 'TCP', destination: { selector: 'app == "db"', ports: [5432] } }],
  }),
  kubernetesPolicy('calico-system', 'whisker-nodeport-allow', {
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'whisker' } },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ protocol: 'TCP', port: 8081 }] }],
  }),
]
