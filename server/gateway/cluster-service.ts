/** One cluster as the routes see it: its calls, its state, its end. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../../src/lib/clock.ts'
import type { Viewer } from '../auth/viewer.ts'
import { createBridge, type BridgeOptions } from '../bridge/bridge.ts'
import { DenialCounter, type DenialCounts } from '../bridge/denial-counter.ts'
import { openCluster } from '../bridge/served-cluster.ts'
import type { GrpcStatus } from '../grpc/grpc-status.ts'
import type { Log } from '../lib/log.ts'
import type { ClusterReadings } from '../metrics/cluster-readings.ts'
import type { HistoryStore } from '../history/history-store.ts'
import { ClusterRecording } from '../history/writer/cluster-recording.ts'
import { openPolicies } from '../policies/open-policies.ts'
import type { PolicyAnswers } from '../policies/policy-answers.ts'
import type { PolicyOptions } from '../policies/policy-source.ts'
import type { OpenRecording } from './open-recording.ts'
import { createHistoryAnswers, type HistoryAnswers } from './history-answers.ts'
import type { UpstreamOptions } from '../upstream/upstream.ts'
import type { UpstreamStatus } from '../upstream/upstream-status.ts'

export interface GatewayCluster {
  /** A DNS label, which stands in the address: `/clusters/NAME/`. */
  readonly name: string
  readonly upstream: UpstreamOptions
  /** Bytes that Goldmane's last hour may take. */
  readonly memory: number
  /** Where its policies are read; nowhere unless given. */
  readonly policies?: PolicyOptions | null
  /** Where its records are kept beyond Goldmane's hour; nowhere unless given. Opened and closed by its owner. */
  readonly history?: HistoryStore | null
}

export interface ClusterService {
  readonly name: string
  readonly status: UpstreamStatus
  /** What was denied of what the viewer may see; null while it is not known of the whole hour. */
  denialsFor(viewer: Viewer): DenialCounts | null
  /** Null where none are read. */
  readonly policies: PolicyAnswers | null
  /** Null where none is kept. */
  readonly history: HistoryAnswers | null
  /** Null where it is not recorded. */
  readonly recording: Pick<ClusterRecording, 'status' | 'receive'> | null
  /** For the metrics. */
  readonly readings: ClusterReadings
  /** Answers one gRPC-web call; `path` is that of the method. Returns how to end it early, with a status. */
  answer(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    viewer: Viewer,
  ): (status: GrpcStatus) => void
  /** Resolves when the certificate files can be used. Throws CredentialsError. */
  checkCredentials(): Promise<void>
  /** Ends the open calls with a status, and refuses new ones. */
  endCalls(): void
  /** Stores what has come, and resolves when that is done or `graceMs` milliseconds have passed. */
  endRecording(graceMs: number): Promise<void>
  close(): Promise<void>
}

type Context = BridgeOptions & {
  readonly log: Log
  readonly clock: Clock
  readonly version: string
  readonly recording: OpenRecording | null
}

/**
 * Starts to follow the cluster's stream, whether its Goldmane is there or not. Throws AuthSetupError for policies that there
 * is nobody to ask for.
 */
export function openClusterService(
  { name, upstream, memory, policies: where = null, history = null }: GatewayCluster,
  context: Context,
): ClusterService {
  const { log, clock } = context
  const policies = where === null ? null : openPolicies(where, context)
  const cluster = openCluster({
    name,
    upstream,
    ringBytes: memory,
    log,
    clock,
    onGapStays: (ranges, why) => recording?.onGapStays(ranges, why),
  })
  const { ring, follower } = cluster
  const recording =
    history === null || context.recording === null
      ? null
      : new ClusterRecording({
          ...context.recording,
          store: history,
          cluster: name,
          ring,
          follower,
          log,
          clock,
        })
  const answers = history === null ? null : createHistoryAnswers(history, { ...context, cluster: name })
  const bridge = createBridge(cluster, context)
  const denials = new DenialCounter(cluster.ring, clock)
  return {
    name,
    get status() {
      return cluster.follower.status
    },
    // Otherwise the hour has not come yet, or has ended some time ago, and nothing of it is new.
    denialsFor: (viewer) => (cluster.follower.status.state === 'live' ? denials.count(viewer) : null),
    policies,
    history: answers,
    recording,
    readings: {
      name,
      follower: cluster.follower,
      ring: cluster.ring,
      viewers: bridge.counters,
      policies: () => policies?.readings ?? null,
      recording: () => recording?.readings ?? null,
      historyAnswers: () => answers?.counts ?? null,
    },
    answer: bridge,
    checkCredentials: () => cluster.upstream.checkCredentials(),
    endCalls: () => bridge.close(),
    endRecording: async (graceMs) => recording?.close(graceMs),
    close: async () => {
      await Promise.all([recording?.close(0), cluster.close(), policies?.close()])
    },
  }
}
