/** Counts the open streams of a gateway, all together and by client, and holds both within a limit. */
import type { GrpcStatus } from '../grpc/grpc-status.ts'
import { GRPC } from '../grpc/grpc-status.ts'
import { ClientPlaces } from '../lib/client-places.ts'

export interface StreamLimits {
  /** Streams of the whole gateway, over all clusters. */
  readonly streams: number
  /** Streams of one client address, or its network; see {@link ClientPlaces}. */
  readonly streamsPerAddress: number
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = { streams: 500, streamsPerAddress: 50 }

export class StreamPlaces {
  readonly #limits: StreamLimits
  readonly #places: ClientPlaces

  constructor(limits: StreamLimits = DEFAULT_STREAM_LIMITS) {
    this.#limits = limits
    this.#places = new ClientPlaces({ all: limits.streams, perClient: limits.streamsPerAddress })
  }

  get taken(): number {
    return this.#places.taken
  }

  /** Takes a place; returns the function that frees it, which may be called again, or the refusal. */
  take(address: string): (() => void) | GrpcStatus {
    const { streams, streamsPerAddress } = this.#limits
    const place = this.#places.take(address)
    if (place === 'all') return refusal(`serves no more than ${streams} streams at a time`)
    if (place === 'perClient')
      return refusal(`serves no more than ${streamsPerAddress} streams at a time to one address`)
    return place
  }
}

function refusal(limit: string): GrpcStatus {
  return {
    code: GRPC.RESOURCE_EXHAUSTED,
    message: `This gateway ${limit}: close a page and try again`,
  }
}
