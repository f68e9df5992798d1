/**
 * DNS lookups. At CoreDNS two tiers decide, because calico-system.cluster-dns passes on the lookups of clients that are
 * not in calico-system.
 */
import { type Conversation, KUBE_DNS, KUBE_DNS_TCP } from '../conversation.ts'
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
import { datagrams, requests } from '../traffic.ts'

/** The lookups of a client, with the failed ones of the search path. */
export function lookups(from: Endpoint, exchanges: number, chance = 1): Conversation {
  return {
    from,
    to: COREDNS,
    proto: 'udp',
    port: 53,
    service: KUBE_DNS,
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
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 52, received: 1700 }),
    chance,
  }
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
  // Those of Calico's own pods, which tier calico-system decides at both ends.
  lookups(KUBE_CONTROLLERS, 2, 0.2),
  lookups(WHISKER, 2, 0.3),
  {
    from: COREDNS,
    to: RESOLVERS,
    proto: 'udp',
    port: 53,
    traffic: datagrams(9, 44, 140),
  },
  {
    from: COREDNS,
    to: RESOLVERS,
    proto: 'tcp',
    port: 53,
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 48, received: 1900 }),
    chance: 0.1,
  },
]
