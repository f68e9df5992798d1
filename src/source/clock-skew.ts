/**
 * Estimates by how much the cluster's clock differs from ours, from the arrival of live buckets: Goldmane sends the
 * bucket that starts at S at S + 30 s by its own clock. A record cannot come before that, so that one that does tells at
 * once that the cluster's clock is ahead. One that comes late may be delayed, so that a clock that is behind is told by
 * a lag that stays the same for a minute. Buckets of a back-fill come all at once and do not agree.
 */
import { BUCKET_SECONDS } from '../flows/bucket.ts'

/** So many consecutive buckets must agree: they span a minute. */
const BUCKETS = 5
/** Seconds by which they may differ: Goldmane's timer, the network, a busy machine. */
const TOLERANCE_S = 5
/** Seconds: a smaller difference is no news. */
export const MIN_SKEW_S = 15

export class ClockSkew {
  /** Seconds by which the cluster's clock is ahead of ours, negative when it is behind; 0 while none is known. */
  seconds = 0
  /** By bucket: the least that the cluster's clock can be ahead, as its record came at all. Oldest first. */
  #offsets: readonly number[] = []

  /** The first record of the bucket that starts at `start` came at `now`, by our clock; both Unix seconds. */
  add(start: number, now: number): void {
    const offset = start + 2 * BUCKET_SECONDS - now
    this.#offsets = [...this.#offsets, offset].slice(-BUCKETS)
    if (offset >= Math.max(MIN_SKEW_S, this.seconds + TOLERANCE_S)) this.seconds = offset
    if (this.#offsets.length < BUCKETS) return
    // The bucket that was delayed least is the closest to the truth.
    const most = Math.max(...this.#offsets)
    if (most - Math.min(...this.#offsets) <= TOLERANCE_S)
      this.seconds = Math.abs(most) < MIN_SKEW_S ? 0 : most
  }
}
