/** What a live source lacks and how fresh it is: a part of the status that the page is told. Times are Unix seconds. */
import type { Trouble } from '../source/trouble.ts'
import type { LostRange } from '../wire/freshness.ts'
import type { TimeRange } from './protocol.ts'

/** What became of the newest attempt to fill gaps. `range` is what was asked for, `found` how many records were new. */
export type GapFill =
  | { readonly state: 'asking'; readonly range: TimeRange }
  | { readonly state: 'done'; readonly range: TimeRange; readonly found: number }
  | {
      readonly state: 'failed'
      readonly range: TimeRange
      readonly found: number
      readonly trouble: Trouble
    }

/** What a live source lacks, and how fresh it is. */
export interface LiveReport {
  /** Seconds by which the cluster's clock is ahead of ours, negative when it is behind; 0 while none is known. */
  readonly clockSkew: number
  /** The newest gaps, at most 20, oldest first. `holdings.gaps` has their number. */
  readonly gaps: readonly TimeRange[]
  /** What the gateway did not send: by default because this page read too slowly. */
  readonly lost: readonly (TimeRange & Pick<LostRange, 'notFetched'>)[]
  /** What the gateway lacks and still tries to get. Empty through a plain proxy. */
  readonly awaited: readonly TimeRange[]
  /** How many records the gateway evicted before they were an hour old. */
  readonly evictedByGateway: number
  /** Null before the first attempt. */
  readonly fill: GapFill | null
}
