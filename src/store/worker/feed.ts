/**
 * An open source with the store that it fills. Several pages may read one feed: a live source is streamed once for all
 * tabs of the origin.
 */
import type { CaptureHeader } from '../../capture/format/capture-header.ts'
import { recordSecondsOf } from '../../capture/format/joined-headers.ts'
import { lazyChunk } from '../../lib/preload.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import { toTrouble } from '../../source/trouble.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { OpenSource, SourceState, Status, TimeRange } from '../protocol.ts'
import { LiveInput } from './live-input.ts'

type CaptureSource = Exclude<OpenSource, { kind: 'live' }>

/** Preloaded although the first flows do not need it: when a capture is opened there may be no network any more. */
const captureReader = lazyChunk(() => import('../../source/capture-file.ts'))

/** Of a capture of many parts the screen says where the first ones come from. */
const MAX_HEADERS = 100

export class Feed {
  readonly store: RecordStore
  readonly #closed = new AbortController()
  /** The memory budget, in bytes, of the page of each listener. */
  readonly #budgets = new Map<() => void, number>()
  #source: SourceState = { state: 'idle' }
  #format: string | null = null
  #headers: readonly CaptureHeader[] = []
  /** Null for a capture. */
  readonly #live: LiveInput | null
  /** Of a capture, as `#stop`. */
  #retry: () => void = () => {}
  #stop: () => void = () => {}

  constructor(source: OpenSource, budget: number) {
    this.store = new RecordStore({ budget, live: source.kind === 'live' })
    this.#live =
      source.kind === 'live'
        ? new LiveInput({
            source,
            store: this.store,
            onState: (state) => this.#setState(state),
            onNews: () => this.#notify(),
            signal: this.#closed.signal,
          })
        : null
    if (source.kind !== 'live') this.#openCapture(source)
  }

  /**
   * Calls `listener` whenever records came in or the source's state changed, until the returned function is called.
   * `budget`: the bytes that the listener's page lets the store take.
   */
  subscribe(listener: () => void, budget: number): () => void {
    this.#budgets.set(listener, budget)
    this.#applyBudget()
    return () => {
      this.#budgets.delete(listener)
      if (this.#budgets.size > 0) this.#applyBudget()
    }
  }

  /** Replaces the budget of a listener's page. */
  setBudget(listener: () => void, budget: number): void {
    this.#budgets.set(listener, budget)
    this.#applyBudget()
    this.#notify()
  }

  /** Pages that share the feed share its store: the largest of their budgets applies. Bytes. */
  get budget(): number {
    return Math.max(...this.#budgets.values())
  }

  get readerCount(): number {
    return this.#budgets.size
  }

  /** Whether a capture or the history of a stream is being read, so that more news is sure to come. */
  get isReading(): boolean {
    return this.#source.state === 'loading' || this.#source.state === 'reading'
  }

  status(): Status {
    return {
      source: this.#source,
      holdings: this.store.holdings(),
      refusals: this.store.refusals(),
      format: this.#format,
      headers: this.#headers,
      outOfScope: this.#live?.outOfScope ?? 0,
      live: this.#live?.report() ?? null,
    }
  }

  /** Seconds by which the time of the records is ahead of our clock; 0 for a capture. */
  get clockSkew(): number {
    return this.#live?.clockSkew ?? 0
  }

  /** Reconnects a lost live source now, or opens a capture again that could not be opened. */
  retry(): void {
    if (this.#live === null) this.#retry()
    else this.#live.retry()
  }

  /** Asks a live source for what is missing in a range. */
  fillGaps(range: TimeRange): void {
    // A chunk that cannot be loaded, as without a network, is loaded again when the reader asks again.
    void this.#live?.fillGaps(range).catch(() => undefined)
  }

  /** Stops reading a capture; the records read so far stay. */
  stop(): void {
    this.#stop()
  }

  /** Closes the source. No listener is called afterwards. */
  close(): void {
    this.#closed.abort()
    this.#budgets.clear()
  }

  #openCapture(source: CaptureSource): void {
    const stopped = new AbortController()
    this.#stop = () => stopped.abort()
    // Only a capture of which nothing was read: reading it again would store its records twice.
    this.#retry = () => {
      if (this.#source.state === 'failed' && this.store.holdings().records === 0) this.#openCapture(source)
    }
    void this.#readCapture(source, stopped.signal)
  }

  async #readCapture(source: CaptureSource, stopped: AbortSignal): Promise<void> {
    const { store } = this
    const closed = this.#closed.signal
    try {
      this.#setState({ state: 'connecting' })
      const { openCapture } = await captureReader()
      const { total, batches } = await openCapture(source, AbortSignal.any([closed, stopped]))
      for await (const batch of batches) {
        if (closed.aborted) return
        for (const flow of batch.flows) store.append(flow)
        store.addRefusals(batch.refusals, batch.unknown, batch.refused)
        this.#format = batch.format
        if (batch.headers.length > 0)
          this.#headers = [...this.#headers, ...batch.headers].slice(0, MAX_HEADERS)
        store.recordSeconds = recordSecondsOf(this.#headers)
        this.#setState({ state: 'loading', read: batch.bytesRead, total })
      }
      // No more records come that would go on with it.
      while (!closed.aborted && store.compactFurther()) await yieldToEventLoop()
      this.#setState({ state: stopped.aborted ? 'stopped' : 'loaded' })
    } catch (error) {
      this.#setState(stopped.aborted ? { state: 'stopped' } : { state: 'failed', trouble: toTrouble(error) })
    }
  }

  #setState(state: SourceState): void {
    if (this.#closed.signal.aborted) return
    this.#source = state
    this.#notify()
  }

  #applyBudget(): void {
    this.store.setBudget(this.budget)
  }

  #notify(): void {
    for (const listener of this.#budgets.keys()) listener()
  }
}
