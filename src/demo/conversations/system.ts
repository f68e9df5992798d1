/**
 * The conversations of the cluster's own components. Kubelet probes are missing because they leave no flow: no policy
 * applies to a node's packets to its own pods (felix/rules/static.go, filterOutputChain), and only workloads report.
 * For the same reason calico-node, Typha, the operator and the static pods of kube-system, which run in the host's
 * network, are reported only by the other end, as addresses.
 */
import { type Conversation, KUBERNETES } from '../conversation.ts'
import {
  CALICO_APISERVER,
  CERT_MANAGER,
  CERT_MANAGER_WEBHOOK,
  CONTROL_PLANE,
  COREDNS,
  type Endpoint,
  GOLDMANE,
  HEADLAMP,
  INGRESS_CONTROLLER,
  INTERNET,
  KUBE_CONTROLLERS,
  LAB,
  METRICS_SERVER,
  NODE,
  WHISKER,
} from '../endpoints.ts'
import { decided, denied, egress, endOfTier, ingress, profile, staged } from '../policies.ts'
import type { PolicyTrace } from '../../flows/flow.ts'
import { requests, type Traffic, unanswered } from '../traffic.ts'

/** A watch of the API server: one connection that stays open, with few events. */
const WATCH = requests({ started: 0, open: 1, exchanges: 4, sent: 90, received: 1100 })

function toApiServer(from: Endpoint, src: PolicyTrace, traffic: Traffic = WATCH): Conversation {
  return { from, to: CONTROL_PLANE, proto: 'tcp', port: 6443, service: KUBERNETES, src, traffic }
}

/**
 * Only 01-dns-clients-egress selects the add-ons of kube-system for egress, so tier default applies to them, and its
 * end denies. The staged 19-kube-system-egress would allow them.
 */
const ADD_ON_DENIED = staged([endOfTier('01-dns-clients-egress')], [egress('19-kube-system-egress', 0)])

export const SYSTEM: readonly Conversation[] = [
  toApiServer(COREDNS, decided(egress('calico-system.cluster-dns', 0))),
  toApiServer(KUBE_CONTROLLERS, decided(egress('calico-system.kube-controller-access', 1))),
  toApiServer(INGRESS_CONTROLLER, decided(egress('10-ingress-controller', 1))),
  toApiServer(METRICS_SERVER, ADD_ON_DENIED, unanswered(2)),
  toApiServer(HEADLAMP, ADD_ON_DENIED, unanswered(1)),
  toApiServer(CERT_MANAGER, denied({ last: 'default-deny', first: '01-dns-clients-egress' }), unanswered(2)),
  {
    from: METRICS_SERVER,
    to: NODE,
    proto: 'tcp',
    port: 10250,
    src: ADD_ON_DENIED,
    traffic: unanswered(3),
  },
  {
    from: CERT_MANAGER,
    to: INTERNET,
    proto: 'tcp',
    port: 443,
    src: denied({ last: 'default-deny', first: '01-dns-clients-egress' }),
    traffic: unanswered(1),
    every: 4,
  },
  {
    // The source is the node's address, because the API server runs in the host's network.
    from: CONTROL_PLANE,
    to: CERT_MANAGER_WEBHOOK,
    proto: 'tcp',
    port: 10250,
    dst: denied({ last: 'default-deny', first: 'default-deny' }),
    traffic: unanswered(1),
    chance: 0.12,
  },
  {
    from: CONTROL_PLANE,
    to: INGRESS_CONTROLLER,
    proto: 'tcp',
    port: 8443,
    dst: decided(ingress('10-ingress-controller', 1)),
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 4200, received: 900 }),
    chance: 0.05,
  },
  {
    from: CONTROL_PLANE,
    to: CALICO_APISERVER,
    proto: 'tcp',
    port: 5443,
    dst: decided(ingress('calico-system.apiserver-access', 0)),
    traffic: requests({ started: 1, open: 2, exchanges: 9, sent: 240, received: 1500 }),
  },
  {
    // Each node's Felix sends flows to Goldmane. No policy applies to the one on Goldmane's own node.
    from: NODE,
    to: GOLDMANE,
    proto: 'tcp',
    port: 7443,
    dst: decided(ingress('calico-system.goldmane', 0)),
    traffic: requests({ started: 0, open: 2, exchanges: 18, sent: 2600, received: 40 }),
  },
  {
    from: WHISKER,
    to: GOLDMANE,
    proto: 'tcp',
    port: 7443,
    service: { name: 'goldmane', namespace: 'calico-system', portName: '-', port: 7443 },
    src: decided(egress('calico-system.whisker', 0)),
    dst: decided(ingress('calico-system.goldmane', 0)),
    traffic: requests({ started: 0, open: 1, exchanges: 6, sent: 60, received: 9000 }),
  },
  {
    // The NodePort and whisker-nodeport-allow exist, but do not help: in Calico 3.32 the operator's tier selects
    // Whisker, and its end denies before tier default is evaluated.
    from: LAB,
    to: WHISKER,
    proto: 'tcp',
    port: 8081,
    service: { name: 'whisker-nodeport', namespace: 'calico-system', portName: '-', port: 8081 },
    dst: denied({ last: 'calico-system.default-deny', first: 'calico-system.whisker' }),
    traffic: unanswered(2),
    chance: 0.1,
  },
  {
    // No policy selects headlamp for ingress. Its page opens and stays empty, because its connections to the API server
    // are denied.
    from: LAB,
    to: HEADLAMP,
    proto: 'tcp',
    port: 4466,
    service: { name: 'headlamp', namespace: 'kube-system', portName: 'http', port: 80 },
    dst: decided(profile('kube-system')),
    traffic: requests({ started: 2, open: 0, exchanges: 5, sent: 520, received: 2400 }),
    chance: 0.25,
  },
]
