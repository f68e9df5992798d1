/**
 * One page's conversation with a store: answers its newest view request, again whenever the data changed, and its
 * questions once. Runs in a worker; knows of the worker only what it is given.
 */
import { unreachable } from '../../lib/assert.ts'
import type { FlowView } from '../query/flow-view.ts'
import { Pace } from './answer-throttle.ts'
import type { FromWorker, OpenSource, Question, ToWorker, ViewRequest } from '../protocol.ts'
import { answerTo } from '../query/answer-question.ts'
import type { SharedRuns } from './shared-feeds.ts'
import { rangeOf } from '../query/sliding-range.ts'
import type { SourceRun } from './feed.ts'

/**
 * Milliseconds after the last message from the page, at which it is taken to be gone. A page says so when it closes, but
 * not when it crashes; one that lives says something every minute, also from the background.
 */
const SILENCE = 5 * 60_000

type ViewMessage = Extract<ToWorker, { type: 'view' }>

/** What is open for this page, with its own readers of the store. */
interface Opened {
  readonly run: SourceRun
  readonly view: FlowView
  /** Apart from the view's, so that a question does not disturb a frozen view. */
  readonly questions: FlowView
  /** How the run tells it of news. */
  readonly hear: () => void
  readonly unsubscribe: () => void
}

export class Session {
  readonly #post: (message: FromWorker) => void
  readonly #runs: SharedRuns
  readonly #now: () => number
  #opened: Opened | null = null
  #view: ViewMessage | null = null
  /** Where a sliding window ends while the view is frozen; undefined while it is not. */
  #frozenEnd: number | null | undefined
  readonly #pace: Pace
  #heard = 0

  /** `now` gives Unix milliseconds. */
  constructor(post: (message: FromWorker) => void, runs: SharedRuns, now: () => number = Date.now) {
    this.#post = post
    this.#runs = runs
    this.#now = now
    this.#pace = new Pace(() => this.#answer(), now)
  }

  receive(message: ToWorker): void {
    this.#heard = this.#now()
    switch (message.type) {
      case 'open':
        this.#open(message.source, message.budget)
        return
      case 'budget':
        this.#opened?.run.setBudget(this.#opened.hear, message.budget)
        return
      case 'view':
        this.#view = message
        this.#pace.atOnce()
        return
      case 'ask':
        this.#reply(message.id, message.question)
        return
      case 'retry':
        this.#opened?.run.retry()
        return
      case 'stop':
        this.#opened?.run.stop()
        return
      case 'heartbeat':
        // A page that was taken to be gone, as after the machine slept, gets the news that it missed.
        this.#pace.afterNews()
        return
      case 'close':
        this.close()
        return
      default:
        unreachable(message, 'message to the worker')
    }
  }

  /** The page went away, or opens something else. */
  close(): void {
    this.#pace.cancel()
    if (this.#opened === null) return
    const { run, unsubscribe } = this.#opened
    this.#opened = null
    unsubscribe()
    this.#runs.release(run)
  }

  #open(source: OpenSource, budget: number): void {
    const run = this.#runs.open(source, budget)
    // After opening: a page that opens the run that it has must not be the one that closes it.
    // One of its own: the same run may be opened again.
    const hear = (): void => this.#hear()
    const unsubscribe = run.subscribe(hear, budget)
    this.close()
    // Nothing of it has been seen yet that could stand still.
    this.#frozenEnd = undefined
    if (this.#view !== null) this.#view = { ...this.#view, view: { ...this.#view.view, frozen: false } }
    this.#opened = { run, view: run.store.openView(), questions: run.store.openView(), hear, unsubscribe }
    this.#pace.atOnce()
  }

  #reply(id: number, question: Question): void {
    if (this.#opened === null) return
    const { run, questions } = this.#opened
    const answer = answerTo(run.store, questions, question, this.#now() / 1000, this.#end(run))
    this.#post({ type: 'answer', id, answer })
  }

  /** The run has news, which a page that is gone does not need. */
  #hear(): void {
    if (this.#now() - this.#heard > SILENCE) return
    this.#pace.afterNews(this.#opened?.run.isReading)
  }

  #answer(): void {
    if (this.#opened === null) return
    const { run, view: reader } = this.#opened
    const status = run.status()
    if (this.#view === null) return this.#post({ type: 'status', status })
    const { seq, view: wanted, facets, histogram, measure } = this.#view
    const now = this.#now() / 1000
    if (!wanted.frozen) this.#frozenEnd = undefined
    const newest = this.#end(run)
    if (wanted.frozen) this.#frozenEnd = newest
    const view: ViewRequest = { ...wanted, time: rangeOf(wanted.time, newest) }
    this.#post({
      type: 'view',
      seq,
      status,
      time: view.time,
      newest,
      window: reader.view(view, now),
      facets: reader.facets(view, facets, now),
      histogram: histogram === 0 ? null : reader.histogram({ ...view, time: null }, histogram, measure, now),
    })
  }

  /** Where a sliding window ends: at the end of the newest record, or where it was when the view was frozen. */
  #end({ store }: SourceRun): number | null {
    return this.#frozenEnd === undefined ? store.holdings().newest : this.#frozenEnd
  }
}
