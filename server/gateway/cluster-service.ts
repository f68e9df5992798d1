/** One cluster as the routes see it: its bridge, its state, its end. */
import { createBridge } from '../bridge/bridge.ts'
import { Upstream, type UpstreamOptions } from '../upstream/upstream.ts'
import type { UpstreamState } from '../../src/wire/freshness.ts'
import type { ClusterReadings } from '../metrics/cluster-readings.ts'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Viewer } from '../auth/viewer.ts'

export interface ClusterOptions {
  /** A DNS label, which stands in the address: `/clusters/NAME/`. */
  readonly name: string
  readonly upstream: UpstreamOptions
  /** Bytes that Goldmane's last hour may take. */
  readonly memory: number
}

export interface ClusterStatus {
  readonly state: UpstreamState
  /** A sentence without a full stop; null while there is nothing to say. */
  readonly cause: string | null
  /** Unix seconds: the start of the newest bucket that came from Goldmane. */
  readonly lastBucket: number | null
}

export interface ClusterService {
  readonly name: string
  readonly status: ClusterStatus
  /** For the metrics. */
  readonly readings: ClusterReadings | null
  /** Answers one gRPC-web call; `path` is that of the method. */
  answer(request: IncomingMessage, response: ServerResponse, path: string, viewer: Viewer): void
  /** Resolves when the certificate files can be used. Throws CredentialsError. */
  checkCredentials(): Promise<void>
  /** Ends the open calls with a status. */
  close(): Promise<void>
}

export function openClusterService({ name, upstream: options }: ClusterOptions): ClusterService {
  const upstream = new Upstream(options)
  const bridge = createBridge(upstream)
  return {
    name,
    readings: null,
    status: { state: 'connecting', cause: null, lastBucket: null },
    answer: (request, response, path) => bridge(request, response, path),
    checkCredentials: () => upstream.checkCredentials(),
    close: async () => upstream.close(),
  }
}
