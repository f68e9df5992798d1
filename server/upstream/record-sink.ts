/** Where the records that come from Goldmane go. */
import type { MissingRange } from '../../src/wire/freshness.ts'

/** What the follower needs of a FlowRing. */
export interface RecordSink {
  /** Takes an encoded goldmane.FlowResult, whose bytes are copied. See `FlowRing.append`. */
  append(message: Uint8Array): 'stored' | 'known' | 'outside' | 'malformed'
  /** Must be called after a batch of appends. */
  publish(): void
  /** Must be called when ids of Goldmane may have changed. */
  forgetUpstreamIds(): void
  readonly oldestBucket: number | null
  readonly newestBucket: number | null
  /** Buckets between the oldest and the newest of which nothing is held. */
  missing(): readonly MissingRange[]
}
