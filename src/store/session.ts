/**
 * One page's conversation with one store: opens the source, feeds the store, and answers the newest view request, again
 * whenever the data changed. Runs in a worker; knows of the worker only what it is given.
 */
import { unreachable } from '../lib/assert.ts'
import { openLive } from '../source/live.ts'
import { toTrouble } from '../source/trouble.ts'
import { FlowStore } from './flow-store.ts'
import type { FlowView } from './flow-view.ts'
import type { FromWorker, OpenSource, Question, SourceState, ToWorker } from './protocol.ts'
import { answerTo } from './questions.ts'

/** Milliseconds between two answers that nobody asked for: new data is shown ten times a second at most. */
const PACE = 100

/** The readers of capture formats: not needed for the first flows, loaded early all the same, for there may be no network later. */
const captureReader = () => import('../source/capture-file.ts')

type ViewMessage = Extract<ToWorker, { type: 'view' }>
type CaptureSource = Exclude<OpenSource, { kind: 'live' }>

/** What is open: ends with its signal, and then touches the session no more. */
interface Opened {
  readonly store: FlowStore
  /** A reader for the questions, apart from the view's. */
  readonly questions: FlowView
  readonly abort: AbortController
  readonly retry: () => void
  readonly stop: () => void
}

export class Session {
  readonly #post: (message: FromWorker) => void
  readonly #now: () => number
  #opened: Opened | null = null
  #source: SourceState = { state: 'idle' }
  #format: string | null = null
  #view: ViewMessage | null = null
  #timer: ReturnType<typeof setTimeout> | null = null
  #due = 0

  /** `now` gives Unix milliseconds. */
  constructor(post: (message: FromWorker) => void, now: () => number = Date.now) {
    this.#post = post
    this.#now = now
    // What fails is loaded again when it is needed.
    captureReader().catch(() => {})
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'open':
        this.#open(message.source, message.budget)
        return
      case 'view':
        this.#view = message
        this.#answerWithin(0)
        return
      case 'ask':
        this.#reply(message.id, message.question)
        return
      case 'retry':
        this.#opened?.retry()
        return
      case 'stop':
        this.#opened?.stop()
        return
      default:
        unreachable(message, 'message to the worker')
    }
  }

  #reply(id: number, question: Question): void {
    if (this.#opened === null) return
    const { store, questions } = this.#opened
    this.#post({ type: 'answer', id, answer: answerTo(store, questions, question, this.#now() / 1000) })
  }

  #open(source: OpenSource, budget: number): void {
    this.#opened?.abort.abort()
    this.#format = null
    const abort = new AbortController()
    const store = new FlowStore({ budget, live: source.kind === 'live' })
    if (source.kind === 'live') {
      const live = openLive(
        {
          endpoint: source.endpoint,
          history: source.history,
          resumeFrom: () => store.resumeFrom(),
          onOpen: () => store.forgetIds(),
          onState: (state) => this.#enter(state, abort.signal),
          onMessages: (messages) => {
            for (const message of messages) store.appendResult(message)
            this.#answerWithin(PACE)
          },
        },
        abort.signal,
      )
      this.#opened = {
        store,
        questions: store.openView(),
        abort,
        retry: () => live.retryNow(),
        stop: () => {},
      }
      return
    }
    const reading = new AbortController()
    this.#opened = {
      store,
      questions: store.openView(),
      abort,
      retry: () => this.#open(source, budget),
      stop: () => reading.abort(),
    }
    void this.#read(source, store, abort.signal, reading.signal)
  }

  async #read(
    source: CaptureSource,
    store: FlowStore,
    closed: AbortSignal,
    stopped: AbortSignal,
  ): Promise<void> {
    try {
      this.#enter({ state: 'connecting' }, closed)
      const { openCapture } = await captureReader()
      const { total, batches } = await openCapture(source, AbortSignal.any([closed, stopped]))
      for await (const batch of batches) {
        if (closed.aborted) return
        for (const flow of batch.flows) store.append(flow)
        store.refuse(batch.refusals, batch.unknown)
        this.#format = batch.format
        this.#enter({ state: 'loading', read: batch.bytesRead, total }, closed)
      }
      this.#enter({ state: stopped.aborted ? 'stopped' : 'loaded' }, closed)
    } catch (error) {
      if (stopped.aborted) this.#enter({ state: 'stopped' }, closed)
      else this.#enter({ state: 'failed', trouble: toTrouble(error) }, closed)
    }
  }

  #enter(state: SourceState, closed: AbortSignal): void {
    if (closed.aborted) return
    this.#source = state
    this.#answerWithin(PACE)
  }

  /** Answers once, no later than in `delay` milliseconds; wishes that come in the meantime are served by the same answer. */
  #answerWithin(delay: number): void {
    const due = this.#now() + delay
    if (this.#timer !== null) {
      if (this.#due <= due) return
      clearTimeout(this.#timer)
    }
    this.#due = due
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#answer()
    }, delay)
  }

  #answer(): void {
    const store = this.#opened?.store
    if (store === undefined) return
    this.#post({
      type: 'status',
      status: {
        source: this.#source,
        holdings: store.holdings(),
        refusals: store.refusals(),
        format: this.#format,
      },
    })
    if (this.#view === null) return
    const { seq, view, facets, histogram, measure } = this.#view
    const now = this.#now() / 1000
    this.#post({
      type: 'view',
      seq,
      window: store.view(view, now),
      facets: store.facets(view, facets, now),
      histogram: histogram === 0 ? null : store.histogram(view, histogram, measure, now),
    })
  }
}
