/**
 * The demo cluster: a lab with a three-hop app, its add-ons and a netshoot pod, on Calico 3.32 with the policies in
 * ./manifests. Its traffic is a pure function of the time, so that back-fill and live stream agree at any time of the
 * request.
 */
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import type { Flow, FlowKey, LabelledKey, PolicyTrace, Reporter } from '../flows/flow.ts'
import { verdictOf } from '../flows/hit.ts'
import { assert, ensure } from '../lib/assert.ts'
import type { Conversation } from './conversation.ts'
import { APP } from './conversations/app.ts'
import { CRON_JOBS } from './conversations/batch.ts'
import { DNS } from './conversations/dns.ts'
import { MONITORING } from './conversations/monitoring.ts'
import { SCAN, SCAN_SCHEDULE } from './conversations/scan.ts'
import { SYSTEM } from './conversations/system.ts'
import type { Endpoint } from './endpoints.ts'
import { countersOf, seededRandom, mirrored, seedOf } from './traffic.ts'

interface Report extends LabelledKey {
  readonly bySource: boolean
  /** The labels of both ends, those that Calico adds included. */
  readonly allLabels: Pick<LabelledKey, 'sourceLabels' | 'destLabels'>
}

/** A conversation with the members of its records that do not depend on the time. */
interface PreparedConversation {
  readonly conversation: Conversation
  readonly seed: number
  readonly reports: readonly Report[]
}

const STEADY = [...APP, ...DNS, ...SYSTEM, ...MONITORING].map(prepare)
const INCIDENT = SCAN.map(prepare)

/**
 * Returns the flows of the bucket that starts at `bucketStart` (Unix seconds, a multiple of 15), at most one for each
 * key. It is pure: the same start gives the same flows.
 */
export function demoFlows(bucketStart: number): Flow[] {
  assert(bucketStart % BUCKET_SECONDS === 0, `${bucketStart} starts a bucket`)
  return conversationsAt(bucketStart).flatMap((prepared) => flowsOf(prepared, bucketStart))
}

function conversationsAt(time: number): readonly PreparedConversation[] {
  const scan = startOfOccurrence(SCAN_SCHEDULE, time) === undefined ? [] : INCIDENT
  const jobs = CRON_JOBS.flatMap((job) => {
    const scheduledAt = startOfOccurrence(job, time)
    return scheduledAt === undefined ? [] : job.conversations(scheduledAt).map(prepare)
  })
  return [...STEADY, ...scan, ...jobs]
}

/** Seconds: something occurs every `period` from the epoch, starts `offset` into it, and takes `duration`. */
interface Schedule {
  readonly period: number
  readonly offset: number
  readonly duration: number
}

/** Returns the start of the occurrence that is under way at a time; undefined between two occurrences. */
function startOfOccurrence({ period, offset, duration }: Schedule, time: number): number | undefined {
  const since = (((time - offset) % period) + period) % period
  return since < duration ? time - since : undefined
}

function prepare(conversation: Conversation): PreparedConversation {
  const { from, to, proto, port, service } = conversation
  const reports: Report[] = []
  if (conversation.src !== undefined) reports.push(reportOf(conversation, 'Src', conversation.src))
  if (conversation.dst !== undefined) reports.push(reportOf(conversation, 'Dst', conversation.dst))
  const name = [from.namespace, from.name, to.namespace, to.name, proto, port, service?.name].join(' ')
  return { conversation, seed: seedOf(name), reports }
}

function reportOf(conversation: Conversation, reporter: Reporter, policies: PolicyTrace): Report {
  const { from, to, proto, port, src } = conversation
  const bySource = reporter === 'Src'
  // Only the node that translated the service's address knows it: the source's, if the source is in the cluster.
  const service = bySource || src === undefined ? conversation.service : undefined
  const key: FlowKey = {
    sourceName: from.name,
    sourceNamespace: from.namespace,
    sourceType: from.type,
    destName: to.name,
    destNamespace: to.namespace,
    destType: to.type,
    destPort: port,
    destServiceName: service?.name ?? '-',
    destServiceNamespace: service?.namespace ?? '-',
    destServicePortName: service?.portName ?? '-',
    destServicePort: service?.port ?? 0,
    proto,
    reporter,
    action: ensure(verdictOf(policies.enforced), 'a demo trace has a hit'),
    policies,
  }
  return {
    key,
    bySource,
    sourceLabels: from.labels,
    destLabels: to.labels,
    allLabels: { sourceLabels: withSystemLabels(from), destLabels: withSystemLabels(to) },
  }
}

function withSystemLabels({ labels, systemLabels }: Endpoint): readonly string[] {
  return [...labels, ...systemLabels].sort()
}

function flowsOf(
  { conversation, seed, reports }: PreparedConversation,
  bucketStart: number,
): readonly Flow[] {
  const { every = 1, chance = 1, traffic } = conversation
  if ((bucketStart / BUCKET_SECONDS + seed) % every !== 0) return []
  const random = seededRandom(seed, bucketStart)
  if (random() >= chance) return []
  const atSource = countersOf(traffic, random)
  const atDestination = mirrored(atSource)
  // Felix sets all labels of a flow at its first update in a bucket, and removes those that Calico adds at the second
  // (felix/collector/flowlog/types.go:256-279). So they are recorded only in a bucket with a single connection.
  const single = atSource.numConnectionsLive === 1
  return reports.map(({ key, bySource, sourceLabels, destLabels, allLabels }) => ({
    key,
    ...(single ? allLabels : { sourceLabels, destLabels }),
    ...(bySource ? atSource : atDestination),
    startTime: bucketStart,
    endTime: bucketStart + BUCKET_SECONDS,
  }))
}
