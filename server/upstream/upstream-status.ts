/** How the connection to Goldmane fares, and who is told. */
import { Subscribers } from '../../src/lib/observable.ts'
import type { ConnectionChain } from '../../src/wire/connection-chain.ts'
import type { UpstreamState } from '../../src/wire/freshness.ts'

/** The members are those of {@link Freshness}. All times are Unix seconds by the gateway's clock, but for the bucket. */
export interface UpstreamStatus {
  readonly state: UpstreamState
  readonly cause: string | null
  readonly chain: ConnectionChain | null
  readonly since: number
  readonly retryAt: number | null
  /** The start of the newest bucket that came from Goldmane, by Goldmane's clock. */
  readonly lastBucket: number | null
  readonly restartedAt: number | null
}

type Reason = Pick<UpstreamStatus, 'cause' | 'chain' | 'retryAt'>

export class StatusHolder {
  readonly #subscribers = new Subscribers()
  #status: UpstreamStatus

  /** `now`: Unix seconds. */
  constructor(now: number) {
    this.#status = {
      state: 'connecting',
      cause: null,
      chain: null,
      since: now,
      retryAt: null,
      lastBucket: null,
      restartedAt: null,
    }
  }

  get status(): UpstreamStatus {
    return this.#status
  }

  subscribe(listener: () => void): () => void {
    return this.#subscribers.subscribe(listener)
  }

  /** Changes the state; cause, chain and time of the next attempt are null unless given. `at` is Unix seconds. */
  enter(
    state: UpstreamState,
    at: number,
    { cause = null, chain = null, retryAt = null }: Partial<Reason> = {},
  ): void {
    const since = state === this.#status.state ? this.#status.since : at
    this.#change({ state, since, cause, chain, retryAt })
  }

  /** Notes the newest bucket. Tells the subscribers only when it is another one. */
  setLastBucket(lastBucket: number | null): void {
    this.#change({ lastBucket })
  }

  setRestartedAt(restartedAt: number): void {
    this.#change({ restartedAt })
  }

  #change(change: Partial<UpstreamStatus>): void {
    const before = this.#status
    const status = { ...before, ...change }
    const isSame =
      before.state === status.state &&
      before.cause === status.cause &&
      before.chain === status.chain &&
      before.since === status.since &&
      before.retryAt === status.retryAt &&
      before.lastBucket === status.lastBucket &&
      before.restartedAt === status.restartedAt
    if (isSame) return
    this.#status = status
    this.#subscribers.notify()
  }
}
