/**
 * Flows.Stream: one result per key and bucket, each bucket complete, oldest first, and no bucket twice.
 *
 * A stream is a cursor into the ring: the next bucket to send. One loop serves back-fill and live flows: it sends the
 * buckets that are due, and then waits for the ring to move. No flows are queued for a slow reader, so the ring bounds
 * its memory. Such a reader loses buckets only when it is an hour behind, and they are counted.
 */
import { create } from '@bufbuild/protobuf'

import { type FlowResult, FlowResultSchema, type FlowStreamRequest } from '../gen/goldmane/api_pb.ts'
import type { GoldmaneError } from './goldmane-error.ts'
import { matchesFilter } from './filter.ts'
import type { Ring } from './ring.ts'
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'
import { resolveTime } from './request-times.ts'
import { flowMessage } from './bucket-counters.ts'

export class FlowStream {
  readonly #ring: Ring
  readonly #filter: FlowStreamRequest['filter']
  /** The next bucket to send. */
  #cursor: number
  /** The bucket that is being sent; null when the reader has taken all of its flows. */
  #sending: number | null = null
  #lostBuckets = 0
  #end: { readonly error: GoldmaneError | null } | null = null
  #wake: () => void = () => {}

  constructor(ring: Ring, request: FlowStreamRequest, now: number) {
    this.#ring = ring
    this.#filter = request.filter
    const firstLive = ring.newestDue + BUCKET_SECONDS
    const start = bucketStart(resolveTime(request.startTimeGte, Math.floor(now), firstLive))
    // A start before the ring means the whole ring, one that is not due yet means live flows only.
    this.#cursor = Math.min(Math.max(start, ring.oldest), firstLive)
  }

  /** The number of buckets with data that left the ring before the reader had all of them, whatever the filter. */
  get lostBuckets(): number {
    return this.#lostBuckets
  }

  /** Must be called after the ring moved, with the dropped buckets that had data. */
  onRingMoved(dropped: readonly number[]): void {
    const unsent = this.#sending ?? this.#cursor
    this.#lostBuckets += dropped.filter((bucket) => bucket >= unsent).length
    this.#wake()
  }

  /** Ends the stream. Its reader gets the error, or with null a normal end. Only the first call counts. */
  end(error: GoldmaneError | null): void {
    this.#end ??= { error }
    this.#wake()
  }

  /** Yields results until `end` is called. It supports one reader. */
  async *results(): AsyncGenerator<FlowResult, void, undefined> {
    while (!this.#hasEnded()) {
      this.#cursor = Math.max(this.#cursor, this.#ring.oldest)
      if (this.#cursor > this.#ring.newestDue) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        continue
      }
      this.#sending = this.#cursor
      this.#cursor += BUCKET_SECONDS
      yield* this.#resultsIn(this.#sending)
      this.#sending = null
    }
  }

  /** Copies the list of keys first, so a flow that arrives while a slow reader takes the bucket is too late for it. */
  *#resultsIn(start: number): Generator<FlowResult, void, undefined> {
    const flows = [...this.#ring.flowsIn(start)]
    for (const held of flows) {
      const counters = held.buckets.get(start)
      if (counters === undefined || !matchesFilter(this.#filter, held.key)) continue
      yield create(FlowResultSchema, { id: BigInt(held.id), flow: flowMessage(held.key, [counters]) })
      if (this.#hasEnded()) return
    }
  }

  #hasEnded(): boolean {
    if (this.#end === null) return false
    if (this.#end.error !== null) throw this.#end.error
    return true
  }
}
