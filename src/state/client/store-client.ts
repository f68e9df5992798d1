/**
 * The page's end of the worker. It gathers what the page wants to see (view, window, facets) and posts it at once, but
 * once a frame at most; the worker answers, and answers again whenever its data changes. An answer to an older wish is dropped.
 */
// Workers and their ports have no origin to name.
/* oxlint-disable unicorn/require-post-message-target-origin */
import { oncePerFrame } from '../../lib/once-per-frame.ts'
import { toTrouble, type Trouble } from '../../source/trouble.ts'
import type {
  Answers,
  Facet,
  FacetRequest,
  FromWorker,
  Histogram,
  OpenSource,
  Question,
  Status,
  TimeRange,
  ToWorker,
  WantedView,
  TableWindow,
  Measure,
} from '../../store/protocol.ts'
import { DEFAULT_BUDGET } from '../remembered/memory-budget.ts'

/** Why the view stands still: the reader paused it, or is reading away from the top. */
export type Hold = 'pause' | 'scroll'

export interface Answer {
  /** The range that the answer is about; null for everything held. */
  readonly time: TimeRange | null
  /** Where a sliding window ends: the end of the newest record when this was answered, or when the view was frozen. */
  readonly newest: number | null
  readonly window: TableWindow
  /** With the request that each one answers, by identity. */
  readonly facets: ReadonlyMap<FacetRequest, Facet>
  readonly histogram: Histogram | null
}

export interface Snapshot {
  readonly status: Status
  /** Null until the first answer. */
  readonly answer: Answer | null
  readonly holds: ReadonlySet<Hold>
}

/** What a worker must offer: a dedicated Worker does, and so does the port of a shared one. */
export interface Port {
  postMessage(message: ToWorker): void
  addEventListener(type: 'message', listener: (event: MessageEvent<FromWorker>) => void): void
}

/** The workers: one for live sources, shared by the tabs of the origin where the browser can, and one for this page's files. */
export interface Ports {
  readonly live: Port
  readonly files: () => Port
}

export type Wish = Pick<WantedView, 'filter' | 'shape' | 'time' | 'sort' | 'selected'>

/** Whether the same rows are asked for in the same order; which of them is open does not matter. */
function isAboutSameRows(a: Wish, b: Wish): boolean {
  return a.filter === b.filter && a.shape === b.shape && a.time === b.time && a.sort === b.sort
}

export const NOTHING_HELD: Status = {
  source: { state: 'idle' },
  holdings: {
    records: 0,
    keys: 0,
    bytes: 0,
    evicted: 0,
    duplicates: 0,
    refused: 0,
    unknown: 0,
    oldest: null,
    newest: null,
    gaps: 0,
  },
  refusals: [],
  format: null,
  outOfScope: 0,
}

function failed(status: Status, trouble: Trouble): Status {
  return { ...status, source: { state: 'failed', trouble } }
}

/** Milliseconds for which the screen waits for the rows of a changed view before it is drawn without them. */
const PATIENCE = 50

/** The answer to a question, by what it is about. */
export type AnswerTo<Q extends Question> = Answers[Q['about']]

/** A question that waits for its answer. */
interface Asked {
  readonly question: Question
  readonly answered: (answer: Answers[keyof Answers]) => void
}

export class StoreClient {
  readonly #ports: Ports
  #port: Port
  readonly #known = new Set<Port>()
  /** What is wrong with a worker that may never answer again. */
  readonly #broken = new Map<Port, Trouble>()
  #opened: OpenSource | null = null
  #budget = DEFAULT_BUDGET
  readonly #schedule: (run: () => void) => void
  readonly #listeners = new Set<() => void>()
  readonly #facets = new Map<symbol, readonly FacetRequest[]>()
  #snapshot: Snapshot = { status: NOTHING_HELD, answer: null, holds: new Set() }
  #wish: Wish | null = null
  #range = { offset: 0, limit: 100 }
  #histogram = 0
  #measure: Measure = 'records'
  #seq = 0
  readonly #asked = new Map<number, Asked>()
  #questions = 0
  /** The facets of the newest question, in the order of its answer. */
  #facetsAsked: readonly FacetRequest[] = []
  #scheduled = false
  #waiting: (() => void) | null = null
  #patience: ReturnType<typeof setTimeout> | undefined
  /** Whether the rows on the screen are those of the wish before. */
  #outdated = false

  constructor(ports: Ports, schedule: (run: () => void) => void = oncePerFrame()) {
    this.#ports = ports
    this.#port = this.#listen(ports.live)
    this.#schedule = schedule
  }

  open(source: OpenSource): void {
    const port = this.#listen(source.kind === 'live' ? this.#ports.live : this.#ports.files())
    const trouble = this.#broken.get(port)
    const status = trouble === undefined ? NOTHING_HELD : failed(NOTHING_HELD, trouble)
    this.#change({ answer: null, status, holds: new Set() })
    if (port !== this.#port) this.#port.postMessage({ type: 'close' })
    this.#port = port
    this.#opened = source
    // What is still on its way answers for what was open before.
    this.#seq++
    port.postMessage({ type: 'open', source, budget: this.#budget })
    // What was asked before, of no source or of another one, is answered for this one.
    for (const [id, { question }] of this.#asked) port.postMessage({ type: 'ask', id, question })
    this.#ask()
  }

  /** Tells the worker that the page is still there. */
  stay(): void {
    this.#port.postMessage({ type: 'heartbeat' })
  }

  /** Tells the worker that the page goes away, perhaps to come back. */
  leave(): void {
    this.#port.postMessage({ type: 'close' })
  }

  /** Opens again what was open when the page went away. A file is read anew. */
  comeBack(): void {
    if (this.#opened !== null) this.open(this.#opened)
  }

  /** A worker failed in a way that it cannot tell by itself: its script did not load, or it threw. */
  fail(port: Port, words: string): void {
    const trouble = toTrouble(new Error(words))
    this.#broken.set(port, trouble)
    if (port === this.#port) this.#change({ status: failed(this.#snapshot.status, trouble) })
  }

  retry(): void {
    this.#port.postMessage({ type: 'retry' })
  }

  stop(): void {
    this.#port.postMessage({ type: 'stop' })
  }

  /** Bytes that the flows may take, from now on and of what is opened later. */
  setBudget(budget: number): void {
    if (budget === this.#budget) return
    this.#budget = budget
    if (this.#opened !== null) this.#port.postMessage({ type: 'budget', budget })
  }

  setWish(wish: Wish): void {
    if (this.#wish !== null && !isAboutSameRows(wish, this.#wish)) {
      this.#outdated = this.#snapshot.answer !== null
    }
    this.#wish = wish
    this.#ask()
  }

  /**
   * Calls back when the rows of the present wish are here, in the task that brings them, or when that takes too long.
   * Of those who wait the last is called.
   */
  whenAnswered(run: () => void): void {
    this.#waiting = run
    if (!this.#outdated) return this.#endWait()
    this.#patience ??= setTimeout(() => this.#endWait(), PATIENCE)
  }

  /** The waiting is over. */
  #endWait(): void {
    clearTimeout(this.#patience)
    this.#patience = undefined
    const run = this.#waiting
    this.#waiting = null
    run?.()
  }

  /** The rows that the table can show now. */
  setRange(offset: number, limit: number): void {
    if (offset === this.#range.offset && limit === this.#range.limit) return
    this.#range = { offset, limit }
    this.#ask()
  }

  /** A histogram of at most so many steps is wanted with each answer; 0 for none. */
  requestHistogram(steps: number, measure: Measure = 'records'): void {
    if (steps === this.#histogram && measure === this.#measure) return
    this.#histogram = steps
    this.#measure = measure
    this.#ask()
  }

  hold(reason: Hold, on: boolean): void {
    if (this.#snapshot.holds.has(reason) === on) return
    const holds = new Set(this.#snapshot.holds)
    if (on) holds.add(reason)
    else holds.delete(reason)
    this.#change({ holds })
    this.#ask()
  }

  /** Asks for facets until the returned function is called. */
  requestFacets(requests: readonly FacetRequest[]): () => void {
    const key = Symbol('facets')
    this.#facets.set(key, requests)
    this.#ask()
    return () => {
      this.#facets.delete(key)
      this.#ask()
    }
  }

  /** Asks once; rejects with the signal's reason when it is aborted before the answer. */
  ask<Q extends Question>(question: Q, signal: AbortSignal): Promise<AnswerTo<Q>> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const id = ++this.#questions
      const giveUp = () => {
        if (this.#asked.delete(id)) reject(signal.reason)
      }
      signal.addEventListener('abort', giveUp, { once: true })
      const answered = (answer: Answers[keyof Answers]) => {
        // A signal may outlive many questions.
        signal.removeEventListener('abort', giveUp)
        // The worker answers each question with its own kind of answer.
        resolve(answer as AnswerTo<Q>)
      }
      this.#asked.set(id, { question, answered })
      this.#port.postMessage({ type: 'ask', id, question })
    })
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): Snapshot => this.#snapshot

  /** Only what the port in use says counts: another one may still answer for what was open before. */
  #listen(port: Port): Port {
    if (!this.#known.has(port)) {
      this.#known.add(port)
      port.addEventListener('message', (event) => {
        if (port === this.#port) this.#receive(event.data)
      })
    }
    return port
  }

  #change(part: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part }
    for (const listener of this.#listeners) listener()
  }

  #ask(): void {
    if (this.#scheduled || this.#wish === null) return
    this.#scheduled = true
    this.#schedule(() => {
      this.#scheduled = false
      if (this.#wish === null) return
      this.#seq++
      this.#facetsAsked = [...this.#facets.values()].flat()
      this.#port.postMessage({
        type: 'view',
        seq: this.#seq,
        view: { ...this.#wish, ...this.#range, frozen: this.#snapshot.holds.size > 0 },
        facets: this.#facetsAsked,
        histogram: this.#histogram,
        measure: this.#measure,
      })
    })
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'status':
        this.#change({ status: message.status })
        return
      case 'view':
        // What is held is news whatever was asked.
        if (message.seq !== this.#seq) return this.#change({ status: message.status })
        // Otherwise these are the rows of the wish before: the newest one is asked for with the next frame.
        if (!this.#scheduled) {
          this.#outdated = false
          // First: what waits is drawn together with the rows.
          this.#endWait()
        }
        this.#change({
          status: message.status,
          answer: {
            time: message.time,
            newest: message.newest,
            window: message.window,
            facets: new Map(
              this.#facetsAsked.flatMap((asked, i) => {
                const facet = message.facets[i]
                return facet === undefined ? [] : [[asked, facet] as const]
              }),
            ),
            histogram: message.histogram,
          },
        })
        return
      case 'answer':
        this.#asked.get(message.id)?.answered(message.answer)
        this.#asked.delete(message.id)
        return
      default:
        message satisfies never
    }
  }
}
