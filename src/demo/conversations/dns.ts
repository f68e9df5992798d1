/**
 * DNS lookups. Outside tier calico-system, 01-dns-clients-egress allows them at the client. At CoreDNS two tiers
 * decide, because calico-system.cluster-dns passes on the lookups of clients that are not in calico-system.
 */
import type { PolicyTrace } from '../../flows/flow.ts'
import { type Conversation, DNS_OVER_TCP, DNS_OVER_UDP, KUBE_DNS, KUBE_DNS_TCP } from '../conversation.ts'
import {
  ALERTMANAGER,
  API,
  CERT_MANAGER,
  COREDNS,
  CRAWLER,
  type Endpoint,
  GRAFANA,
  HEADLAMP,
  INGRESS_CONTROLLER,
  KUBE_CONTROLLERS,
  KUBE_STATE_METRICS,
  METRICS_SERVER,
  PROMETHEUS,
  RESOLVERS,
  TEST,
  WEB,
  WHISKER,
} from '../endpoints.ts'
import { decided, egress, ingress } from '../policies.ts'
import { datagrams, requests } from '../traffic.ts'

const PASSED_ON = ingress('calico-system.cluster-dns', 1)
/** The ingress trace at CoreDNS for a client outside calico-system. */
const SERVED_OVER_UDP = decided(PASSED_ON, ingress('02-dns-core', 0))
const SERVED_OVER_TCP = decided(PASSED_ON, ingress('02-dns-core', 1))

/** The lookups of a client that 01-dns-clients-egress allows, with the failed ones of the search path. */
export function lookups(from: Endpoint, exchanges: number, chance = 1): Conversation {
  return {
    from,
    to: COREDNS,
    proto: 'udp',
    port: 53,
    service: KUBE_DNS,
    src: decided(DNS_OVER_UDP),
    dst: SERVED_OVER_UDP,
    traffic: datagrams(exchanges, 48, 118),
    chance,
  }
}

/** Lookups that are repeated over TCP, because their answers do not fit into a datagram. */
function longLookups(from: Endpoint, chance: number): Conversation {
  return {
    from,
    to: COREDNS,
    proto: 'tcp',
    port: 53,
    service: KUBE_DNS_TCP,
    src: decided(DNS_OVER_TCP),
    dst: SERVED_OVER_TCP,
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 52, received: 1700 }),
    chance,
  }
}

/** The lookups of Calico's own pods, which tier calico-system decides at both ends. */
function calicoLookups(from: Endpoint, src: PolicyTrace, chance: number): Conversation {
  return { ...lookups(from, 2, chance), src, dst: decided(ingress('calico-system.cluster-dns', 0)) }
}

export const DNS: readonly Conversation[] = [
  lookups(WEB, 14),
  lookups(API, 10),
  lookups(TEST, 4),
  lookups(INGRESS_CONTROLLER, 2, 0.4),
  lookups(PROMETHEUS, 8),
  lookups(GRAFANA, 3, 0.7),
  lookups(ALERTMANAGER, 2, 0.3),
  lookups(KUBE_STATE_METRICS, 1, 0.1),
  lookups(CRAWLER, 12, 0.6),
  lookups(CERT_MANAGER, 2, 0.5),
  lookups(METRICS_SERVER, 2, 0.2),
  lookups(HEADLAMP, 1, 0.1),
  longLookups(API, 0.08),
  longLookups(CRAWLER, 0.12),
  calicoLookups(KUBE_CONTROLLERS, decided(egress('calico-system.kube-controller-access', 0)), 0.2),
  calicoLookups(WHISKER, decided(egress('calico-system.whisker', 1)), 0.3),
  {
    from: COREDNS,
    to: RESOLVERS,
    proto: 'udp',
    port: 53,
    src: decided(egress('calico-system.cluster-dns', 0)),
    traffic: datagrams(9, 44, 140),
  },
  {
    from: COREDNS,
    to: RESOLVERS,
    proto: 'tcp',
    port: 53,
    src: decided(egress('calico-system.cluster-dns', 0)),
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 48, received: 1900 }),
    chance: 0.1,
  },
]
