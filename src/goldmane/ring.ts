/**
 * The storage: a ring buffer of 242 buckets of 15 s, which are the one that is filling, one of the future for nodes
 * whose clock runs ahead, and 240 of the past. Upstream: goldmane/goldmane.go:37-42, storage/bucket_ring.go.
 *
 * A bucket `[start, start + 15)` is identified by its start, Unix seconds. Only `advance` moves the ring, never
 * backwards.
 */
import { keyToMessage } from '../wire/flow-message.ts'
import type { Flow } from '../flows/flow.ts'
import { inOrder } from '../flows/hit.ts'
import type { FlowKey as FlowKeyMessage } from '../gen/goldmane/api_pb.ts'
import { ensure } from '../lib/assert.ts'
import { keyIdentity } from '../flows/identity.ts'
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'
import type { TimeRange } from './request-times.ts'
import { addCounters, type BucketCounters, bucketCountersOf } from './bucket-counters.ts'

/** Buckets before the one that is filling: one hour. */
export const PAST_BUCKETS = 240

/** The data of one key. */
export interface HeldFlow {
  /** From 1, increasing; never given to another key. */
  readonly id: number
  readonly identity: string
  /** Shared by all results of the key, so it must not be changed. */
  readonly key: FlowKeyMessage
  /** By bucket start, in order of arrival. */
  readonly buckets: Map<number, BucketCounters>
}

/** Whether the key has a bucket that starts in the range. Upstream: storage/diachronic_flow.go:291-299. */
export function hasDataIn(flow: HeldFlow, { gte, lt }: TimeRange): boolean {
  for (const start of flow.buckets.keys()) if (start >= gte && start < lt) return true
  return false
}

export class Ring {
  readonly #pastBuckets: number
  #current: number
  #lastId = 0
  readonly #flows = new Map<string, HeldFlow>()
  /** The keys with data in a bucket, by bucket start. A bucket without data has no entry. */
  readonly #buckets = new Map<number, Set<HeldFlow>>()

  /** `pastBuckets`: how many are held before the one that is filling; an hour, as upstream, unless given. */
  constructor(now: number, pastBuckets = PAST_BUCKETS) {
    this.#pastBuckets = pastBuckets
    this.#current = bucketStart(now)
  }

  /** The bucket that is filling. */
  get current(): number {
    return this.#current
  }

  /** The oldest bucket held. */
  get oldest(): number {
    return this.#current - this.#pastBuckets * BUCKET_SECONDS
  }

  /** The exclusive end of the ring: of the bucket of the future. */
  get end(): number {
    return this.#current + 2 * BUCKET_SECONDS
  }

  /**
   * The newest bucket that streams may send: one interval after it closed, so that flows which arrive up to an interval
   * late are in it. Upstream: storage/bucket_ring.go:684-709.
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

  /** Sums a flow into the bucket of its start. Returns false, and keeps nothing, when that is outside the ring. */
  add(flow: Flow): boolean {
    const start = bucketStart(flow.startTime)
    // Negated, so that NaN is outside as well.
    if (!(start >= this.oldest && start < this.end)) return false
    const held = this.#entryOf(flow)
    const counters = bucketCountersOf(start, flow)
    const before = held.buckets.get(start)
    if (before === undefined) held.buckets.set(start, counters)
    else addCounters(before, counters)
    const bucket = this.#buckets.get(start)
    if (bucket === undefined) this.#buckets.set(start, new Set([held]))
    else bucket.add(held)
    return true
  }

  /**
   * Takes a key with its buckets, as somebody else counted them: for answers from another store. Ids must ascend; a bucket
   * outside the ring is left out.
   */
  adopt(held: HeldFlow): void {
    for (const start of held.buckets.keys()) {
      if (!(start >= this.oldest && start < this.end)) {
        held.buckets.delete(start)
        continue
      }
      const bucket = this.#buckets.get(start)
      if (bucket === undefined) this.#buckets.set(start, new Set([held]))
      else bucket.add(held)
    }
    if (held.buckets.size > 0) this.#flows.set(held.identity, held)
  }

  /** Moves the ring to the bucket of `now`. Returns the starts of the dropped buckets that had data. */
  advance(now: number): readonly number[] {
    const current = bucketStart(now)
    if (!(current > this.#current)) return []
    this.#current = current
    const dropped = [...this.#buckets.keys()].filter((start) => start < this.oldest)
    for (const start of dropped) this.#dropBucket(start)
    return dropped
  }

  #entryOf(flow: Flow): HeldFlow {
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
      buckets: new Map(),
    }
    this.#flows.set(identity, held)
    return held
  }

  #dropBucket(start: number): void {
    const bucket = ensure(this.#buckets.get(start), 'only buckets with data are dropped')
    for (const held of bucket) {
      held.buckets.delete(start)
      if (held.buckets.size === 0) this.#flows.delete(held.identity)
    }
    this.#buckets.delete(start)
  }
}
