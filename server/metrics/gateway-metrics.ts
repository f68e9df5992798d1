/**
 * The metrics of the gateway, for Prometheus. What clusters count themselves is read when Prometheus asks; only refusals and
 * stalled answers are counted here. No label has a namespace, a workload or a viewer.
 */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import { clusterMetrics, secondsUntil } from './cluster-metrics.ts'
import type { ClusterReadings } from './cluster-readings.ts'

export interface MetricsSources {
  readonly version: string
  readonly clusters: readonly ClusterReadings[]
  /** Connections that browsers and proxies have open, and the bytes sent on all so far. */
  readonly connections: () => { readonly open: number; readonly sentBytes: number }
  /** Of this server's certificate; null without TLS. */
  readonly servingCertificateExpiry: () => Date | null
  /** That the history takes on disk; null while it is not known, and without one. */
  readonly historyBytes?: () => number | null
  readonly historyDamagedFiles?: () => number | null
  /** Unix milliseconds. */
  readonly now: () => number
}

export interface GatewayMetrics {
  readonly contentType: string
  /** The text that Prometheus reads. */
  print(): Promise<string>
  /** Counts a call or a connection that was not let in. `reason` is one of a fixed set. */
  countRefusal(reason: string): void
  /** Counts an answer, no stream of flows, that was given up because its reader took nothing. */
  countStalledAnswer(): void
}

export function createMetrics(sources: MetricsSources): GatewayMetrics {
  const { version, clusters, connections, servingCertificateExpiry, now } = sources
  const { historyBytes = () => null, historyDamagedFiles = () => null } = sources
  const registry = new Registry()
  // Among them CPU, memory, open descriptors, and the delay of the event loop in quantiles.
  collectDefaultMetrics({ register: registry })
  clusterMetrics(registry, clusters, now)

  new Gauge({
    name: 'flowtrace_build_info',
    help: 'Always 1; the version is a label',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1)
  registry.registerMetric(
    new Gauge({
      name: 'flowtrace_connections',
      help: 'Open connections of browsers and proxies',
      registers: [],
      collect() {
        this.set(connections().open)
      },
    }),
  )
  registry.registerMetric(
    new Counter({
      name: 'flowtrace_sent_bytes_total',
      help: 'Bytes sent to browsers and proxies, TLS and HTTP included',
      registers: [],
      collect() {
        this.reset()
        this.inc(connections().sentBytes)
      },
    }),
  )
  registry.registerMetric(
    gaugeOf(
      'flowtrace_serving_certificate_expiry_seconds',
      "Seconds until this server's certificate expires; negative afterwards",
      () => secondsUntil(servingCertificateExpiry(), now()),
    ),
  )
  registry.registerMetric(
    gaugeOf(
      'flowtrace_history_stored_bytes',
      'What the history takes on disk, that of all clusters',
      historyBytes,
    ),
  )
  registry.registerMetric(
    gaugeOf(
      'flowtrace_history_damaged_files',
      'Files of the history that are damaged and were set aside',
      historyDamagedFiles,
    ),
  )
  const refusals = new Counter({
    name: 'flowtrace_refusals_total',
    help: 'Calls and connections that were not let in, by reason',
    labelNames: ['reason'],
    registers: [registry],
  })
  const stalledAnswers = new Counter({
    name: 'flowtrace_answers_stalled_total',
    help: 'Answers other than streams that were given up because their reader took nothing',
    registers: [registry],
  })
  return {
    contentType: registry.contentType,
    print: () => registry.metrics(),
    countRefusal: (reason) => refusals.inc({ reason }),
    countStalledAnswer: () => stalledAnswers.inc(),
  }
}

/** A gauge that is absent while there is no value. */
function gaugeOf(name: string, help: string, read: () => number | null): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      const value = read()
      // Without a label a gauge says 0 as long as it was never set: a certificate that is not there would expire now.
      if (value === null) this.remove()
      else this.set(value)
    },
  })
}
