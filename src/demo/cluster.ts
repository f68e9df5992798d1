/**
 * The demo cluster: a lab with a three-hop app, its add-ons and a netshoot pod, under the policies in ./manifests, on Calico 3.32.
 * Its traffic is a pure function of the time, so that an hour of history and the live stream agree whoever asks, and when.
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
import { SCAN, SCAN_WINDOW } from './conversations/scan.ts'
import { SYSTEM } from './conversations/system.ts'
import type { Endpoint } from './endpoints.ts'
import { countersOf, diceFor, mirrored, seedOf } from './traffic.ts'

interface Report extends LabelledKey {
  readonly bySource: boolean
  /** With the labels that Calico adds. */
  readonly allLabels: Pick<LabelledKey, 'sourceLabels' | 'destLabels'>
}

/** A conversation with the parts of its records that do not depend on the time. */
interface Prepared {
  readonly conversation: Conversation
  readonly seed: number
  readonly reports: readonly Report[]
}

const STEADY = [...APP, ...DNS, ...SYSTEM, ...MONITORING].map(prepare)
const INCIDENT = SCAN.map(prepare)

/**
 * The flows of the bucket that starts at `bucketStart` (Unix seconds, a multiple of 15): the same ones for the same start. Each key is there
 * at most once.
 */
export function demoFlows(bucketStart: number): Flow[] {
  assert(bucketStart % BUCKET_SECONDS === 0, `${bucketStart} starts a bucket`)
  return conversationsAt(bucketStart).flatMap((prepared) => flowsOf(prepared, bucketStart))
}

function conversationsAt(time: number): readonly Prepared[] {
  const scan = startOfWindow(SCAN_WINDOW, time) === undefined ? [] : INCIDENT
  const jobs = CRON_JOBS.flatMap((job) => {
    const scheduledAt = startOfWindow(job, time)
    return scheduledAt === undefined ? [] : job.conversations(scheduledAt).map(prepare)
  })
  return [...STEADY, ...scan, ...jobs]
}

interface Window {
  readonly period: number
  readonly offset: number
  readonly duration: number
}

/** When the window that the time falls into began; undefined between windows. */
function startOfWindow({ period, offset, duration }: Window, time: number): number | undefined {
  const since = (((time - offset) % period) + period) % period
  return since < duration ? time - since : undefined
}

function prepare(conversation: Conversation): Prepared {
  const { from, to, proto, port, service } = conversation
  const reports: Report[] = []
  if (conversation.src !== undefined) reports.push(report(conversation, 'Src', conversation.src))
  if (conversation.dst !== undefined) reports.push(report(conversation, 'Dst', conversation.dst))
  const name = [from.namespace, from.name, to.namespace, to.name, proto, port, service?.name].join(' ')
  return { conversation, seed: seedOf(name), reports }
}

function report(conversation: Conversation, reporter: Reporter, policies: PolicyTrace): Report {
  const { from, to, proto, port, src } = conversation
  const bySource = reporter === 'Src'
  // The destination's node knows the service only where no source's node translated its address.
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

function flowsOf({ conversation, seed, reports }: Prepared, bucketStart: number): readonly Flow[] {
  const { every = 1, chance = 1, traffic } = conversation
  if ((bucketStart / BUCKET_SECONDS + seed) % every !== 0) return []
  const dice = diceFor(seed, bucketStart)
  if (dice() >= chance) return []
  const atSource = countersOf(traffic, dice)
  const atDestination = mirrored(atSource)
  // Felix keeps all labels of a flow at its first update in an interval, and drops those that Calico adds from the second on
  // (felix/collector/flowlog/types.go:256-279): they are there when the interval saw one connection only.
  const single = atSource.numConnectionsLive === 1
  return reports.map(({ key, bySource, sourceLabels, destLabels, allLabels }) => ({
    key,
    ...(single ? allLabels : { sourceLabels, destLabels }),
    ...(bySource ? atSource : atDestination),
    startTime: bucketStart,
    endTime: bucketStart + BUCKET_SECONDS,
  }))
}
