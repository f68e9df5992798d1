/**
 * Flows.Stream: one result per key and bucket, each bucket whole, oldest first, and no bucket twice.
 *
 * A stream is a cursor into the ring: the next bucket to send. Back-fill and live are the same loop, which sends what
 * is due and waits for the ring to move when nothing is. A slow reader therefore queues no flows: the bound of what
 * waits for it is the ring itself. It loses buckets only when it is an hour behind, and then they are counted.
 */
import { create } from '@bufbuild/protobuf'

import { type FlowResult, FlowResultSchema, type FlowStreamRequest } from '../gen/goldmane/api_pb.ts'
import type { GoldmaneError } from './error.ts'
import { matchesFilter } from './filter.ts'
import type { Ring } from './ring.ts'
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'
import { resolveTime } from './time-range.ts'
import { flowMessage } from './bucket-counters.ts'

export class FlowStream {
  readonly #ring: Ring
  readonly #filter: FlowStreamRequest['filter']
  /** The next bucket to send. */
  #cursor: number
  /** The bucket that is being sent, whose flows the reader has not all taken. */
  #sending: number | null = null
  #lost = 0
  #end: { readonly error: GoldmaneError | null } | null = null
  #wake: () => void = () => {}

  constructor(ring: Ring, request: FlowStreamRequest, now: number) {
    this.#ring = ring
    this.#filter = request.filter
    const firstLive = ring.newestDue + BUCKET_SECONDS
    const start = bucketStart(resolveTime(request.startTimeGte, Math.floor(now), firstLive))
    // An older start means all that there is; one that is not due yet means live only.
    this.#cursor = Math.min(Math.max(start, ring.oldest), firstLive)
  }

  /** Buckets with data that left the ring before the reader had all of them. The filter is not applied to them. */
  get lost(): number {
    return this.#lost
  }

  /** To be called after the ring moved, with the buckets with data that it dropped. */
  moved(dropped: readonly number[]): void {
    const unsent = this.#sending ?? this.#cursor
    this.#lost += dropped.filter((bucket) => bucket >= unsent).length
    this.#wake()
  }

  /** Ends the stream: its reader gets the error, or with null a plain end. */
  end(error: GoldmaneError | null): void {
    this.#end ??= { error }
    this.#wake()
  }

  /** Runs until `end`. For one reader. */
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
      yield* this.#bucket(this.#sending)
      this.#sending = null
    }
  }

  /** The list of flows is taken once: what arrives while the reader takes its time was not in time for it. */
  *#bucket(start: number): Generator<FlowResult, void, undefined> {
    const flows = [...this.#ring.flowsIn(start)]
    for (const held of flows) {
      const window = held.windows.get(start)
      if (window === undefined || !matchesFilter(this.#filter, held.key)) continue
      yield create(FlowResultSchema, { id: BigInt(held.id), flow: flowMessage(held.key, [window]) })
      if (this.#hasEnded()) return
    }
  }

  #hasEnded(): boolean {
    if (this.#end === null) return false
    if (this.#end.error !== null) throw this.#end.error
    return true
  }
}
