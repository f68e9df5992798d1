import type { FlowKey } from '../../../src/gen/goldmane/api_pb.ts'
import type { MissingRange } from '../../../src/wire/freshness.ts'

/** How a view shows the records of one key. */
export interface ShownKey {
  /** The key that is sent instead; null to send the recorded one, byte for byte. */
  readonly rewritten: FlowKey | null
  readonly hidesSourceLabels: boolean
  readonly hidesDestLabels: boolean
}

/** What of the ring a reader gets: which keys, and how they are shown. */
export interface RingView {
  /** Views with equal ids show equal things: they share verdicts and encoded frames. */
  readonly id: string
  /**
   * How the records of a key are shown, null for not at all. Called once for each key and view id as long as the answer is
   * cached. The view itself is null when every record is shown as it is: then no key is decoded.
   */
  readonly show: ((key: FlowKey) => ShownKey | null) | null
}

/** The view of everything. */
export const EVERYTHING: RingView = { id: 'everything', show: null }

/**
 * Reads the ring for one viewer: each record once, in whole gRPC frames. It holds positions and no data, so that one that
 * is not read costs nothing.
 */
export interface RingReader {
  /**
   * Whole gRPC frames (5 bytes of head, then a FlowResult), together at most about `maxBytes`, at least one. Null when
   * there is nothing more now; `onMore` tells when to read again, also when the reader paused because it had passed many
   * records that its view does not show.
   */
  read(maxBytes: number): Buffer | null
  /** Sets the listener that is called when there may be more to read, once for each publish. */
  onMore(listener: () => void): void
  /** Records passed and records in all of what was held at the start, shown or not; null when all are passed. */
  readonly backFill: { readonly sent: number; readonly total: number } | null
  /** What reading has cost so far, in records passed; nothing where another reader of the view had paid. */
  readonly work: number
  /** Buckets that were evicted, or dropped for their age, before this reader had all of them. */
  readonly lost: readonly MissingRange[]
  close(): void
}
