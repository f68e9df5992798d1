/** Counts the open streams of a gateway, all together and by client, and holds both within a limit. */
import type { GrpcStatus } from '../grpc/grpc-status.ts'
import { GRPC } from '../grpc/grpc-status.ts'
import { clientNetwork } from '../lib/client-network.ts'

export interface StreamLimits {
  /** Streams of the whole gateway, over all clusters. */
  readonly streams: number
  /** Streams of one client address, or its network; see {@link clientNetwork}. */
  readonly streamsPerAddress: number
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = { streams: 500, streamsPerAddress: 50 }

export class StreamPlaces {
  readonly #limits: StreamLimits
  readonly #byAddress = new Map<string, number>()
  #taken = 0

  constructor(limits: StreamLimits = DEFAULT_STREAM_LIMITS) {
    this.#limits = limits
  }

  get taken(): number {
    return this.#taken
  }

  /** Takes a place; returns the function that frees it, which may be called again, or the refusal. */
  take(client: string): (() => void) | GrpcStatus {
    const address = clientNetwork(client)
    const { streams, streamsPerAddress } = this.#limits
    if (this.#taken >= streams) return refusal(`serves no more than ${streams} streams at a time`)
    const ofAddress = this.#byAddress.get(address) ?? 0
    if (ofAddress >= streamsPerAddress)
      return refusal(`serves no more than ${streamsPerAddress} streams at a time to one address`)
    this.#taken++
    this.#byAddress.set(address, ofAddress + 1)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#taken--
      const left = (this.#byAddress.get(address) ?? 0) - 1
      if (left > 0) this.#byAddress.set(address, left)
      else this.#byAddress.delete(address)
    }
  }
}

function refusal(limit: string): GrpcStatus {
  return {
    code: GRPC.RESOURCE_EXHAUSTED,
    message: `This gateway ${limit}: close a page and try again`,
  }
}
