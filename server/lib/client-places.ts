import { clientNetwork } from './client-network.ts'

export interface PlaceLimits {
  readonly all: number
  /** Of one client's address, or its network; see {@link clientNetwork}. */
  readonly perClient: number
}

/** Places that clients take and free, held within a limit for all together and for each. */
export class ClientPlaces {
  readonly #limits: PlaceLimits
  readonly #byClient = new Map<string, number>()
  #taken = 0

  constructor(limits: PlaceLimits) {
    this.#limits = limits
  }

  get taken(): number {
    return this.#taken
  }

  /** Takes a place; returns the function that frees it, which may be called again, or which limit leaves none. */
  take(address: string): (() => void) | keyof PlaceLimits {
    if (this.#taken >= this.#limits.all) return 'all'
    const client = clientNetwork(address)
    const ofClient = this.#byClient.get(client) ?? 0
    if (ofClient >= this.#limits.perClient) return 'perClient'
    this.#taken++
    this.#byClient.set(client, ofClient + 1)
    let isTaken = true
    return () => {
      if (!isTaken) return
      isTaken = false
      this.#taken--
      const left = (this.#byClient.get(client) ?? 0) - 1
      if (left > 0) this.#byClient.set(client, left)
      else this.#byClient.delete(client)
    }
  }
}
