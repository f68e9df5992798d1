/** A live source of a feed: streams Goldmane's records into a store, through the scope if there is one. */
import { type Clock, systemClock } from '../../lib/clock.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { openLive } from '../../source/live.ts'
import type { LiveState } from '../../source/live-state.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { Freshness } from '../../wire/freshness.ts'
import type { RecordStore } from '../keys/record-store.ts'
import type { LiveReport } from '../live-report.ts'
import type { OpenSource, TimeRange } from '../protocol.ts'
import type { LiveReporter } from './live-reporter.ts'
import type { StreamScope } from './stream-scope.ts'

/** Apart from the worker's first chunk, because most streams have no scope. */
const streamScope = lazyChunk(() => import('./stream-scope.ts'))
const liveReporter = lazyChunk(() => import('./live-reporter.ts'))

/**
 * Records of the first chunk that are shown before the rest of it is stored: more than a screen has, and few enough to be
 * read in some milliseconds by code that the engine has not compiled yet.
 */
const FIRST_ROWS = 64

export interface LiveInputOptions {
  readonly source: Extract<OpenSource, { kind: 'live' }>
  readonly store: RecordStore
  readonly onState: (state: LiveState) => void
  /** Records came in, or the report has changed. */
  readonly onNews: () => void
  /** Closes the source. */
  readonly signal: AbortSignal
  readonly fetch?: typeof fetch
  readonly clock?: Clock
  /** Returns numbers in [0, 1). */
  readonly random?: () => number
}

export class LiveInput {
  readonly #options: Required<LiveInputOptions>
  /** Null without a scope, and until its chunk is loaded. */
  #scope: StreamScope | null = null
  /** Null until its chunk is loaded. */
  #reporter: LiveReporter | null = null
  #freshness: Freshness | null = null
  #retry: () => void = () => undefined
  /** The start of the newest bucket received; null before the first one. */
  #newest: number | null = null
  /** Unix seconds: when the first record of that bucket came. */
  #newestAt = 0

  constructor(options: LiveInputOptions) {
    this.#options = { fetch, clock: systemClock, random: Math.random, ...options }
    void this.#open()
  }

  /** How many records were received that are outside of the scope. */
  get outOfScope(): number {
    return this.#scope?.dropped ?? 0
  }

  /** Seconds, as in {@link LiveReport}. */
  get clockSkew(): number {
    return this.#reporter?.clockSkew ?? 0
  }

  /** Null at first. */
  report(): LiveReport | null {
    return this.#reporter?.report() ?? null
  }

  /** Connects now instead of after the back-off. */
  retry(): void {
    this.#retry()
  }

  /** Asks Goldmane for what is missing in a range. Rejects when the chunk for it cannot be loaded. */
  async fillGaps(range: TimeRange): Promise<void> {
    await this.#loadReporter()
    await this.#reporter?.fillGaps(range)
  }

  async #open(): Promise<void> {
    const { source, store, onState, signal } = this.#options
    if (source.scope.kind !== 'all') {
      this.#retry = () => undefined
      try {
        onState({ state: 'connecting' })
        const { StreamScope } = await streamScope()
        this.#scope = new StreamScope(source.scope, store)
      } catch (error) {
        onState({ state: 'failed', trouble: toTrouble(error) })
        this.#retry = () => void this.#open()
        return
      }
    }
    if (!signal.aborted) this.#stream()
  }

  #stream(): void {
    const { source, clock, signal } = this.#options
    const scope = this.#scope
    const live = openLive(
      {
        ...this.#options,
        endpoint: source.endpoint,
        backFill: source.history,
        filter: scope?.filter ?? null,
        resumeFrom: () => this.#newest,
        onOpen: (start) => this.#onOpen(start),
        onFreshness: (freshness) => {
          this.#freshness = freshness
          this.#reporter?.onFreshness(freshness)
        },
        onMessages: async (messages) => {
          const isFirst = this.#newest === null && messages.length > FIRST_ROWS
          if (isFirst) {
            this.#append(messages.slice(0, FIRST_ROWS))
            // A timer runs after that of the answer to this news.
            await new Promise<void>((resolve) => clock.after(0, resolve))
          }
          this.#append(isFirst ? messages.slice(FIRST_ROWS) : messages)
          return yieldToEventLoop()
        },
      },
      signal,
    )
    this.#retry = () => live.retryNow()
  }

  #append(messages: readonly Uint8Array[]): void {
    const { store, onNews } = this.#options
    if (this.#scope === null) for (const message of messages) store.appendResult(message)
    else this.#scope.append(messages)
    this.#updateNewest()
    onNews()
  }

  #onOpen(start: number): void {
    this.#options.store.clearIds()
    this.#scope?.onOpen(start, this.#options.clock.now() / 1000)
    this.#freshness = null
    const from = this.#newest
    const tell = () => {
      this.#reporter?.onOpen(from)
      // It may have come while the chunk was on its way.
      if (this.#freshness !== null) this.#reporter?.onFreshness(this.#freshness)
    }
    // A chunk that cannot be loaded is loaded again with the next stream.
    if (this.#reporter === null) this.#loadReporter().then(tell, () => undefined)
    else tell()
  }

  #updateNewest(): void {
    const newest = (this.#scope ?? this.#options.store).resumeFrom()
    if (newest === this.#newest || newest === null) return
    this.#newest = newest
    this.#newestAt = this.#options.clock.now() / 1000
    this.#reporter?.onBucket(newest, this.#newestAt)
  }

  async #loadReporter(): Promise<void> {
    const { LiveReporter } = await liveReporter()
    if (this.#reporter !== null || this.#options.signal.aborted) return
    const { store, source, fetch: fetcher } = this.#options
    const scope = this.#scope
    this.#reporter = new LiveReporter({
      ...this.#options,
      target: { endpoint: source.endpoint, filter: scope?.filter ?? null, fetch: fetcher },
      append: (records) => {
        if (scope === null) for (const record of records) store.appendResult(record)
        else scope.appendMissed(records)
      },
    })
    // The first records do not wait for this chunk.
    if (this.#newest !== null) this.#reporter.onBucket(this.#newest, this.#newestAt)
  }
}
