/**
 * Moves the play head of a capture. The head itself is in the address, so that a copied link and a reload show the same.
 * Whether it moves, and how fast, is here; use-replay-player.ts keeps the address at that.
 */
import type { Clock } from '../../lib/clock.ts'
import { Observable } from '../../lib/observable.ts'
import type { TimeRange } from '../client/time-range.ts'
import {
  advance,
  headAfter,
  type Moment,
  nearestHead,
  pause,
  play,
  type ReplayClock,
  STANDING,
  steppedHead,
} from './replay-clock.ts'

/** The head moves at most so often: browsers allow a page 100 changes of its address in 30 s. */
export const HEAD_INTERVAL_MS = 320

/** What the player moves, and knows of the capture. */
export interface ReplayHost {
  /** Null when nothing is replayed. */
  readonly head: () => number | null
  readonly setHead: (head: number) => void
  /** The first and the last head; null while the capture is being read. */
  readonly heads: () => TimeRange | null
  /** Puts the rows in order again, which otherwise keep their places while the head moves. */
  readonly arrange: () => void
  /** When the first new denial begins, at a time or later; null without one. */
  readonly nextDenial: (since: number, signal: AbortSignal) => Promise<number | null>
  /** Whether nobody sees the page. */
  readonly isHidden: () => boolean
}

export class ReplayPlayer {
  readonly clock = new Observable<ReplayClock>(STANDING)
  readonly #host: ReplayHost
  readonly #time: Clock
  /** The next new denial from `since` on, or the question for it while `next` is undefined. */
  #denial: { readonly since: number; next: number | null | undefined } | null = null
  #asking = new AbortController()
  #tickedAt = 0
  #cancelTick: (() => void) | null = null

  constructor(host: ReplayHost, time: Clock) {
    this.#host = host
    this.#time = time
  }

  toggle(): void {
    const heads = this.#host.heads()
    const head = this.#host.head()
    if (heads === null || head === null) return
    if (this.clock.get().playing) return this.pause()
    const next = play({ clock: this.clock.get(), head }, heads)
    if (next.head !== head) this.#jump(next.head)
    this.clock.set(next.clock)
    this.#tickedAt = this.#time.now()
    this.#schedule()
  }

  /** Takes the pace of a link. One that plays begins once the capture is read. */
  follow({ playing, ...part }: Pick<ReplayClock, 'speed' | 'loop' | 'pauseAtDenial' | 'playing'>): void {
    this.pause()
    this.change(part)
    if (!playing) return
    this.clock.set({ ...this.clock.get(), playing })
    this.#tickedAt = this.#time.now()
    this.#schedule()
  }

  pause(): void {
    this.#cancelTick?.()
    this.#cancelTick = null
    this.clock.set(pause(this.clock.get()))
  }

  /** Ends the questions and the timer: the replay was left. */
  stop(): void {
    this.pause()
    this.forget()
  }

  /** Other records are counted from now on: another filter, another source. */
  forget(): void {
    this.#asking.abort()
    this.#denial = null
  }

  change(part: Partial<Pick<ReplayClock, 'speed' | 'loop' | 'pauseAtDenial'>>): void {
    this.clock.set({ ...this.clock.get(), ...part, passed: 0 })
  }

  /** Goes on or back by buckets, and stands there. */
  step(buckets: 1 | -1): void {
    const heads = this.#host.heads()
    const head = this.#host.head()
    if (heads === null || head === null) return
    this.pause()
    this.#jump(steppedHead(head, buckets, heads))
  }

  /** Goes to a time; a clock that plays goes on from there. */
  seek(time: number): void {
    const heads = this.#host.heads()
    if (heads !== null) this.#jump(nearestHead(time, heads))
  }

  /** Goes to the next new denial and stands there; false when there is none. */
  async seekDenial(signal: AbortSignal): Promise<boolean> {
    const head = this.#host.head()
    if (head === null) return false
    this.pause()
    const next = await this.#host.nextDenial(head, signal)
    if (next === null || this.#host.head() === null) return false
    const at = headAfter(next)
    this.#jump(at)
    this.clock.set(pause(this.clock.get(), { by: 'denial', at }))
    return true
  }

  #jump(head: number): void {
    const { clock } = this
    clock.set({ ...clock.get(), passed: 0, stop: null })
    this.#host.setHead(head)
    this.#host.arrange()
  }

  #schedule(): void {
    this.#cancelTick?.()
    this.#cancelTick = this.#time.after(HEAD_INTERVAL_MS, () => this.#tick())
  }

  #tick(): void {
    this.#cancelTick = null
    const head = this.#host.head()
    const heads = this.#host.heads()
    if (head === null) return this.pause()
    const now = this.#time.now()
    const elapsed = now - this.#tickedAt
    this.#tickedAt = now
    if (heads !== null && !this.#host.isHidden())
      this.#move({ clock: this.clock.get(), head }, elapsed, heads)
    if (this.clock.get().playing) this.#schedule()
  }

  #move(before: Moment, elapsed: number, heads: TimeRange): void {
    const { clock, head } = advance(before, elapsed, heads, this.#nextDenial(before))
    this.clock.set(clock)
    if (head === before.head) return
    this.#host.setHead(head)
    // What it paused for is to be seen, and a loop begins with its own rows.
    if (clock.stop?.by === 'denial' || head < before.head) this.#host.arrange()
  }

  /** Undefined while it is not known. It is asked for once for all heads before it. */
  #nextDenial({ clock, head }: Moment): number | null | undefined {
    if (!clock.pauseAtDenial) return undefined
    const known = this.#denial
    if (known !== null && known.since <= head && (known.next ?? Infinity) >= head) return known.next
    this.forget()
    const asked: { readonly since: number; next: number | null | undefined } = {
      since: head,
      next: undefined,
    }
    this.#denial = asked
    const { signal } = (this.#asking = new AbortController())
    void this.#host.nextDenial(head, signal).then(
      (next) => (asked.next = next),
      // Asked again with the next tick, unless it was given up.
      () => {
        if (this.#denial === asked) this.#denial = null
      },
    )
    return undefined
  }
}
