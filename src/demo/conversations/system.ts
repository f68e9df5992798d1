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
import { requests, type Traffic, unanswered } from '../traffic.ts'

/** A watch of the API server: one connection that stays open, with few events. */
const WATCH = requests({ started: 0, open: 1, exchanges: 4, sent: 90, received: 1100 })

function toApiServer(from: Endpoint, denied?: Traffic): Conversation {
  const common = { from, to: CONTROL_PLANE, proto: 'tcp', port: 6443, service: KUBERNETES } as const
  return { ...common, traffic: WATCH, ...(denied === undefined ? {} : { denied }) }
}

export const SYSTEM: readonly Conversation[] = [
  toApiServer(COREDNS),
  toApiServer(KUBE_CONTROLLERS),
  toApiServer(INGRESS_CONTROLLER),
  // Only 01-dns-clients-egress selects the add-ons of kube-system for egress, so tier default applies to them, and its end
  // denies. The staged 19-kube-system-egress would allow them.
  toApiServer(METRICS_SERVER, unanswered(2)),
  toApiServer(HEADLAMP, unanswered(1)),
  toApiServer(CERT_MANAGER, unanswered(2)),
  {
    from: METRICS_SERVER,
    to: NODE,
    proto: 'tcp',
    port: 10250,
    traffic: requests({ started: 3, open: 0, exchanges: 3, sent: 210, received: 5600 }),
  },
  {
    from: CERT_MANAGER,
    to: INTERNET,
    proto: 'tcp',
    port: 443,
    traffic: requests({ started: 1, open: 0, exchanges: 3, sent: 900, received: 2600 }),
    every: 4,
  },
  {
    // The source is the node's address, because the API server runs in the host's network.
    from: CONTROL_PLANE,
    to: CERT_MANAGER_WEBHOOK,
    proto: 'tcp',
    port: 10250,
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 3900, received: 700 }),
    chance: 0.12,
  },
  {
    from: CONTROL_PLANE,
    to: INGRESS_CONTROLLER,
    proto: 'tcp',
    port: 8443,
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 4200, received: 900 }),
    chance: 0.05,
  },
  {
    from: CONTROL_PLANE,
    to: CALICO_APISERVER,
    proto: 'tcp',
    port: 5443,
    traffic: requests({ started: 1, open: 2, exchanges: 9, sent: 240, received: 1500 }),
  },
  {
    // Each node's Felix sends flows to Goldmane. No policy applies to the one on Goldmane's own node.
    from: NODE,
    to: GOLDMANE,
    proto: 'tcp',
    port: 7443,
    traffic: requests({ started: 0, open: 2, exchanges: 18, sent: 2600, received: 40 }),
  },
  {
    from: WHISKER,
    to: GOLDMANE,
    proto: 'tcp',
    port: 7443,
    service: { name: 'goldmane', namespace: 'calico-system', portName: '-', port: 7443 },
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
    traffic: requests({ started: 2, open: 0, exchanges: 6, sent: 480, received: 11_000 }),
    chance: 0.1,
  },
  {
    // No policy of the whole lab selects headlamp for ingress. Its page opens and stays empty, because its connections to
    // the API server are denied.
    from: LAB,
    to: HEADLAMP,
    proto: 'tcp',
    port: 4466,
    service: { name: 'headlamp', namespace: 'kube-system', portName: 'http', port: 80 },
    traffic: requests({ started: 2, open: 0, exchanges: 5, sent: 520, received: 2400 }),
    chance: 0.25,
  },
]
