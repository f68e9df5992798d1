/**
 * The view requests to the worker. Everything that the page wants to see is gathered here (the view, the window, facets,
 * the histogram) and posted as one message, at most once a frame.
 */
import type { FrameThrottle } from '../../lib/once-per-frame.ts'
import { keepEqual } from '../../lib/keep-equal.ts'
import type { Facet, FacetRequest, FrozenAt, Measure, ToWorker, WantedView } from '../../store/protocol.ts'
import type { Counts } from './client-snapshot.ts'

/** The part of a view request that the address decides. */
export type RequestedView = Pick<WantedView, 'filter' | 'shape' | 'time' | 'until' | 'sort' | 'selected'>

/** Whether two views have the same rows in the same order. The parts are compared by identity. */
export function haveSameRows(a: RequestedView, b: RequestedView): boolean {
  return a.filter === b.filter && a.shape === b.shape && a.time === b.time && a.sort === b.sort
}

/** The parts of a view request that are neither in the address nor of the window. */
interface ViewExtras {
  readonly frozen: FrozenAt | null
  readonly newSince: number | null
  readonly arrangement: number | null
  readonly trendMeasure: Measure
}

export class ViewRequests {
  readonly #post: (message: ToWorker) => void
  readonly #schedule: FrameThrottle
  #view: RequestedView | null = null
  /** At first as many as the table can show on most screens, so that it need not ask again when it is measured. */
  #window = { offset: 0, limit: 100 }
  #extras: ViewExtras = { frozen: null, newSince: null, arrangement: null, trendMeasure: 'conns' }
  #histogram: { readonly steps: number; readonly measure: Measure } = { steps: 0, measure: 'records' }
  readonly #facets = new Map<symbol, readonly FacetRequest[]>()
  /** The facets of the newest posted request, in the order of its answer. */
  #postedFacets: readonly FacetRequest[] = []
  /** The open row of the newest posted request. */
  #postedOpen: string | null = null
  #seq = 0
  /** Of facets and histogram: the requests since then asked for other rows alone. */
  readonly #counts = new SameSince()
  /** Of the first rows: the requests since then differ in the size of the window alone. */
  readonly #rows = new SameSince()
  #isScheduled = false

  constructor(post: (message: ToWorker) => void, schedule: FrameThrottle) {
    this.#post = post
    this.#schedule = schedule
  }

  /** The view that was asked for last; null before the first one. Without a view nothing is posted. */
  get view(): RequestedView | null {
    return this.#view
  }

  /** The view with all that a request adds to it; null before the first one. */
  get wanted(): WantedView | null {
    return this.#view === null ? null : { ...this.#view, ...this.#window, ...this.#extras }
  }

  /** The worker is asked at once, so that it answers while the page does what else an act of the reader brings. */
  setView(view: RequestedView): void {
    this.#view = view
    this.#isScheduled = true
    this.#schedule(this.#send, true)
  }

  /** The rows that the table can show now. A window that has them already stays as it is. */
  setWindow(offset: number, limit: number): void {
    if (offset === this.#window.offset && limit <= this.#window.limit) return
    this.#window = { offset, limit }
    this.post()
  }

  /** Answers that are still on their way are outdated: none with newer records may be shown in a paused view. */
  freeze(frozen: FrozenAt | null): void {
    this.invalidate()
    this.#extras = { ...this.#extras, frozen }
    if (this.#view !== null) this.setView(this.#view)
  }

  set(extras: Partial<Omit<ViewExtras, 'frozen'>>): void {
    const next = { ...this.#extras, ...extras }
    if (JSON.stringify(next) === JSON.stringify(this.#extras)) return
    this.#extras = next
    this.post()
  }

  /** A histogram of at most so many steps is part of each request; 0 for none. */
  setHistogram(steps: number, measure: Measure): void {
    if (steps === this.#histogram.steps && measure === this.#histogram.measure) return
    this.#histogram = { steps, measure }
    this.post()
  }

  /** Makes facets a part of each request until the returned function is called. */
  addFacets(requests: readonly FacetRequest[]): () => void {
    const id = Symbol('facets')
    this.#facets.set(id, requests)
    this.post()
    return () => {
      this.#facets.delete(id)
      this.post()
    }
  }

  /** Posts a request with the next run of the scheduler; one for all calls until then. */
  post(): void {
    if (this.#isScheduled || this.#view === null) return
    this.#isScheduled = true
    this.#schedule(this.#send)
  }

  readonly #send = (): void => {
    // An urgent request has taken the changes along for which this one was scheduled.
    if (!this.#isScheduled) return
    this.#isScheduled = false
    const view = this.wanted
    if (view === null) return
    this.#seq++
    const facetsBefore = this.#postedFacets
    this.#postedFacets = [...this.#facets.values()].flat()
    this.#postedOpen = view.selected
    this.#rows.update(this.#seq, JSON.stringify({ ...view, limit: 0 }))
    const counts = {
      facets: this.#postedFacets,
      histogram: this.#histogram.steps,
      measure: this.#histogram.measure,
    }
    // Facets are looked up by the identity of their requests.
    if (!facetsBefore.every((facet, i) => facet === this.#postedFacets[i])) this.#counts.forget()
    this.#counts.update(
      this.#seq,
      JSON.stringify([view.filter, view.shape, view.time, view.until, view.frozen, counts]),
    )
    this.#post({ type: 'view', seq: this.#seq, view, ...counts, countsSince: this.#counts.since })
  }

  /** Makes the answers outdated that are still on their way, as when another source is opened. */
  invalidate(): void {
    this.#seq++
    // The next request has rows and counts of its own.
    this.#rows.forget()
    this.#counts.forget()
  }

  /** Whether an answer with that number answers the newest posted request. */
  isNewest(seq: number): boolean {
    return seq === this.#seq
  }

  /** Whether counts that answer the request with that number are those of the newest posted request too. */
  hasCounts(seq: number): boolean {
    return this.#counts.includes(seq)
  }

  /**
   * Whether an answer with that number has the rows with which the newest posted request begins. Enough for the first
   * rows on the screen: the window is requested when the table is measured, which is later than the first request.
   */
  hasFirstRows(seq: number): boolean {
    return this.#rows.includes(seq)
  }

  get postedOpen(): string | null {
    return this.#postedOpen
  }

  /** Whether the page has changed its mind since the newest posted request. */
  get isOutdated(): boolean {
    return this.#isScheduled
  }

  /** Facets by their requests, for look-up by identity. One that is equal to that of `before` is the same object. */
  facetsByRequest(facets: readonly Facet[], before: Counts['facets']): Counts['facets'] {
    return new Map(
      this.#postedFacets.flatMap((request, i) => {
        const facet = facets[i]
        return facet === undefined ? [] : [[request, keepEqual(before.get(request), facet)] as const]
      }),
    )
  }
}

/** The earliest request since which all requests depend on the same, for a part of their answers. */
class SameSince {
  /** What that part depends on; null before a request. */
  #dependencies: string | null = null
  /** The number of that request; of no request where none was posted since {@link forget}. */
  since = Number.POSITIVE_INFINITY

  /** A request is posted. */
  update(seq: number, dependencies: string): void {
    if (dependencies !== this.#dependencies) this.since = seq
    this.#dependencies = dependencies
  }

  /** Nothing that was posted before counts any more. */
  forget(): void {
    this.#dependencies = null
    this.since = Number.POSITIVE_INFINITY
  }

  /** Whether that part of the answer to the request with that number is the part of the newest posted one. */
  includes(seq: number): boolean {
    return seq >= this.since
  }
}
