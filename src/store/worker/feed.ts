/**
 * A source that is open, and the store that it fills. Several pages may read one run: a live source is followed once
 * for all tabs of the origin.
 */
import { later } from '../../lib/preload.ts'
import { openLive } from '../../source/live.ts'
import { toTrouble } from '../../source/trouble.ts'
import { FlowStore } from '../query/flow-store.ts'
import type { OpenSource, SourceState, Status } from '../protocol.ts'
import type { StreamScope } from './stream-scope.ts'

type LiveSource = Extract<OpenSource, { kind: 'live' }>
type CaptureSource = Exclude<OpenSource, { kind: 'live' }>

/** The readers of capture formats: not needed for the first flows, loaded early all the same, for there may be no network later. */
const captureReader = later(() => import('../../source/capture-file.ts'))

/** Not needed for the first flows: most streams have no scope. */
const streamScope = later(() => import('./stream-scope.ts'))

export class SourceRun {
  readonly store: FlowStore
  readonly #closed = new AbortController()
  /** By listener: the bytes that its page lets the store take. */
  readonly #listeners = new Map<() => void, number>()
  #source: SourceState = { state: 'idle' }
  #format: string | null = null
  /** Null when everything is wanted. */
  #scope: StreamScope | null = null
  #retry: () => void = () => {}
  #stop: () => void = () => {}

  constructor(source: OpenSource, budget: number) {
    this.store = new FlowStore({ budget, live: source.kind === 'live' })
    if (source.kind === 'live') void this.#open(source)
    else this.#read(source)
  }

  /** Calls back whenever flows came in or the source's state changed, until the returned function is called. */
  subscribe(listener: () => void, budget: number): () => void {
    this.#listeners.set(listener, budget)
    this.#fit()
    return () => {
      this.#listeners.delete(listener)
      if (this.#listeners.size > 0) this.#fit()
    }
  }

  /** Another budget for the page of a listener. */
  setBudget(listener: () => void, budget: number): void {
    this.#listeners.set(listener, budget)
    this.#fit()
    this.#announce()
  }

  get readers(): number {
    return this.#listeners.size
  }

  /** Whether a capture is being read, so that more is sure to come. */
  get isReading(): boolean {
    return this.#source.state === 'loading'
  }

  status(): Status {
    return {
      source: this.#source,
      holdings: this.store.holdings(),
      refusals: this.store.refusals(),
      format: this.#format,
      outOfScope: this.#scope?.leftOut ?? 0,
    }
  }

  /** Tries a lost live source again now. */
  retry(): void {
    this.#retry()
  }

  /** Ends the reading of a capture; what was read stays. */
  stop(): void {
    this.#stop()
  }

  /** Lets go of the source; nothing is heard of it any more. */
  close(): void {
    this.#closed.abort()
    this.#listeners.clear()
  }

  async #open(source: LiveSource): Promise<void> {
    if (source.scope.kind !== 'all') {
      this.#retry = () => {
        if (this.#source.state === 'failed') void this.#open(source)
      }
      try {
        this.#enter({ state: 'connecting' })
        const { StreamScope } = await streamScope()
        this.#scope = new StreamScope(source.scope, this.store)
      } catch (error) {
        this.#enter({ state: 'failed', trouble: toTrouble(error) })
        return
      }
    }
    this.#follow(source)
  }

  #follow({ endpoint, history }: LiveSource): void {
    const { store } = this
    const scope = this.#scope
    const live = openLive(
      {
        endpoint,
        backFill: history,
        filter: scope?.filter ?? null,
        resumeFrom: () => (scope ?? store).resumeFrom(),
        onOpen: (start) => {
          store.clearIds()
          scope?.opened(start, Date.now() / 1000)
        },
        onState: (state) => this.#enter(state),
        onMessages: (messages) => {
          if (scope === null) for (const message of messages) store.appendResult(message)
          else scope.take(messages)
          this.#announce()
        },
      },
      this.#closed.signal,
    )
    this.#retry = () => live.retryNow()
  }

  #read(source: CaptureSource): void {
    const stopped = new AbortController()
    this.#stop = () => stopped.abort()
    // Only what did not open can be opened again: a second reading would store its records twice.
    this.#retry = () => {
      if (this.#source.state === 'failed' && this.store.holdings().records === 0) this.#read(source)
    }
    void this.#readAll(source, stopped.signal)
  }

  async #readAll(source: CaptureSource, stopped: AbortSignal): Promise<void> {
    const { store } = this
    const closed = this.#closed.signal
    try {
      this.#enter({ state: 'connecting' })
      const { openCapture } = await captureReader()
      const { total, batches } = await openCapture(source, AbortSignal.any([closed, stopped]))
      for await (const batch of batches) {
        if (closed.aborted) return
        for (const flow of batch.flows) store.append(flow)
        store.addRefusals(batch.refusals, batch.unknown, batch.refused)
        this.#format = batch.format
        this.#enter({ state: 'loading', read: batch.bytesRead, total })
      }
      this.#enter({ state: stopped.aborted ? 'stopped' : 'loaded' })
    } catch (error) {
      this.#enter(stopped.aborted ? { state: 'stopped' } : { state: 'failed', trouble: toTrouble(error) })
    }
  }

  #enter(state: SourceState): void {
    if (this.#closed.signal.aborted) return
    this.#source = state
    this.#announce()
  }

  /** Pages that share the run share its store, which may take what the most generous of them allows. */
  #fit(): void {
    this.store.setBudget(Math.max(...this.#listeners.values()))
  }

  #announce(): void {
    for (const listener of this.#listeners.keys()) listener()
  }
}
