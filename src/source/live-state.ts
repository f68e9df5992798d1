/** What the page can be told of a live source; a part of the store's `SourceState`. */
import type { ConnectionChain } from '../wire/connection-chain.ts'
import type { Trouble } from './trouble.ts'

/** What a gateway of ours says of its own connection to Goldmane; there is none while the gateway does not answer. */
interface UpstreamLoss {
  /** How far its last attempt came; null from an older gateway. */
  readonly chain: ConnectionChain | null
  /** Unix milliseconds by our clock: since when Goldmane has been away. */
  readonly since: number
}

export type LiveState =
  /** Nothing has answered yet, or the gateway has not reached Goldmane yet. */
  | { readonly state: 'connecting' }
  /** The stream is open, and its back-fill is still coming. */
  | {
      readonly state: 'reading'
      /** Unix seconds: where the back-fill began. */
      readonly from: number
      /** Whole percent of the back-fill, 0 to 99; null while that is not known. */
      readonly percent: number | null
    }
  /** The stream is open, and what it had to catch up with was read. */
  | { readonly state: 'live' }
  /** The gateway is connected to a Goldmane that does not answer. It reconnects by itself, at no announced time. */
  | { readonly state: 'silent'; readonly trouble: Trouble; readonly upstream?: UpstreamLoss }
  /**
   * The next attempt, ours or the gateway's, starts at `retryAt` (Unix milliseconds), or has started when that is past.
   * `attempt` counts ours, from 1; it is 0 for the gateway's. `lostAt` is when the records stopped coming (Unix
   * milliseconds); absent when none of this source's streams was ever live.
   */
  | {
      readonly state: 'reconnecting'
      readonly trouble: Trouble
      readonly retryAt: number
      readonly attempt: number
      readonly lostAt?: number
      readonly upstream?: UpstreamLoss
    }
  /** The source does not retry by itself, because that makes no sense for this trouble: a bug. */
  | { readonly state: 'failed'; readonly trouble: Trouble }
