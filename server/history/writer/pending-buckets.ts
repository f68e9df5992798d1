import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'

/** Milliseconds without a new record after which a bucket counts as whole, once a newer one has begun to come. */
const SETTLED_MS = 1000
/** The same while no newer one has come: Goldmane sends a bucket every 15 s, unless the cluster is quiet. */
const QUIET_MS = 20_000
const FAULT_DELAY_MS = 5000
const MAX_FAULT_DELAY_MS = 300_000

export interface PendingBucket {
  /** Unix seconds. */
  readonly start: number
  /** Records and bytes that the ring holds of it. */
  readonly rows: number
  readonly bytes: number
  /** Unix milliseconds: when its last record came. */
  readonly changedAt: number
  /** Attempts to store it that failed, and until when it waits for the next one (Unix milliseconds). */
  readonly attempts: number
  readonly notBefore: number
  /** With which it was put last; null since another record came. */
  readonly version: number | null
}

/** At most so many buckets, and no further one once they have so many rows. */
export interface BucketsAtOnce {
  readonly buckets: number
  readonly rows: number
}

/** The buckets of which the ring has records that are not stored yet. */
export class PendingBuckets {
  readonly #byStart = new Map<number, PendingBucket>()

  get size(): number {
    return this.#byStart.size
  }

  get bytes(): number {
    let sum = 0
    for (const { bytes } of this.#byStart.values()) sum += bytes
    return sum
  }

  /** Notes that records of a bucket came. `now` is in Unix milliseconds. */
  onChange(start: number, rows: number, bytes: number, now: number): void {
    const { attempts = 0, notBefore = 0 } = this.#byStart.get(start) ?? {}
    this.#byStart.set(start, { start, rows, bytes, changedAt: now, attempts, notBefore, version: null })
  }

  /** Notes the version before the bucket is put, so that a further attempt puts the same one. */
  onPut(pending: PendingBucket, version: number): void {
    this.#replace(pending, { ...pending, version })
  }

  /** Notes that the bucket could not be stored. When it is the bucket that is at fault, it waits longer each time. */
  onFailure(start: number, isItsFault: boolean, now: number): void {
    const pending = this.#byStart.get(start)
    if (pending === undefined) return
    const attempts = pending.attempts + 1
    const notBefore = isItsFault ? now + Math.min(attempts * FAULT_DELAY_MS, MAX_FAULT_DELAY_MS) : 0
    this.#byStart.set(start, { ...pending, attempts, notBefore })
  }

  /** Returns whether it was there. */
  remove(start: number): boolean {
    return this.#byStart.delete(start)
  }

  /** Removes a bucket as it was when it was stored: records may have come since. */
  onStored(pending: PendingBucket): void {
    if (this.#byStart.get(pending.start)?.rows === pending.rows) this.#byStart.delete(pending.start)
  }

  /** Removes the buckets that are older than all that the ring holds, and returns them in order of time. */
  takeLost(oldestHeld: number | null): readonly PendingBucket[] {
    if (oldestHeld === null) return []
    const lost = [...this.#byStart.values()].filter(({ start }) => start < oldestHeld)
    for (const { start } of lost) this.#byStart.delete(start)
    return lost.sort((a, b) => a.start - b.start)
  }

  /**
   * The buckets to store next: whole, those with the fewest failed attempts, and of these the oldest, so that
   * one bucket that the store does not take cannot keep the others from it.
   */
  next(newestHeld: number | null, now: number, max: BucketsAtOnce): readonly PendingBucket[] {
    const due = [...this.#byStart.values()].filter((pending) => dueAt(pending, newestHeld, now) <= now)
    due.sort((a, b) => a.attempts - b.attempts || a.start - b.start)
    const [first = []] = inBatches(due, max)
    return first
  }

  /** Milliseconds until {@link next} has some, if no more records come; null when none is pending. */
  untilNext(newestHeld: number | null, now: number): number | null {
    let least: number | null = null
    for (const pending of this.#byStart.values()) {
      const wait = Math.max(0, dueAt(pending, newestHeld, now) - now)
      if (least === null || wait < least) least = wait
    }
    return least
  }

  /** Unix seconds: the end of the oldest bucket that is whole and waits; null when none does. */
  oldestWaitingEnd(newestHeld: number | null, now: number): number | null {
    let oldest: number | null = null
    for (const pending of this.#byStart.values()) {
      if (wholeAt(pending, newestHeld, now) > now) continue
      if (oldest === null || pending.start < oldest) oldest = pending.start
    }
    return oldest === null ? null : oldest + BUCKET_SECONDS
  }

  /** All of them in order of time, whole or not: for the end. */
  all(): readonly PendingBucket[] {
    return [...this.#byStart.values()].sort((a, b) => a.start - b.start)
  }

  #replace(before: PendingBucket, after: PendingBucket): void {
    if (this.#byStart.get(before.start) === before) this.#byStart.set(before.start, after)
  }
}

/** Cuts the buckets, in their order, into what is stored at once. */
export function* inBatches(
  buckets: readonly PendingBucket[],
  max: BucketsAtOnce,
): Generator<readonly PendingBucket[]> {
  let batch: PendingBucket[] = []
  let rows = 0
  for (const bucket of buckets) {
    if (batch.length === max.buckets || (batch.length > 0 && rows + bucket.rows > max.rows)) {
      yield batch
      batch = []
      rows = 0
    }
    batch.push(bucket)
    rows += bucket.rows
  }
  if (batch.length > 0) yield batch
}

/** Unix milliseconds from which on a bucket counts as whole. */
function wholeAt({ start, changedAt }: PendingBucket, newestHeld: number | null, now: number): number {
  return passed(
    changedAt + (newestHeld !== null && newestHeld > start ? SETTLED_MS : QUIET_MS),
    QUIET_MS,
    now,
  )
}

function dueAt(pending: PendingBucket, newestHeld: number | null, now: number): number {
  return Math.max(wholeAt(pending, newestHeld, now), passed(pending.notBefore, MAX_FAULT_DELAY_MS, now))
}

/** A time that is further ahead than anything is waited for is of a clock that was set back since: it has passed. */
function passed(time: number, longestMs: number, now: number): number {
  return time - now > longestMs ? now : time
}
