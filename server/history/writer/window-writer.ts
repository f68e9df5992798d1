import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { FlowRing } from '../../upstream/flow-ring.ts'
import type { HistoryRange, HistoryStore } from '../history-store.ts'
import type { EmittedWindow } from './emitted-window.ts'
import type { Exclusively } from './exclusively.ts'
import { GAP_CAUSES } from './gap-notes.ts'
import type { StoredIndex } from './stored-index.ts'

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
 * time, or waits to be, and its records would be counted twice.
 */
export type WindowOutcome = 'stored' | 'known' | 'covered'

/**
 * Stores what Goldmane's emitter posts. What the stream brought goes before it, because it is finer: a window is stored only
 * where no bucket that overlaps it is held, or waits in the ring.
 */
export class WindowWriter {
  readonly #options: WindowWriterOptions
  #rows = 0

  constructor(options: WindowWriterOptions) {
    this.#options = options
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
    await index.prepare(from)
    const held = index.overlapping(range)
    if (held.some(({ start, seconds }) => start === from && start + seconds === to)) return 'known'
    const waiting = ring.changesSince(0).buckets.some(({ start }) => start >= from && start < to)
    if (held.length > 0 || waiting) {
      await this.#noteRest(range, held)
      return 'covered'
    }
    const bucket = window.bucket({ cluster, version: clock.now() })
    const outcome = await store.put(bucket)
    if (outcome === 'stored') this.#rows += bucket.entries.length
    await index.refresh(from)
    return outcome === 'stored' ? 'stored' : 'known'
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
