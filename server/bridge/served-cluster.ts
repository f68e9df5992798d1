/** One cluster's Goldmane as it is served: the connection, its one stream, and the hour in memory. */
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { type Log, withCluster } from '../lib/log.ts'
import { FlowRing } from '../upstream/flow-ring.ts'
import type { OnGapStays } from '../upstream/gap-filler.ts'
import { GoldmaneFollower } from '../upstream/goldmane-follower.ts'
import { Upstream, type UpstreamOptions } from '../upstream/upstream.ts'

export const DEFAULT_RING_BYTES = 256 * 2 ** 20

export interface ClusterOptions {
  /** For the log and the screen. */
  readonly name: string
  readonly upstream: UpstreamOptions
  /** Bytes of memory for the hour of flows; 256 MB unless given. */
  readonly ringBytes?: number
  readonly log: Log
  readonly clock?: Clock
  readonly onGapStays?: OnGapStays
}

export interface ServedCluster {
  readonly name: string
  readonly upstream: Upstream
  readonly ring: FlowRing
  readonly follower: GoldmaneFollower
  /** Ends the stream and the connection. */
  close(): Promise<void>
}

/** Starts to follow the cluster's stream. It never fails: a Goldmane that is away is tried again. */
export function openCluster({ name, log, clock = systemClock, ...options }: ClusterOptions): ServedCluster {
  const upstream = new Upstream({ clock, ...options.upstream })
  const ring = new FlowRing({ maxBytes: options.ringBytes ?? DEFAULT_RING_BYTES })
  const { onGapStays = () => {} } = options
  const follower = new GoldmaneFollower({ upstream, ring, log: withCluster(log, name), clock, onGapStays })
  return {
    name,
    upstream,
    ring,
    follower,
    close: async () => {
      await follower.close()
      upstream.close()
    },
  }
}
