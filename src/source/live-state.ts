/** What a page can be told of a live source. A part of the store's `SourceState`. */
import type { Trouble } from './trouble.ts'

export type LiveState =
  | { readonly state: 'connecting' }
  /** The stream is open. */
  | { readonly state: 'live' }
  /** The next attempt starts at `retryAt` (Unix milliseconds), or has started when that is past. */
  | {
      readonly state: 'reconnecting'
      readonly trouble: Trouble
      readonly retryAt: number
      readonly attempt: number
    }
  /** The source does not retry by itself, because that makes no sense for this trouble. */
  | { readonly state: 'failed'; readonly trouble: Trouble }
