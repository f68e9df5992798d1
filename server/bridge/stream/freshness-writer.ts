/** Decides when a viewer is told how fresh its stream is, and writes the message (src/wire/freshness.ts). */
import type { Clock } from '../../../src/lib/clock.ts'
import { encodeFreshness, HEARTBEAT_S, type Freshness, type LostRange } from '../../../src/wire/freshness.ts'
import { encodeFrame } from '../../grpc/frame.ts'
import type { ServedCluster } from '../served-cluster.ts'

/** Milliseconds between two messages that differ only in the progress of the back-fill. */
const PROGRESS_INTERVAL_MS = 250

/** What differs between the viewers of a cluster. */
export interface ViewerProgress {
  readonly backFill: Freshness['backFill']
  readonly lost: readonly LostRange[]
}

export class FreshnessWriter {
  readonly #cluster: ServedCluster
  readonly #clock: Clock
  readonly #wake: () => void
  readonly #unsubscribe: () => void
  /** Whether something changed since the last message. */
  #isDue = true
  /** Unix milliseconds. */
  #writtenAt = -Infinity
  #written: ViewerProgress = { backFill: null, lost: [] }
  #cancelHeartbeat: () => void = () => {}

  /** `wake` is called when a message became due; {@link takeDue} has it then. */
  constructor(cluster: ServedCluster, clock: Clock, wake: () => void) {
    this.#cluster = cluster
    this.#clock = clock
    this.#wake = wake
    this.#unsubscribe = cluster.follower.subscribe(() => this.#becomeDue())
  }

  /** The frame of the message that is due; null when none is. */
  takeDue(progress: ViewerProgress): Buffer | null {
    const now = this.#clock.now()
    if (!this.#isDue && !this.#differs(progress, now)) return null
    this.#isDue = false
    this.#writtenAt = now
    this.#written = progress
    this.#cancelHeartbeat()
    this.#cancelHeartbeat = this.#clock.after(HEARTBEAT_S * 1000, () => this.#becomeDue())
    const { follower, ring } = this.#cluster
    return encodeFrame(
      encodeFreshness({
        ...follower.status,
        now: now / 1000,
        missing: ring.missing(),
        evicted: ring.evicted,
        ...progress,
      }),
    )
  }

  close(): void {
    this.#unsubscribe()
    this.#cancelHeartbeat()
  }

  #becomeDue(): void {
    this.#isDue = true
    this.#wake()
  }

  #differs({ backFill, lost }: ViewerProgress, now: number): boolean {
    const before = this.#written
    if (lost !== before.lost) return true
    if ((backFill === null) !== (before.backFill === null)) return true
    return backFill !== null && now - this.#writtenAt >= PROGRESS_INTERVAL_MS
  }
}
