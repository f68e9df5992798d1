/** The story's own policies: 00-default-deny, 01-dns, option B and whisker-exposure, all in tier default. */
import { type EntityRule, globalPolicy, kubernetesPolicy, type Manifest } from './manifest.ts'

const DNS_SERVERS = '(k8s-app == "kube-dns") || (app.kubernetes.io/name == "coredns")'
const RESOLVERS = ['8.8.8.8/32', '8.8.4.4/32']
const dns: EntityRule = { selector: DNS_SERVERS, ports: [53] }

export const STORY: readonly Manifest[] = [
  // The story's file calls it 00-default-deny, the trace that was recorded on its cluster calls it default-deny. The recorded name
  // is used throughout, so that the recorded trace appears verbatim; without an order it is the last of its tier under either name.
  globalPolicy('default-deny', {
    namespaceSelector:
      "kubernetes.io/metadata.name not in {'kube-system','calico-system','calico-apiserver','tigera-operator'}",
    types: ['Ingress', 'Egress'],
    ingress: [],
    egress: [],
  }),
  // Selects every endpoint, the four system namespaces too: whatever else they send reaches the end of tier default, unless a tier
  // before it decides. That is what cuts metrics-server off from the kubelets.
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
