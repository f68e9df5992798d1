/** The alert rules and the dashboard ask for metrics and labels that the gateway has, in PromQL that parses. */
import { parser } from '@prometheus-io/lezer-promql'
import { beforeAll, describe, expect, test } from 'vitest'
import { createMetrics } from '../server/metrics/gateway-metrics.ts'
import type { ClusterReadings } from '../server/metrics/cluster-readings.ts'
import { at, find, readDeployFile, readManifests } from './testing/manifests.ts'

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for: string
  readonly labels: { readonly severity: string }
  readonly annotations: { readonly summary: string; readonly description: string }
}

interface Panel {
  readonly title: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
}

const rules = at(
  find(readManifests('monitoring/alerts.yaml'), 'PrometheusRule'),
  'spec.groups.0.rules',
) as readonly Rule[]
const dashboard: unknown = JSON.parse(readDeployFile('monitoring/grafana-dashboard.json'))
const panels = at(dashboard, 'panels') as readonly Panel[]

/** Labels that Prometheus adds to what it reads from a pod. */
const SCRAPE_LABELS = ['namespace', 'pod']

/** Every count is one, so that each label of a metric is printed. */
const CLUSTER: ClusterReadings = {
  name: 'prod',
  follower: {
    status: { state: 'live', lastBucket: 1_000_000, restartedAt: 1_000_000 },
    counts: { messages: 1, malformed: 1 },
    clientCertificateExpiry: new Date(0),
  },
  ring: { records: 1, bytes: 1, evicted: 1, missing: () => [] },
  viewers: {
    streams: 1,
    streamBytes: 1,
    streamFlows: 1,
    stalled: 1,
    refusals: new Map([[8, 1]]),
    callsInFlight: 1,
    callsWaiting: 1,
    olderFetches: { running: 1, waiting: 1 },
    calls: { asked: 1, shared: 1, failed: 1 },
  },
  recording: () => ({ rows: 1, behind: 1, queueBytes: 1, failures: 1, gaps: 1, dropped: 1 }),
}

let known: ReadonlyMap<string, ReadonlySet<string>>
beforeAll(async () => {
  const metrics = createMetrics({
    version: '1',
    clusters: [CLUSTER],
    connections: () => ({ open: 0, sentBytes: 0 }),
    servingCertificateExpiry: () => new Date(0),
    historyBytes: () => 1,
    now: () => 1_000_000_000,
  })
  metrics.countRefusal('no login')
  known = metricsOf(await metrics.print())
})

/** The names of the metrics in Prometheus's text format, each with its labels. */
function metricsOf(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
    const names = [...labels.matchAll(/(\w+)="/g)].map(([, label]) => label ?? '')
    found.set(name, new Set([...(found.get(name) ?? []), ...names]))
  }
  return found
}

interface Query {
  readonly faults: number
  readonly metrics: readonly string[]
  readonly labels: readonly string[]
}

/** What a query in PromQL names. Grafana's variables stand inside of strings, where any text is valid. */
function parseQuery(expr: string): Query {
  const metrics: string[] = []
  const labels: string[] = []
  let faults = 0
  parser.parse(expr).iterate({
    enter: ({ name, type, from, to }) => {
      const text = expr.slice(from, to)
      if (type.isError) faults++
      if (name === 'Identifier') metrics.push(text)
      if (name === 'LabelName') labels.push(text)
    },
  })
  return { faults, metrics, labels }
}

const queries = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
]

test.each(queries)('%s: %s', (_where, expr) => {
  const { faults, metrics, labels } = parseQuery(expr)
  expect(faults).toBe(0)
  expect(metrics.length).toBeGreaterThan(0)
  expect(metrics.filter((name) => !known.has(name))).toEqual([])
  const possible = new Set([...SCRAPE_LABELS, ...metrics.flatMap((name) => [...(known.get(name) ?? [])])])
  expect(labels.filter((label) => !possible.has(label))).toEqual([])
})

test('a query that does not parse, or names what is not there, is found', () => {
  expect(parseQuery('sum by (cluster (up)').faults).toBeGreaterThan(0)
  expect(parseQuery('rate(flowtrace_flows_total{cluster="a"}[5m])')).toEqual({
    faults: 0,
    metrics: ['flowtrace_flows_total'],
    labels: ['cluster'],
  })
})

describe('the alerts', () => {
  test.each(rules.map((rule) => [rule.alert, rule] as const))(
    '%s says what to do, about labels that it has',
    (_name, rule) => {
      const { annotations, expr, labels } = rule
      expect(rule.for).toMatch(/^\d+m$/)
      expect(['info', 'warning']).toContain(labels.severity)
      expect(annotations.description.length).toBeGreaterThan(20)
      const grouped = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(', ') ?? []
      const used = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(
        ([, label]) => label ?? '',
      )
      expect(used.filter((label) => !grouped.includes(label))).toEqual([])
    },
  )

  test('have names of their own', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
  })
})

test('the panels of the dashboard do not overlap', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  )
  expect(cells.length).toBeGreaterThan(500)
  expect(new Set(cells).size).toBe(cells.length)
})

test('Prometheus reads the port of metrics, and is let in there', () => {
  const manifests = readManifests('monitoring/pod-monitor.yaml')
  const container = at(find(readManifests('flowtrace.yaml'), 'Deployment'), 'spec.template.spec.containers.0')
  const ports = at(container, 'ports') as readonly { readonly name: string; readonly containerPort: number }[]
  const port = ports.find(
    ({ name }) => name === at(find(manifests, 'PodMonitor'), 'spec.podMetricsEndpoints.0.port'),
  )
  const policy = find(manifests, 'NetworkPolicy', 'flowtrace-metrics')
  expect(at(policy, 'spec.ingress.0.ports.0.port')).toBe(port?.containerPort)
  expect(at(policy, 'spec.ingress.0.from')).toHaveLength(1)
})
