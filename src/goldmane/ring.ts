/**
 * The storage: a ring of 242 buckets of 15 s, which are the bucket of now, one of the future for clocks that run ahead,
 * and 240 of history. Upstream: goldmane/goldmane.go:37-42, storage/bucket_ring.go.
 *
 * Bucket starts are Unix seconds, multiples of the interval; the bucket `[start, start + 15)` is named by its start.
 * Only `advance` moves the ring, and only forwards.
 */
import { keyToMessage } from '../wire/flow-message.ts'
import type { Flow } from '../flows/flow.ts'
import { inOrder } from '../flows/hit.ts'
import type { FlowKey as FlowKeyMessage } from '../gen/goldmane/api_pb.ts'
import { ensure } from '../lib/assert.ts'
import { keyIdentity } from '../flows/identity.ts'
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'
import { type TimeRange } from './time-range.ts'
import { addWindow, type Window, windowOf } from './bucket-counters.ts'

/** Buckets of history behind the one of now. */
export const HISTORY = 240

/** All that the ring holds of one key. */
export interface HeldFlow {
  /** From 1, increasing; never given to another key. */
  readonly id: number
  readonly identity: string
  /** One object for as long as the key is held: results share it, so it must not be changed. */
  readonly key: FlowKeyMessage
  /** By bucket start, in order of arrival. */
  readonly windows: Map<number, Window>
}

/** Whether the key has a bucket that starts in the range. Upstream: storage/diachronic_flow.go:291-299. */
export function hasDataIn(flow: HeldFlow, { gte, lt }: TimeRange): boolean {
  for (const start of flow.windows.keys()) if (start >= gte && start < lt) return true
  return false
}

export class Ring {
  #current: number
  #lastId = 0
  readonly #flows = new Map<string, HeldFlow>()
  /** Which flows have data in a bucket. Buckets without any have no entry. */
  readonly #buckets = new Map<number, Set<HeldFlow>>()

  constructor(now: number) {
    this.#current = bucketStart(now)
  }

  /** The bucket that is filling. */
  get current(): number {
    return this.#current
  }

  /** The oldest bucket held. */
  get oldest(): number {
    return this.#current - HISTORY * BUCKET_SECONDS
  }

  /** Where the bucket of the future ends: the first time that does not fit. */
  get end(): number {
    return this.#current + 2 * BUCKET_SECONDS
  }

  /**
   * The newest bucket that streams may have: a bucket is sent one interval after it closed, so that flows which are
   * late by less than that are in it. Upstream: storage/bucket_ring.go:684-709.
   */
  get newestDue(): number {
    return this.#current - 2 * BUCKET_SECONDS
  }

  /** Every key held, by id ascending. */
  flows(): Iterable<HeldFlow> {
    return this.#flows.values()
  }

  /** The keys with data in a bucket, in order of arrival. */
  flowsIn(bucket: number): Iterable<HeldFlow> {
    return this.#buckets.get(bucket) ?? []
  }

  /** Sums a flow into its bucket. False when its start lies outside the ring: it is not kept. */
  add(flow: Flow): boolean {
    const start = bucketStart(flow.startTime)
    // Written so that NaN is outside, too.
    if (!(start >= this.oldest && start < this.end)) return false
    const held = this.#held(flow)
    const window = windowOf(start, flow)
    const before = held.windows.get(start)
    if (before === undefined) held.windows.set(start, window)
    else addWindow(before, window)
    const bucket = this.#buckets.get(start)
    if (bucket === undefined) this.#buckets.set(start, new Set([held]))
    else bucket.add(held)
    return true
  }

  /** Moves the ring to the bucket of `now` and returns the buckets with data that it dropped. */
  advance(now: number): readonly number[] {
    const current = bucketStart(now)
    if (!(current > this.#current)) return []
    this.#current = current
    const dropped = [...this.#buckets.keys()].filter((start) => start < this.oldest)
    for (const start of dropped) this.#drop(start)
    return dropped
  }

  #held(flow: Flow): HeldFlow {
    const identity = keyIdentity(flow.key)
    const known = this.#flows.get(identity)
    if (known !== undefined) return known
    const { enforced, pending } = flow.key.policies
    const policies = { enforced: inOrder(enforced), pending: inOrder(pending) }
    this.#lastId += 1
    const held: HeldFlow = {
      id: this.#lastId,
      identity,
      key: keyToMessage({ ...flow.key, policies }),
      windows: new Map(),
    }
    this.#flows.set(identity, held)
    return held
  }

  #drop(start: number): void {
    const bucket = ensure(this.#buckets.get(start), 'only buckets with data are dropped')
    for (const held of bucket) {
      held.windows.delete(start)
      if (held.windows.size === 0) this.#flows.delete(held.identity)
    }
    this.#buckets.delete(start)
  }
}
