/**
 * One page's session with the worker: answers the page's newest view request whenever the data changes, and each of its
 * questions once. Knows nothing of workers: messages are given to it, and handed to `post`.
 */
import { unreachable } from '../../lib/assert.ts'
import { lazyChunk, preloadChunks } from '../../lib/preload.ts'
import { FlowView } from '../query/flow-view.ts'
import { SnapshotCache } from '../query/snapshot-cache.ts'
import { isMeasured } from '../../filter/tree/asks-for.ts'
import type { CompareQuestion, GroupsQuestion } from '../compare-messages.ts'
import { AnswerThrottle } from './answer-throttle.ts'
import { CountsReply } from './counts-reply.ts'
import { PageExports } from './page-exports.ts'
import type { ExportRequest, FromWorker, OpenSource, Question, ToWorker, ViewRequest } from '../protocol.ts'
import { answerTo } from '../query/answer-question.ts'
import type { CaptureCheck } from '../../source/capture-check.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { SharedFeeds } from './shared-feeds.ts'
import type { PolicyScene } from './policy-desk.ts'
import { resolveRange } from '../query/sliding-range.ts'
import type { Feed } from './feed.ts'

/**
 * A page that sent nothing for so long is taken to be gone, and gets no answers to news. A page says when it closes, but
 * not when it crashes; a living one sends a `heartbeat` every minute, also from the background.
 */
const MAX_SILENCE_MS = 5 * 60_000

/** While a source is read the page hears how far it is so often; its rows are answered less often. */
const PROGRESS_INTERVAL_MS = 200

/** Preloaded, because there may be no network any more when a file is dropped, or policies. */
const captureChecker = lazyChunk(() => import('../../source/capture-check.ts'))
const policyDesk = lazyChunk(() => import('./policy-desk.ts'))
const comparer = lazyChunk(() => import('./compare-job.ts'))

type ViewMessage = Extract<ToWorker, { type: 'view' }>

/** What the page has open. */
interface Opened {
  readonly feed: Feed
  /** For the page's table. */
  readonly view: FlowView
  /** For questions: `view` holds the order of the table. */
  readonly questions: FlowView
  /** The listener that the feed calls, which also identifies the page to it. */
  readonly onNews: () => void
  readonly unsubscribe: () => void
}

export class PageSession {
  readonly #post: (message: FromWorker) => void
  readonly #feeds: SharedFeeds
  readonly #clock: () => number
  #opened: Opened | null = null
  #view: ViewMessage | null = null
  readonly #throttle: AnswerThrottle
  readonly #counts = new CountsReply()
  readonly #exports: PageExports
  /** Whether the last answer was of a store that holds records. */
  #hasAnsweredRecords = false
  /** Whether more records of a source were coming when there was news last. */
  #wasReading = false
  /** When it was last said how far the source is read, alone or with an answer. */
  #progressAt = 0
  #lastMessageAt = 0
  #checking = new AbortController()

  /** `clock` gives Unix milliseconds. */
  constructor(post: (message: FromWorker) => void, feeds: SharedFeeds, clock: () => number = Date.now) {
    this.#post = post
    this.#feeds = feeds
    this.#clock = clock
    this.#throttle = new AnswerThrottle(() => this.#answer(), clock)
    this.#exports = new PageExports(post, clock)
  }

  receive(message: ToWorker): void {
    this.#lastMessageAt = this.#clock()
    switch (message.type) {
      case 'open':
        return this.#open(message.source, message.budget)
      case 'budget':
        return this.#opened?.feed.setBudget(this.#opened.onNews, message.budget)
      case 'view':
        this.#view = message
        return this.#throttle.now()
      case 'ask':
        return this.#reply(message.id, message.question)
      case 'retry':
        return this.#opened?.feed.retry()
      case 'fill':
        return this.#opened?.feed.fillGaps(message.range)
      case 'stop':
        return this.#opened?.feed.stop()
      case 'preload':
        void preloadChunks().then((complete) => this.#post({ type: 'preloaded', complete }))
        return
      case 'check':
        void this.#check(message.id, message.file)
        return
      case 'export':
        return this.#export(message.id, message.request)
      case 'export-cancel':
        return this.#exports.cancel(message.id)
      case 'record':
        this.#feeds.record(message.request, this.#opened?.feed ?? null)
        return
      case 'policies':
        return this.#orderPolicies(message)
      case 'heartbeat':
        // A page that was taken to be gone, as when the machine slept, gets the news that it missed.
        return this.#throttle.onNews()
      case 'close':
        return this.close()
      default:
        unreachable(message, 'message to the worker')
    }
  }

  /** Releases what the page has open: the page went away, or opens another source. */
  close(): void {
    this.#throttle.cancel()
    this.#counts.reset()
    this.#exports.cancelAll()
    this.#hasAnsweredRecords = false
    if (this.#opened === null) return
    const { feed, unsubscribe } = this.#opened
    this.#opened = null
    unsubscribe()
    this.#feeds.release(feed)
  }

  #open(source: OpenSource, budget: number): void {
    // A listener of its own for each opening: the page may open the feed that it has, and both would be one listener.
    const onNews = (): void => this.#onNews()
    const feed = this.#feeds.open(source, budget)
    const unsubscribe = feed.subscribe(onNews, budget)
    // Closed last: a page that opens the feed that it has must not be the one that closes it.
    this.close()
    // Nothing of the new source was shown yet that could be frozen.
    if (this.#view !== null) this.#view = { ...this.#view, view: { ...this.#view.view, frozen: null } }
    // What is asked beside the table is mostly about the same rows: the number of rows of each kind, the open row's.
    const cache = new SnapshotCache(feed.store)
    const [view, questions] = [new FlowView(feed.store, cache), new FlowView(feed.store, cache)]
    this.#opened = { feed, view, questions, onNews, unsubscribe }
    this.#throttle.now()
  }

  #reply(id: number, question: Question): void {
    if (this.#opened === null) return
    const { feed, questions } = this.#opened
    if (question.about === 'compare' || question.about === 'groups') return this.#compare(id, question, feed)
    const answer = answerTo(questions, question, this.#now(feed), this.#slidingEnd(feed), this.#head(feed))
    this.#post({ type: 'answer', id, answer })
  }

  /** Of comparisons only the newest one is answered. */
  #compare(id: number, question: CompareQuestion | GroupsQuestion, { store, budget, clockSkew }: Feed): void {
    const scene = { store, budget, now: this.#clock() / 1000 + clockSkew }
    void comparer()
      .then(({ answerNewest }) => answerNewest(this, question, scene))
      .catch((error: unknown) => ({ ok: false, trouble: toTrouble(error) }) as const)
      .then((answer) => answer && this.#post({ type: 'answer', id, answer }))
  }

  #export(id: number, request: ExportRequest): void {
    if (this.#opened === null) return
    const { feed } = this.#opened
    void this.#exports.start(id, request, feed, this.#now(feed), this.#slidingEnd(feed))
  }

  /** An aborted check is not answered; that its code could not be loaded is the answer to the others. */
  async #check(id: number, file: File): Promise<void> {
    this.#checking.abort()
    const { signal } = (this.#checking = new AbortController())
    const check = await captureChecker()
      .then(({ checkCapture }) => checkCapture(file, signal))
      .catch((error: unknown): CaptureCheck => {
        return { ok: false, say: toTrouble(error).say, reasons: [], refused: 0 }
      })
    if (!signal.aborted) this.#post({ type: 'checked', id, check })
  }

  #onNews(): void {
    if (this.#clock() - this.#lastMessageAt > MAX_SILENCE_MS) return
    if (this.#opened === null) return
    const { feed } = this.#opened
    // The first rows are waited for, and more of them come too fast for the news to settle.
    if (!this.#hasAnsweredRecords && feed.store.holdings().records > 0) return this.#throttle.now()
    const moreComing = feed.isReading && this.#hasAnsweredRecords
    const isRead = this.#wasReading && !feed.isReading
    this.#wasReading = feed.isReading
    // The reader waits for a file to be read whole, and no news follows that an answer could wait for.
    if (isRead) return this.#throttle.now()
    this.#throttle.onNews({ moreComing })
    if (moreComing && this.#clock() - this.#progressAt >= PROGRESS_INTERVAL_MS) this.#postProgress(feed)
  }

  /** Says how far the source is read; the rows follow when they are due. */
  #postProgress(feed: Feed): void {
    this.#progressAt = this.#clock()
    this.#post({ type: 'progress', source: feed.status().source })
  }

  #answer(): void {
    const [opened, message] = [this.#opened, this.#view]
    if (opened === null) return
    const { feed, view: reader } = opened
    const status = feed.status()
    this.#hasAnsweredRecords = status.holdings.records > 0
    this.#progressAt = this.#clock()
    if (message === null) return this.#post({ type: 'status', status })
    const { seq, view: wanted } = message
    const now = this.#now(feed)
    const newest = this.#slidingEnd(feed)
    const view: ViewRequest = {
      ...wanted,
      time: resolveRange(wanted.time, newest),
      requested: wanted.time,
      until: this.#head(feed),
    }
    this.#post({
      type: 'view',
      seq,
      status,
      time: view.time,
      newest,
      window: reader.view(view, now),
    })
    this.#scheduleCounts(opened, message, view, now)
  }

  /** Posts the facets and the histogram after the rows. A sort, a scroll and an opened row leave them as they are. */
  #scheduleCounts(
    { feed, view: reader }: Opened,
    message: ViewMessage,
    view: ViewRequest,
    now: number,
  ): void {
    const { seq, facets, histogram, measure, countsSince } = message
    const { store } = feed
    const dependencies = [
      countsSince,
      // Records that are appended do not count in a frozen view.
      view.frozen !== null ? -1 : store.version,
      store.evictions,
      store.live ? store.gapDetector.gaps() : null,
      view.time?.from,
      view.time?.to,
      view.until,
      isMeasured(view.filter) ? now : 0,
      feed.isReading,
    ]
    this.#counts.schedule(dependencies, () => {
      const began = this.#clock()
      this.#post({
        type: 'counts',
        seq,
        facets: reader.facets(view, facets, now),
        histogram:
          histogram === 0 ? null : reader.histogram({ ...view, time: null }, histogram, measure, now),
        isPartial: feed.isReading,
      })
      this.#throttle.addCost(this.#clock() - began)
    })
  }

  /** Policies stay with the session whatever it has open, so that a page that comes back need not read them again. */
  #orderPolicies({ type, id, order }: Extract<ToWorker, { type: 'policies' }>): void {
    const post = this.#post
    const scene = (): PolicyScene | null => {
      const feed = this.#opened?.feed
      return feed ? { store: feed.store, now: this.#now(feed), newest: this.#slidingEnd(feed) } : null
    }
    policyDesk()
      .then(({ deskOf }) => deskOf(this, post, scene).receive(id, order))
      .catch((error: unknown) => post({ type, id, news: { news: 'failed', trouble: toTrouble(error) } }))
  }

  /** Unix seconds by the clock that the records have their times from. */
  #now({ clockSkew }: Feed): number {
    return this.#clock() / 1000 + clockSkew
  }

  /** The play head; a live source has none, whatever the address says. */
  #head({ store }: Feed): number | null {
    return store.live ? null : (this.#view?.view.until ?? null)
  }

  /** Where sliding ranges end: at the play head, at the end of the newest record, or where that was when the view was frozen. */
  #slidingEnd(feed: Feed): number | null {
    const { newest } = feed.store.holdings()
    const head = this.#head(feed)
    if (head !== null) return newest === null ? null : Math.min(head, newest)
    const frozen = this.#view?.view.frozen ?? null
    return frozen === null ? newest : frozen.newest
  }
}
