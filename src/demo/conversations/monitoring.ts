/**
 * kube-prometheus. In the whole lab its own NetworkPolicy allows Prometheus all egress, so that only destinations deny its
 * connections.
 */
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
import { requests } from '../traffic.ts'

/** Scrapes a target every 30 s over a connection that stays open. */
function scrape(to: Endpoint, port: number, received: number): Conversation {
  return {
    from: PROMETHEUS,
    to,
    proto: 'tcp',
    port,
    traffic: requests({ started: 0, open: 1, exchanges: 1, sent: 310, received }),
    every: 2,
  }
}

function service(name: string, portName: string, port: number): Service {
  return { name, namespace: 'monitoring', portName, port }
}

export const MONITORING: readonly Conversation[] = [
  scrape(WEB, 9113, 1500),
  scrape(API, 9090, 9800),
  scrape(DB, 9187, 21_000),
  scrape(INGRESS_CONTROLLER, 10254, 16_000),
  scrape(KUBE_STATE_METRICS, 8443, 88_000),
  scrape(GRAFANA, 3000, 12_000),
  scrape(NODE, 9100, 60_000),
  scrape(NODE, 10250, 140_000),
  scrape(NODE, 9091, 14_000),
  scrape(COREDNS, 9153, 24_000),
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
    traffic: requests({ started: 0, open: 1, exchanges: 1, sent: 1900, received: 130 }),
    every: 4,
  },
  {
    from: KUBE_STATE_METRICS,
    to: CONTROL_PLANE,
    proto: 'tcp',
    port: 6443,
    service: KUBERNETES,
    traffic: requests({ started: 0, open: 3, exchanges: 12, sent: 80, received: 1400 }),
  },
  {
    from: GRAFANA,
    to: PROMETHEUS,
    proto: 'tcp',
    port: 9090,
    service: service('prometheus-k8s', 'web', 9090),
    traffic: requests({ started: 2, open: 4, exchanges: 14, sent: 540, received: 7600 }),
    chance: 0.8,
  },
  {
    from: GRAFANA,
    to: INTERNET,
    proto: 'tcp',
    port: 443,
    traffic: requests({ started: 1, open: 0, exchanges: 2, sent: 700, received: 5400 }),
    chance: 0.04,
  },
  {
    from: ALERTMANAGER,
    to: INTERNET,
    proto: 'tcp',
    port: 443,
    traffic: requests({ started: 1, open: 0, exchanges: 1, sent: 2300, received: 480 }),
    chance: 0.06,
  },
]
