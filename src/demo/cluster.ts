/**
 * The demo cluster: a lab with a three-hop app, its add-ons and a netshoot pod, on Calico 3.32. Its policies are those of
 * a step of the story (demo-step.ts), its traces what these policies decide. Its traffic is a pure function of the time
 * and the step, so that back-fill and live stream agree at any time of the request.
 *
 * Each bucket is decided anew: a connection that was open when a step came into force is not admitted any longer by
 * conntrack, as it would be in a cluster, so that a change shows at once. What depends on a denied conversation goes on:
 * web talks to api although its lookups are denied, as with addresses that it still remembers.
 */
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import type { Flow, FlowKey, LabelledKey, PolicyTrace, Reporter } from '../flows/flow.ts'
import { verdictOf } from '../flows/hit.ts'
import { assert, ensure } from '../lib/assert.ts'
import { ConnectionEvaluator } from '../policy/evaluate/connection-evaluator.ts'
import type { Conversation } from './conversation.ts'
import { tracesOf } from './conversation-traces.ts'
import { APP } from './conversations/app.ts'
import { CRON_JOBS } from './conversations/batch.ts'
import { DNS } from './conversations/dns.ts'
import { MONITORING } from './conversations/monitoring.ts'
import { SCAN, SCAN_SCHEDULE } from './conversations/scan.ts'
import { SYSTEM } from './conversations/system.ts'
import { DEFAULT_DEMO_STEP, type DemoStep } from './demo-step.ts'
import type { Endpoint } from './endpoints.ts'
import { readStep } from './step-manifests.ts'
import { countersOf, deniedTraffic, mirrored, seededRandom, seedOf, type Traffic } from './traffic.ts'

interface Report extends LabelledKey {
  readonly bySource: boolean
  /** The labels of both ends, those that Calico adds included. */
  readonly allLabels: Pick<LabelledKey, 'sourceLabels' | 'destLabels'>
}

/** A conversation with the members of its records that do not depend on the time. */
interface PreparedConversation {
  readonly conversation: Conversation
  readonly seed: number
  readonly traffic: Traffic
  readonly reports: readonly Report[]
}

/**
 * Returns the flows of the bucket that starts at `bucketStart` (Unix seconds, a multiple of 15) under the policies of a
 * step, at most one for each key. It is pure: the same start and step give the same flows.
 */
export function demoFlows(bucketStart: number, step: DemoStep = DEFAULT_DEMO_STEP): Flow[] {
  assert(bucketStart % BUCKET_SECONDS === 0, `${bucketStart} starts a bucket`)
  let cluster = clusters.get(step)
  if (cluster === undefined) {
    cluster = new DecidedCluster(step)
    clusters.set(step, cluster)
  }
  return cluster.conversationsAt(bucketStart).flatMap((prepared) => flowsOf(prepared, bucketStart))
}

/** Made when they are first asked for: most commands of the program show no demo. */
const clusters = new Map<DemoStep, DecidedCluster>()

/** The conversations of the cluster with what the policies of one step decide. */
class DecidedCluster {
  readonly #evaluator: ConnectionEvaluator
  readonly #steady: readonly PreparedConversation[]
  readonly #incident: readonly PreparedConversation[]

  constructor(step: DemoStep) {
    this.#evaluator = new ConnectionEvaluator(readStep(step).manifests)
    this.#steady = [...APP, ...DNS, ...SYSTEM, ...MONITORING].map(this.#prepare)
    this.#incident = SCAN.map(this.#prepare)
  }

  conversationsAt(time: number): readonly PreparedConversation[] {
    const scan = startOfOccurrence(SCAN_SCHEDULE, time) === undefined ? [] : this.#incident
    const jobs = CRON_JOBS.flatMap((job) => {
      const scheduledAt = startOfOccurrence(job, time)
      return scheduledAt === undefined ? [] : job.conversations(scheduledAt).map(this.#prepare)
    })
    return [...this.#steady, ...scan, ...jobs]
  }

  readonly #prepare = (conversation: Conversation): PreparedConversation => {
    const { from, to, proto, port, service, traffic, denied = deniedTraffic(traffic) } = conversation
    const { src, dst, isDenied } = tracesOf(conversation, this.#evaluator)
    const reports: Report[] = []
    if (src !== null) reports.push(reportOf(conversation, 'Src', src))
    if (dst !== null) reports.push(reportOf(conversation, 'Dst', dst))
    const name = [from.namespace, from.name, to.namespace, to.name, proto, port, service?.name].join(' ')
    return { conversation, seed: seedOf(name), traffic: isDenied ? denied : traffic, reports }
  }
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

function reportOf(conversation: Conversation, reporter: Reporter, policies: PolicyTrace): Report {
  const { from, to, proto, port } = conversation
  const bySource = reporter === 'Src'
  // Only the node that translated the service's address knows it: the source's, if the source is in the cluster.
  const service = bySource || from.type !== 'WorkloadEndpoint' ? conversation.service : undefined
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
  { conversation, seed, traffic, reports }: PreparedConversation,
  bucketStart: number,
): readonly Flow[] {
  const { every = 1, chance = 1 } = conversation
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
