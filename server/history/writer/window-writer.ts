import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { FlowRing } from '../../upstream/flow-ring.ts'
import type { HistoryRange, HistoryStore } from '../history-store.ts'
import { farAheadError, isFarAhead } from './clock-bound.ts'
import type { EmittedWindow } from './emitted-window.ts'
import type { Exclusively } from './exclusively.ts'
import { GAP_CAUSES } from './gap-notes.ts'
import type { StoredIndex } from './stored-index.ts'
import { WindowOrder } from './window-order.ts'

/** Seconds: how far before a window it is looked for what was stored last; the emitter keeps windows for less. */
const LOOK_BACK_S = 3600
/** Seconds: in a shorter hole a quiet cluster had nothing to say. */
const MIN_GAP_S = 60

export interface WindowWriterOptions {
  readonly store: Pick<HistoryStore, 'put' | 'addGap'>
  readonly cluster: string
  readonly index: StoredIndex
  /** Runs tasks that look what is held and put something, one after the other. */
  readonly exclusively: Exclusively
  readonly ring: Pick<FlowRing, 'changesSince'>
  readonly clock: Clock
}

/**
 * `known`: the window is stored already, as when its acknowledgement was lost. `covered`: something else is stored of the same
 * time, or waits to be, and its records would be counted twice. `early`: an older window may still come, so that this one has to
 * be posted again. `kept`: the same, but it was stored.
 */
export type WindowOutcome = 'stored' | 'known' | 'covered' | 'early' | 'kept'

/**
 * Stores what Goldmane's emitter posts. What the stream brought goes before it, because it is finer: a window is stored only
 * where no bucket that overlaps it is held, or waits in the ring.
 */
export class WindowWriter {
  readonly #options: WindowWriterOptions
  readonly #order: WindowOrder
  #rows = 0

  constructor(options: WindowWriterOptions) {
    this.#options = options
    this.#order = new WindowOrder(options.clock)
  }

  /** Rows that were stored. */
  get rows(): number {
    return this.#rows
  }

  /** Rejects with the store's HistoryError, and EmittedWindowError for an empty window. */
  write(window: EmittedWindow): Promise<WindowOutcome> {
    return this.#options.exclusively(() => this.#write(window))
  }

  async #write(window: EmittedWindow): Promise<WindowOutcome> {
    const { store, cluster, index, ring, clock } = this.#options
    const { range } = window
    const { from, to } = range
    if (isFarAhead(to, clock.now())) throw farAheadError()
    await index.prepare(from)
    const held = index.overlapping(range)
    const isHeld = held.some(({ start, seconds }) => start === from && start + seconds === to)
    const waiting = ring.changesSince(0).buckets.some(({ start }) => start >= from && start < to)
    if (!isHeld && (held.length > 0 || waiting)) {
      await this.#noteRest(range, held)
      return 'covered'
    }
    const hole = this.#holeBefore(range)
    const turn = this.#order.turnOf(from, { hasHole: hole !== null })
    if (isHeld) return turn === 'take' ? 'known' : 'early'
    if (turn === 'wait') return 'early'
    // Older windows that come afterwards fill it.
    if (hole !== null && hole.to - hole.from >= MIN_GAP_S)
      await store.addGap(cluster, { ...hole, cause: GAP_CAUSES.notEmitted })
    const bucket = window.bucket({ cluster, version: clock.now() })
    const outcome = await store.put(bucket)
    if (outcome === 'stored') this.#rows += bucket.entries.length
    await index.refresh(from)
    if (turn === 'keep') return 'kept'
    return outcome === 'stored' ? 'stored' : 'known'
  }

  /**
   * What is missing between a window and the last bucket before it; null where it follows, or where nothing is held of the hour
   * before. Records need not reach to the ends of their window, but a hole that is as long as one may be a window.
   */
  #holeBefore({ from, to }: HistoryRange): HistoryRange | null {
    const { index, ring } = this.#options
    const held = index.overlapping({ from: from - LOOK_BACK_S, to: from })
    const last = Math.max(...held.map(({ start, seconds }) => start + seconds))
    const ofStream = ring.changesSince(0).buckets.filter(({ start }) => start < from)
    const end = Math.max(last, ...ofStream.map(({ start }) => start + BUCKET_SECONDS))
    return held.length === 0 || from - end < to - from ? null : { from: end, to: from }
  }

  /** Of two windows that overlap, as after a restart of Goldmane, the second one is lost as far as it goes beyond the first. */
  async #noteRest({ from, to }: HistoryRange, held: StoredIndexBuckets): Promise<void> {
    const { store, cluster } = this.#options
    const others = held.filter(({ seconds }) => seconds > BUCKET_SECONDS)
    if (others.length === 0 || others.length < held.length) return
    const start = Math.min(...others.map((each) => each.start))
    const end = Math.max(...others.map((each) => each.start + each.seconds))
    const cause = GAP_CAUSES.overlaps
    if (from < start) await store.addGap(cluster, { from, to: start, cause })
    if (end < to) await store.addGap(cluster, { from: end, to, cause })
  }
}

type StoredIndexBuckets = ReturnType<StoredIndex['overlapping']>
