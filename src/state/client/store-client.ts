/**
 * The page's end of the worker: opens sources, requests the view and asks questions, and keeps the newest answer as a
 * snapshot. The worker answers a view request at once, and anew whenever its data changes.
 */
import { type Clock, systemClock } from '../../lib/clock.ts'
import { Observable } from '../../lib/observable.ts'
import { keepEqual } from '../../lib/keep-equal.ts'
import { type FrameThrottle, oncePerFrame } from '../../lib/once-per-frame.ts'
import { afterPaint } from '../../lib/after-paint.ts'
import { toTrouble } from '../../source/trouble.ts'
import type {
  FacetRequest,
  FromWorker,
  Measure,
  OpenSource,
  Question,
  TimeRange,
} from '../../store/protocol.ts'
import { DEFAULT_BUDGET } from '../remembered/default-budget.ts'
import { CaptureChecks } from './capture-checks.ts'
import { PendingExports, SOURCE_CLOSED } from './pending-exports.ts'
import { type AnswerTo, PendingQuestions } from './pending-questions.ts'
import { PolicyPort } from './policy-port.ts'
import { RenderGate } from './render-gate.ts'
import { ArrangementKeeper, type TableUse } from './arrangement-keeper.ts'
import { failedStatus, NOTHING_HELD, NOTHING_OPEN, type Snapshot } from './client-snapshot.ts'
import { haveSameRows, type RequestedView, ViewRequests } from './view-requests.ts'
import { isSameStream, type Port, type Ports, WorkerPorts } from './worker-ports.ts'

type CountsMessage = Extract<FromWorker, { type: 'counts' }>

export class StoreClient {
  readonly #workers: WorkerPorts
  readonly #requests: ViewRequests
  readonly #questions: PendingQuestions
  /** Files of what the view shows, which the worker writes. */
  readonly exports: PendingExports
  /** Looks into files; what is open stays open. */
  readonly checks: CaptureChecks
  /** For the client of the policies. */
  readonly policies = new PolicyPort((message) => this.#workers.post(message))
  readonly livePort: Port
  readonly #gate: RenderGate
  readonly #arrangement: ArrangementKeeper
  readonly #snapshot: Observable<Snapshot> = new Observable<Snapshot>(NOTHING_OPEN)
  readonly #afterPaint: (run: () => void) => void
  /** The newest counts, which wait until the rows are painted. */
  #waitingCounts: CountsMessage | null = null
  #opened: OpenSource | null = null
  #budget = DEFAULT_BUDGET
  readonly snapshot: () => Snapshot
  readonly subscribe: (callback: () => void) => () => void

  /** `schedule` runs a task at most once a frame, `paint` runs one after the next frame was painted. */
  constructor(
    ports: Ports,
    schedule: FrameThrottle = oncePerFrame(),
    clock: Clock = systemClock,
    paint: (run: () => void) => void = afterPaint,
  ) {
    this.#afterPaint = paint
    this.livePort = ports.live
    this.#workers = new WorkerPorts(ports, (message) => this.#receive(message))
    this.#requests = new ViewRequests((message) => this.#workers.post(message), schedule)
    this.#questions = new PendingQuestions((message) => this.#workers.post(message))
    this.checks = new CaptureChecks(ports.files)
    this.exports = new PendingExports((...posted) => this.#workers.post(...posted), this.#requests)
    this.#gate = new RenderGate(clock)
    this.#arrangement = new ArrangementKeeper((arrangement) => this.#requests.set({ arrangement }))
    this.snapshot = this.#snapshot.get
    this.subscribe = this.#snapshot.subscribe
  }

  /** Opens a source in place of the one of before. A live source that is open already stays as it is. */
  open(source: OpenSource): void {
    if (this.#opened !== null && isSameStream(this.#opened, source)) return
    this.#start(source)
  }

  /** Takes over a source that was opened for this page, with the default budget, before the client was there. */
  adopt(source: OpenSource): void {
    this.#workers.select(source)
    this.#opened = source
  }

  #start(source: OpenSource): void {
    this.exports.fail(SOURCE_CLOSED)
    const trouble = this.#workers.select(source)
    const status = trouble === undefined ? NOTHING_HELD : failedStatus(NOTHING_HELD, trouble)
    this.#change({ ...NOTHING_OPEN, status })
    this.#opened = source
    this.#workers.post({ type: 'open', source, budget: this.#budget })
    this.#questions.repeat()
    this.policies.hear('opened')
    this.#arrangement.reset()
    this.#requests.freeze(null)
  }

  /** Tells the worker that the page is still there. */
  stay(): void {
    this.#workers.post({ type: 'heartbeat' })
  }

  /** Tells the worker that the page goes away, perhaps to come back. */
  leave(): void {
    this.#workers.closeAll()
  }

  /** Closes the open source and forgets what was received from it. */
  close(): void {
    if (this.#opened === null) return
    this.#opened = null
    this.exports.fail(SOURCE_CLOSED)
    this.policies.hear(SOURCE_CLOSED)
    this.leave()
    this.#change(NOTHING_OPEN)
  }

  /** Opens the source that was open when the page went away. A file is read anew. */
  comeBack(): void {
    if (this.#opened !== null) this.#start(this.#opened)
  }

  /** Reports a failure that the worker cannot report itself: its script did not load, or it threw. */
  fail(port: Port, detail: string): void {
    const trouble = toTrouble(new Error(detail))
    this.checks.fail(port, trouble)
    const isInUse = this.#workers.fail(port, trouble)
    if (!isInUse) return
    this.exports.fail(trouble)
    this.policies.hear(trouble)
    this.#change({ status: failedStatus(this.snapshot().status, trouble) })
  }

  /** Connects to the source now instead of after the back-off. */
  retry(): void {
    this.#workers.post({ type: 'retry' })
  }

  /** Asks Goldmane for what is missing in a range. What came of it is in the status. */
  fillGaps(range: TimeRange): void {
    this.#workers.post({ type: 'fill', range })
  }

  /** Stops the reading of a capture; what was read stays. */
  stop(): void {
    this.#workers.post({ type: 'stop' })
  }

  /** Bytes that the flows may take, of the open source and of those that are opened later. */
  setBudget(budget: number): void {
    if (budget === this.#budget) return
    this.#budget = budget
    if (this.#opened !== null) this.#workers.post({ type: 'budget', budget })
  }

  setView(view: RequestedView): void {
    const before = this.#requests.view
    if (before !== null && !haveSameRows(view, before)) {
      // Without an answer there are no rows on the screen that could be outdated.
      if (this.snapshot().answer === null) this.#gate.open()
      else this.#gate.close()
      this.#arrangement.renew()
    } else if (before?.until !== view.until || (before?.selected === null && view.selected !== null)) {
      // The first row that is opened is drawn once, with its answer beside the narrower list; a play head with its rows.
      this.#gate.close()
    }
    this.#requests.setView(view)
  }

  /** Renders a changed view together with its rows, or without them after 50 ms. */
  scheduleRender(render: () => void): void {
    this.#gate.schedule(render)
  }

  /** The rows that the table can show now. */
  setWindow(offset: number, limit: number): void {
    this.#requests.setWindow(offset, limit)
  }

  /** A histogram of at most so many steps is part of each answer from now on; 0 for none. */
  requestHistogram(steps: number, measure: Measure = 'records'): void {
    this.#requests.setHistogram(steps, measure)
  }

  /** Facets are part of each answer, until the returned function is called. */
  requestFacets(requests: readonly FacetRequest[]): () => void {
    return this.#requests.addFacets(requests)
  }

  /** Pauses the view at the answer that is shown, or goes on. */
  pause(on: boolean): void {
    const { paused, answer } = this.snapshot()
    if (paused === on) return
    this.#change({ paused: on })
    const shown = { appended: answer?.window.appended ?? 0, newest: answer?.newest ?? null }
    this.#requests.freeze(on ? shown : null)
  }

  /** Rows are new that have no record before this time (Unix seconds; null: no row is new). */
  setNewSince(newSince: number | null): void {
    this.#arrangement.setNewSince(newSince)
    this.#requests.set({ newSince })
  }

  /** The sum that the rows have a trend of. */
  setTrendMeasure(trendMeasure: Measure): void {
    this.#requests.set({ trendMeasure })
  }

  /** Whether the pointer or the focus is in the table: then no row moves that the reader did not ask for. */
  setTableUse(use: TableUse, on: boolean): void {
    this.#arrangement.setUse(use, on)
  }

  /** Sets the order of the rows anew, with those that wait. */
  arrange(): void {
    this.#arrangement.renew()
  }

  /** The answer to a question; rejects with the signal's reason when that is aborted before. */
  ask<Q extends Question>(question: Q, signal: AbortSignal): Promise<AnswerTo<Q>> {
    return this.#questions.ask(question, signal)
  }

  /** Parts of the status that are equal stay the same objects, so that nothing is rendered for them. */
  #change(part: Partial<Snapshot>): void {
    const before = this.snapshot()
    const status = keepEqual(before.status, part.status ?? before.status)
    this.#snapshot.set({ ...before, ...part, status })
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'status':
        this.#change({ status: message.status })
        return
      case 'progress':
        this.#change({ status: { ...this.snapshot().status, source: message.source } })
        return
      case 'view':
        this.#receiveView(message)
        return
      case 'counts':
        this.#receiveCounts(message)
        return
      case 'answer':
        return this.#questions.answer(message.id, message.answer)
      case 'exporting':
      case 'exported':
        this.exports.receive(message)
        return
      case 'policies':
        return this.policies.hear(message)
      case 'checked':
      case 'preloaded':
        // Told to the one who asked: a worker answers also while another one is in use.
        return
      default:
        message satisfies never
    }
  }

  #receiveView(message: Extract<FromWorker, { type: 'view' }>): void {
    const { seq, status, time, newest, window } = message
    const hasRows = (this.snapshot().answer?.window.total ?? 0) > 0
    const isCurrent = hasRows ? this.#requests.isNewest(seq) : this.#requests.hasFirstRows(seq)
    if (!isCurrent) return this.#change({ status })
    // Before the change of the snapshot: the view that waits is then rendered in the same pass as its rows.
    if (!this.#requests.isOutdated) {
      this.#gate.open()
      this.#arrangement.onAnswer(status.source)
    }
    this.#change({
      status,
      answer: {
        time,
        newest,
        window,
        open: this.#requests.postedOpen,
      },
    })
  }

  /** Drawn after the rows are painted, which came before: they are what the reader waits for. */
  #receiveCounts(message: CountsMessage): void {
    const isFirst = this.#waitingCounts === null
    this.#waitingCounts = message
    if (!isFirst) return
    this.#afterPaint(() => {
      const waiting = this.#waitingCounts
      this.#waitingCounts = null
      if (waiting === null || !this.#requests.hasCounts(waiting.seq)) return
      const facets = this.#requests.facetsByRequest(waiting.facets, this.snapshot().counts.facets)
      const { histogram, isPartial } = waiting
      this.#change({ counts: { facets, histogram, isPartial } })
    })
  }
}
