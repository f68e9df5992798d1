import { expect, test } from 'vitest'
import type { ClusterReadings } from './cluster-readings.ts'
import { createMetrics } from './gateway-metrics.ts'

function readings(name: string, changes: Partial<ClusterReadings> = {}): ClusterReadings {
  return {
    name,
    follower: {
      status: { state: 'live', lastBucket: 1_000_000, restartedAt: 999_999 },
      counts: { messages: 12, malformed: 1 },
      clientCertificateExpiry: new Date(1_000_105_000),
    },
    ring: { records: 11, bytes: 400, evicted: 3, missing: () => [{ from: 999_000, to: 999_045 }] },
    viewers: {
      streams: 4,
      streamBytes: 5000,
      streamFlows: 90,
      stalled: 1,
      refusals: new Map([[8, 2]]),
      callsInFlight: 1,
      callsWaiting: 0,
      olderFetches: { running: 2, waiting: 6 },
      calls: { asked: 9, shared: 7, failed: 1 },
    },
    recording: () => ({ rows: 77, behind: 12, queueBytes: 600, failures: 2, gaps: 1, dropped: 4 }),
    ...changes,
  }
}

let servingExpiry: Date | null = null

function metricsOf(...clusters: readonly ClusterReadings[]) {
  return createMetrics({
    version: '1.2.3',
    clusters,
    connections: () => ({ open: 5, sentBytes: 700 }),
    servingCertificateExpiry: () => servingExpiry,
    historyBytes: () => 1234,
    historyDamagedFiles: () => 1,
    now: () => 1_000_045_000,
  })
}

test('the metrics are those of each cluster, by its name', async () => {
  const silent: ClusterReadings['follower'] = {
    status: { state: 'unreachable', lastBucket: null, restartedAt: null },
    counts: { messages: 0, malformed: 0 },
    clientCertificateExpiry: null,
  }
  const text = await metricsOf(
    readings('prod'),
    readings('lab', { follower: silent, recording: () => null }),
  ).print()
  for (const line of [
    'flowtrace_upstream_streams{cluster="prod"} 3',
    'flowtrace_upstream_streams{cluster="lab"} 2',
    'flowtrace_upstream_state{cluster="prod",state="live"} 1',
    'flowtrace_upstream_state{cluster="prod",state="unreachable"} 0',
    'flowtrace_upstream_state{cluster="lab",state="unreachable"} 1',
    'flowtrace_flows_received_total{cluster="prod"} 12',
    'flowtrace_flows_malformed_total{cluster="prod"} 1',
    'flowtrace_lag_seconds{cluster="prod"} 30',
    'flowtrace_missing_buckets{cluster="prod"} 3',
    'flowtrace_goldmane_restarted_seconds{cluster="prod"} 999999',
    'flowtrace_ring_records{cluster="prod"} 11',
    'flowtrace_ring_bytes{cluster="prod"} 400',
    'flowtrace_ring_evicted_total{cluster="prod"} 3',
    'flowtrace_viewer_streams{cluster="prod"} 4',
    'flowtrace_viewer_stream_bytes_total{cluster="prod"} 5000',
    'flowtrace_viewer_flows_sent_total{cluster="prod"} 90',
    'flowtrace_viewers_stalled_total{cluster="prod"} 1',
    'flowtrace_client_certificate_expiry_seconds{cluster="prod"} 60',
    'flowtrace_calls_refused_total{cluster="prod",code="8"} 2',
    'flowtrace_build_info{version="1.2.3"} 1',
    'flowtrace_history_rows_total{cluster="prod"} 77',
    'flowtrace_history_behind_seconds{cluster="prod"} 12',
    'flowtrace_history_queue_bytes{cluster="prod"} 600',
    'flowtrace_history_put_failures_total{cluster="prod"} 2',
    'flowtrace_history_gaps_total{cluster="prod"} 1',
    'flowtrace_history_dropped_rows_total{cluster="prod"} 4',
    'flowtrace_history_stored_bytes 1234',
    'flowtrace_history_damaged_files 1',
    'flowtrace_connections 5',
    'flowtrace_sent_bytes_total 700',
  ]) {
    expect(text.split('\n')).toContain(line)
  }
  expect(text).not.toContain('flowtrace_lag_seconds{cluster="lab"}')
  expect(text).not.toContain('flowtrace_history_rows_total{cluster="lab"}')
  expect(text).not.toContain('flowtrace_client_certificate_expiry_seconds{cluster="lab"}')
})

test('a certificate that is not there has no expiry; one that expired has a negative one', async () => {
  const metrics = metricsOf(readings('prod'))
  expect(await metrics.print()).not.toMatch(/^flowtrace_serving_certificate_expiry_seconds /m)
  servingExpiry = new Date(1_000_040_000)
  expect(await metrics.print()).toContain('flowtrace_serving_certificate_expiry_seconds -5\n')
  servingExpiry = null
  expect(await metrics.print()).not.toMatch(/^flowtrace_serving_certificate_expiry_seconds /m)
})

test('a counter that is read twice is not added up', async () => {
  const metrics = metricsOf(readings('prod'))
  await metrics.print()
  expect(await metrics.print()).toContain('flowtrace_flows_received_total{cluster="prod"} 12\n')
})

test('refusals are counted by their reason', async () => {
  const metrics = metricsOf()
  metrics.countRefusal('no login')
  metrics.countRefusal('no login')
  expect(await metrics.print()).toContain('flowtrace_refusals_total{reason="no login"} 2\n')
})

test('answers that nobody took are counted', async () => {
  const metrics = metricsOf()
  metrics.countStalledAnswer()
  expect(await metrics.print()).toContain('flowtrace_answers_stalled_total 1\n')
})

test('the process is measured, with the delay of its event loop', async () => {
  const text = await metricsOf().print()
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds \S+$/m)
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m)
})
