/**
 * What the cluster says to itself. Kubelet probes are not here, as they leave no flow: a node's packets to its own pods are not
 * policed (felix/rules/static.go, filterOutputChain), and only workloads report. For the same reason calico-node, Typha, the
 * operator and the kube-system static pods are seen only from the far end, as addresses: they run in the host's network.
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

/** A watch of the API server: one connection that stays, with an event now and then. */
const WATCH = requests({ started: 0, open: 1, exchanges: 4, sent: 90, received: 1100 })

function toApiServer(from: Endpoint, src: PolicyTrace, traffic: Traffic = WATCH): Conversation {
  return { from, to: CONTROL_PLANE, proto: 'tcp', port: 6443, service: KUBERNETES, src, traffic }
}

/**
 * 01-dns-clients-egress is all that selects the add-ons of kube-system for egress: tier default counts for them, and ends. With
 * 19-kube-system-egress enforced they would be let through.
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
    // The API server calls the webhook from its node's address.
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
    // Each node's Felix sends its flows to Goldmane; the one on Goldmane's own node is not policed.
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
    // The NodePort is there and whisker-nodeport-allow with it, to no avail: the operator's tier ends before tier default is
    // looked at, and Calico 3.32 has put Whisker in it.
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
    // Nothing selects headlamp for ingress. Its page opens and stays empty, as its own way to the API server is shut.
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
