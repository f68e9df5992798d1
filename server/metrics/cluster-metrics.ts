/** The metrics of each cluster; the label `cluster` is its name. */
import { Counter, Gauge, type Registry } from 'prom-client'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { UPSTREAM_STATES } from '../../src/wire/freshness.ts'
import type { ClusterReadings } from './cluster-readings.ts'
import { HISTORY_METRICS } from './history-metrics.ts'

export interface ClusterMetric {
  readonly name: string
  readonly help: string
  readonly kind: 'gauge' | 'counter'
  /** Null leaves the cluster out. */
  readonly read: (cluster: ClusterReadings, now: number) => number | null
}

/** Whether there is a stream from Goldmane in a state. */
const STREAMING: ReadonlySet<string> = new Set(['reading', 'live', 'silent'])

const METRICS: readonly ClusterMetric[] = [
  {
    name: 'flowtrace_upstream_streams',
    help: 'Open streams from Goldmane: the one that all viewers share, and fetches of what the memory does not hold',
    kind: 'gauge',
    read: ({ follower, viewers }) =>
      (STREAMING.has(follower.status.state) ? 1 : 0) + viewers.olderFetches.running,
  },
  {
    name: 'flowtrace_flows_received_total',
    help: 'Messages received on the shared stream',
    kind: 'counter',
    read: ({ follower }) => follower.counts.messages,
  },
  {
    name: 'flowtrace_flows_malformed_total',
    help: 'Messages received on the shared stream that could not be read',
    kind: 'counter',
    read: ({ follower }) => follower.counts.malformed,
  },
  {
    name: 'flowtrace_lag_seconds',
    help: "The gateway's clock minus the end of the newest bucket; 15 to 45 s when all is well",
    kind: 'gauge',
    read: ({ follower: { status } }, now) =>
      status.lastBucket === null ? null : now / 1000 - status.lastBucket - BUCKET_SECONDS,
  },
  {
    name: 'flowtrace_goldmane_restarted_seconds',
    help: 'When Goldmane was last found restarted, in Unix seconds',
    kind: 'gauge',
    read: ({ follower: { status } }) => status.restartedAt,
  },
  {
    name: 'flowtrace_client_certificate_expiry_seconds',
    help: 'Seconds until the client certificate for Goldmane expires; negative afterwards',
    kind: 'gauge',
    read: ({ follower: { clientCertificateExpiry } }, now) => secondsUntil(clientCertificateExpiry, now),
  },
  {
    name: 'flowtrace_missing_buckets',
    help: 'Buckets of 15 s of the last hour that the gateway lacks',
    kind: 'gauge',
    read: ({ ring }) => ring.missing().reduce((sum, { from, to }) => sum + (to - from) / BUCKET_SECONDS, 0),
  },
  {
    name: 'flowtrace_ring_records',
    help: "Flows of Goldmane's last hour in memory",
    kind: 'gauge',
    read: ({ ring }) => ring.records,
  },
  {
    name: 'flowtrace_ring_bytes',
    help: "Memory that Goldmane's last hour takes",
    kind: 'gauge',
    read: ({ ring }) => ring.bytes,
  },
  {
    name: 'flowtrace_ring_evicted_total',
    help: 'Flows dropped from memory before they were an hour old, because it was full',
    kind: 'counter',
    read: ({ ring }) => ring.evicted,
  },
  {
    name: 'flowtrace_viewer_streams',
    help: 'Open streams to browsers',
    kind: 'gauge',
    read: ({ viewers }) => viewers.streams,
  },
  {
    name: 'flowtrace_viewer_stream_bytes_total',
    help: 'Bytes of flows sent in streams to browsers, before compression',
    kind: 'counter',
    read: ({ viewers }) => viewers.streamBytes,
  },
  {
    name: 'flowtrace_viewer_flows_sent_total',
    help: 'Flows sent in streams to browsers',
    kind: 'counter',
    read: ({ viewers }) => viewers.streamFlows,
  },
  {
    name: 'flowtrace_viewers_stalled_total',
    help: 'Browsers that were given up because they read nothing',
    kind: 'counter',
    read: ({ viewers }) => viewers.stalled,
  },
  {
    name: 'flowtrace_unary_calls_in_flight',
    help: 'Calls of List, FilterHints and Statistics that Goldmane has not answered',
    kind: 'gauge',
    read: ({ viewers }) => viewers.callsInFlight,
  },
  {
    name: 'flowtrace_unary_calls_waiting',
    help: 'Calls of List, FilterHints and Statistics that wait for their turn in the gateway',
    kind: 'gauge',
    read: ({ viewers }) => viewers.callsWaiting,
  },
  {
    name: 'flowtrace_older_fetches_waiting',
    help: 'Browsers that wait for flows that the memory does not hold',
    kind: 'gauge',
    read: ({ viewers }) => viewers.olderFetches.waiting,
  },
  {
    name: 'flowtrace_policy_objects',
    help: 'Objects in force that policies.json has: policies and what they are about',
    kind: 'gauge',
    read: ({ policies }) => policies?.()?.objects ?? null,
  },
  {
    name: 'flowtrace_policy_event_age_seconds',
    help: 'Seconds since the API server last told something of policies; bookmarks come about every minute',
    kind: 'gauge',
    read: ({ policies }, now) => secondsSince(policies?.()?.lastEventAt ?? null, now),
  },
  {
    name: 'flowtrace_policy_watch_failures_total',
    help: 'Lists and watches of policies that failed; kinds that are forbidden or absent are not counted',
    kind: 'counter',
    read: ({ policies }) => policies?.()?.failures ?? null,
  },
]

function secondsSince(time: number | null, now: number): number | null {
  return time === null ? null : (now - time) / 1000
}

/** @param now Unix milliseconds */
export function secondsUntil(time: Date | null, now: number): number | null {
  return time === null ? null : (time.getTime() - now) / 1000
}

/** @param now Unix milliseconds. */
export function clusterMetrics(
  registry: Registry,
  clusters: readonly ClusterReadings[],
  now: () => number,
): void {
  const labelNames = ['cluster']
  for (const { name, help, kind, read } of [...METRICS, ...HISTORY_METRICS]) {
    if (kind === 'gauge') {
      registry.registerMetric(
        new Gauge({
          name,
          help,
          labelNames,
          registers: [],
          collect() {
            this.reset()
            for (const cluster of clusters) {
              const value = read(cluster, now())
              if (value !== null) this.set({ cluster: cluster.name }, value)
            }
          },
        }),
      )
    } else {
      registry.registerMetric(
        new Counter({
          name,
          help,
          labelNames,
          registers: [],
          collect() {
            this.reset()
            for (const cluster of clusters) {
              const value = read(cluster, now())
              if (value !== null) this.inc({ cluster: cluster.name }, value)
            }
          },
        }),
      )
    }
  }
  labelledMetrics(registry, clusters)
}

/** Those with a second label. */
function labelledMetrics(registry: Registry, clusters: readonly ClusterReadings[]): void {
  registry.registerMetric(
    new Gauge({
      name: 'flowtrace_upstream_state',
      help: `1 for the present state of the connection to Goldmane: ${UPSTREAM_STATES.join(', ')}`,
      labelNames: ['cluster', 'state'],
      registers: [],
      collect() {
        for (const { name, follower } of clusters) {
          for (const state of UPSTREAM_STATES) {
            this.set({ cluster: name, state }, follower.status.state === state ? 1 : 0)
          }
        }
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'flowtrace_calls_refused_total',
      help: 'Calls of browsers that the gateway refused or gave up, by gRPC status code',
      labelNames: ['cluster', 'code'],
      registers: [],
      collect() {
        this.reset()
        for (const { name, viewers } of clusters) {
          for (const [code, count] of viewers.refusals) this.inc({ cluster: name, code: String(code) }, count)
        }
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'flowtrace_unary_calls_total',
      help: 'Calls of List, FilterHints and Statistics: asked of Goldmane, shared with an earlier one, or failed',
      labelNames: ['cluster', 'outcome'],
      registers: [],
      collect() {
        this.reset()
        for (const { name, viewers } of clusters) {
          for (const [outcome, count] of Object.entries(viewers.calls))
            this.inc({ cluster: name, outcome }, count)
        }
      },
    }),
  )
}
