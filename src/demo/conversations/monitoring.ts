/** kube-prometheus: its own NetworkPolicy allows Prometheus all egress, so only destinations deny its connections. */
import type { PolicyTrace } from '../../flows/flow.ts'
import { type Conversation, KUBERNETES, type Service } from '../conversation.ts'
import {
  ALERTMANAGER,
  API,
  CONTROL_PLANE,
  COREDNS,
  DB,
  type Endpoint,
  GRAFANA,
  INGRESS_CONTROLLER,
  INTERNET,
  KUBE_STATE_METRICS,
  NODE,
  PROMETHEUS,
  WEB,
} from '../endpoints.ts'
import { decided, denied, egress, ingress, staged } from '../policies.ts'
import { requests, unanswered } from '../traffic.ts'

const SENT_BY_PROMETHEUS = decided(egress('prometheus-k8s', 0))
const SCRAPED = ingress('10-scrape-targets', 0)

/** Scrapes a target every 30 s over a connection that stays open. `dst` is undefined for a node. */
function scrape(to: Endpoint, port: number, received: number, dst?: PolicyTrace): Conversation {
  return {
    from: PROMETHEUS,
    to,
    proto: 'tcp',
    port,
    src: SENT_BY_PROMETHEUS,
    ...(dst === undefined ? {} : { dst }),
    traffic: requests({ started: 0, open: 1, exchanges: 1, sent: 310, received }),
    every: 2,
  }
}

function service(name: string, portName: string, port: number): Service {
  return { name, namespace: 'monitoring', portName, port }
}

export const MONITORING: readonly Conversation[] = [
  scrape(WEB, 9113, 1500, decided(SCRAPED)),
  scrape(API, 9090, 9800, staged([SCRAPED], [ingress('08-backend-only-from-frontend', 0)])),
  scrape(DB, 9187, 21_000, decided(SCRAPED)),
  scrape(INGRESS_CONTROLLER, 10254, 16_000, decided(SCRAPED)),
  scrape(KUBE_STATE_METRICS, 8443, 88_000, decided(ingress('kube-state-metrics', 0))),
  scrape(GRAFANA, 3000, 12_000, decided(ingress('grafana', 0))),
  scrape(NODE, 9100, 60_000),
  scrape(NODE, 10250, 140_000),
  scrape(NODE, 9091, 14_000),
  {
    // 02-dns-core allows port 53 only, so the first tier passes and the end of the second denies.
    ...scrape(
      COREDNS,
      9153,
      0,
      denied({ last: '02-dns-core', first: '02-dns-core' }, ingress('calico-system.cluster-dns', 1)),
    ),
    traffic: unanswered(1),
  },
  {
    ...scrape(CONTROL_PLANE, 6443, 180_000),
    service: KUBERNETES,
  },
  {
    from: PROMETHEUS,
    to: ALERTMANAGER,
    proto: 'tcp',
    port: 9093,
    service: service('alertmanager-main', 'web', 9093),
    src: SENT_BY_PROMETHEUS,
    dst: decided(ingress('alertmanager-main', 0)),
    traffic: requests({ started: 0, open: 1, exchanges: 1, sent: 1900, received: 130 }),
    every: 4,
  },
  {
    from: KUBE_STATE_METRICS,
    to: CONTROL_PLANE,
    proto: 'tcp',
    port: 6443,
    service: KUBERNETES,
    src: decided(egress('kube-state-metrics', 0)),
    traffic: requests({ started: 0, open: 3, exchanges: 12, sent: 80, received: 1400 }),
  },
  {
    from: GRAFANA,
    to: PROMETHEUS,
    proto: 'tcp',
    port: 9090,
    service: service('prometheus-k8s', 'web', 9090),
    src: decided(egress('grafana', 0)),
    dst: decided(ingress('prometheus-k8s', 1)),
    traffic: requests({ started: 2, open: 4, exchanges: 14, sent: 540, received: 7600 }),
    chance: 0.8,
  },
  {
    from: GRAFANA,
    to: INTERNET,
    proto: 'tcp',
    port: 443,
    src: decided(egress('grafana', 0)),
    traffic: requests({ started: 1, open: 0, exchanges: 2, sent: 700, received: 5400 }),
    chance: 0.04,
  },
  {
    from: ALERTMANAGER,
    to: INTERNET,
    proto: 'tcp',
    port: 443,
    src: decided(egress('alertmanager-main', 0)),
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 2300, received: 480 }),
    chance: 0.06,
  },
]
