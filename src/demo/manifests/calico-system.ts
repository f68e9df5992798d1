/**
 * Tier calico-system (order 100, default action Deny), which the operator of Calico 3.32 creates for its own pods, with
 * only the rules that the demo's traffic hits. It does not apply to other pods.
 */
import { calicoPolicy, type EntityRule, type Manifest } from './manifest.ts'

const TIER = 'calico-system'
const dns: EntityRule = {
  namespaceSelector: "projectcalico.org/name == 'kube-system'",
  selector: "k8s-app == 'kube-dns'",
  ports: [53],
}

export const CALICO_SYSTEM: readonly Manifest[] = [
  // Allows CoreDNS all egress, so its lookups upstream and its watch of the API server never reach 02-dns-core. Its
  // egress rule for 10.96.0.1 could not match anyway, because policies apply to the translated address.
  calicoPolicy('kube-system', 'calico-system.cluster-dns', {
    tier: TIER,
    order: 1,
    selector: "k8s-app == 'kube-dns'",
    types: ['Ingress', 'Egress'],
    ingress: [
      {
        action: 'Allow',
        source: { namespaceSelector: 'all()', selector: "projectcalico.org/namespace in {'calico-system'}" },
      },
      { action: 'Pass' },
    ],
    egress: [{ action: 'Allow' }],
  }),
  calicoPolicy('calico-system', 'calico-system.goldmane', {
    tier: TIER,
    order: 1,
    selector: "k8s-app == 'goldmane'",
    types: ['Ingress', 'Egress'],
    ingress: [{ action: 'Allow', protocol: 'TCP', destination: { ports: [7443] } }],
    egress: [{ action: 'Allow', protocol: 'UDP', destination: dns }],
  }),
  // Without ingress rules: a port-forward to Whisker connects from inside the pod, and a NodePort to it is denied.
  calicoPolicy('calico-system', 'calico-system.whisker', {
    tier: TIER,
    order: 1,
    selector: "k8s-app == 'whisker'",
    types: ['Ingress', 'Egress'],
    egress: [
      { action: 'Allow', protocol: 'TCP', destination: { selector: "k8s-app == 'goldmane'", ports: [7443] } },
      { action: 'Allow', protocol: 'UDP', destination: dns },
    ],
  }),
  calicoPolicy('calico-system', 'calico-system.kube-controller-access', {
    tier: TIER,
    order: 1,
    selector: "k8s-app == 'calico-kube-controllers'",
    types: ['Egress'],
    egress: [
      { action: 'Allow', protocol: 'UDP', destination: dns },
      { action: 'Allow', protocol: 'TCP', destination: { ports: [443, 6443, 12388] } },
    ],
  }),
  calicoPolicy('calico-system', 'calico-system.apiserver-access', {
    tier: TIER,
    order: 1,
    selector: "k8s-app == 'calico-apiserver'",
    types: ['Ingress', 'Egress'],
    ingress: [
      {
        action: 'Allow',
        protocol: 'TCP',
        source: { nets: ['0.0.0.0/0'] },
        destination: { ports: [443, 5443, 8080, 10443] },
      },
    ],
    egress: [{ action: 'Allow', protocol: 'UDP', destination: dns }],
  }),
  calicoPolicy('calico-system', 'calico-system.default-deny', {
    tier: TIER,
    selector: "k8s-app != 'calico-apiserver'",
    types: ['Ingress', 'Egress'],
  }),
]
