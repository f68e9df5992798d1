/** The address bar as the one home of the view. */
import { useSyncExternalStore } from 'react'

import { Subscribers } from '../../lib/observable.ts'
import { type ParsedView, parseView, printView, type View, withPartsOf } from './view.ts'

/** The part of a window that navigation uses. */
export interface Page {
  readonly location: Pick<Location, 'pathname' | 'search' | 'hash'>
  readonly history: Pick<History, 'pushState' | 'replaceState'>
  addEventListener(type: string, listener: () => void, options?: { capture: true }): void
  removeEventListener(type: string, listener: () => void, options?: { capture: true }): void
}

/** Calls `render` once, now or soon: at a time at which a changed view can be rendered together with its rows. */
export type ScheduleRender = (render: () => void) => void

/** The reader's acts. What they do to the screen must be done to the view that the address describes. */
const ACTS = ['keydown', 'pointerdown', 'click', 'input'] as const

/**
 * The view in the address, and the one that is rendered. A change is told at once to the subscribers of
 * {@link onBeforeRender}, and to those of {@link subscribe} when the scheduler calls back, or before an act of the
 * reader. Until then the whole screen shows the view of before.
 */
export class Navigation {
  readonly #page: Page
  #scheduleRender: ScheduleRender = (render) => render()
  /** The view of the newest query string that was parsed. */
  #parsed: { readonly search: string; readonly view: ParsedView } | null = null
  #rendered: ParsedView | null = null
  readonly #beforeRender = new Subscribers(() => this.#listen())
  readonly #subscribers = new Subscribers(() => this.#listen())
  #listeners = 0
  /** Calls back when another view is to be rendered. */
  readonly subscribe = this.#subscribers.subscribe

  constructor(page: Page) {
    this.#page = page
  }

  /** Lets a scheduler decide when a changed view is rendered; without one it is rendered at once. */
  renderBy(scheduleRender: ScheduleRender): void {
    this.#scheduleRender = scheduleRender
  }

  /** The view in the address. Parts that say the same as before are the same values. */
  readonly parsed = (): ParsedView => {
    const { search } = this.#page.location
    if (this.#parsed === null) this.#parsed = { search, view: parseView(search) }
    else if (this.#parsed.search !== search) {
      const parsed = parseView(search)
      this.#parsed = {
        search,
        view: { ...parsed, view: withPartsOf(this.#parsed.view.view, parsed.view) },
      }
    }
    return this.#parsed.view
  }

  /** The view that the screen shows. */
  readonly rendered = (): ParsedView => {
    this.#rendered ??= this.parsed()
    return this.#rendered
  }

  /** Calls back with the view, now and at each change, before it is rendered; until the returned function is called. */
  onBeforeRender(callback: (view: View) => void): () => void {
    const tell = (): void => callback(this.parsed().view)
    tell()
    return this.#beforeRender.subscribe(tell)
  }

  /** Changes a part of the view. `push` can be undone with the browser's back button; `replace` cannot. */
  readonly navigate = (change: Partial<View>, how: 'push' | 'replace' = 'push'): void => {
    const { view } = this.parsed()
    const next = printView({ ...view, ...change })
    if (next === printView(view)) return
    const { location, history } = this.#page
    const url = `${location.pathname}${next}${location.hash}`
    if (how === 'push') history.pushState(null, '', url)
    else history.replaceState(null, '', url)
    this.#onChange()
  }

  readonly #onChange = (): void => {
    this.#beforeRender.notify()
    this.#scheduleRender(this.#render)
  }

  readonly #render = (): void => {
    if (this.#rendered === this.parsed()) return
    this.#rendered = this.parsed()
    this.#subscribers.notify()
  }

  #listen(): () => void {
    if (this.#listeners++ === 0) {
      this.#page.addEventListener('popstate', this.#onChange)
      // In the capture phase, and so before the act is handled.
      for (const act of ACTS) this.#page.addEventListener(act, this.#render, { capture: true })
    }
    return () => {
      if (--this.#listeners > 0) return
      this.#page.removeEventListener('popstate', this.#onChange)
      for (const act of ACTS) this.#page.removeEventListener(act, this.#render, { capture: true })
    }
  }
}

/** The navigation of this page: its global object is the window. */
export const navigation = new Navigation(globalThis)

/** {@link Navigation.navigate} of this page. */
export const navigate = navigation.navigate

/** The view that the screen shows, and what of the link could not be read. */
export function useParsedView(): ParsedView {
  return useSyncExternalStore(navigation.subscribe, navigation.rendered)
}

export function useView(): readonly [View, typeof navigate] {
  return [useParsedView().view, navigate]
}

/**
 * A part of that view, one of its members. The component is rendered again only when that part is another value: a changed
 * filter renders nothing that does not show it.
 */
export function useViewPart<Part>(select: (view: View) => Part): Part {
  return useSyncExternalStore(navigation.subscribe, () => select(navigation.rendered().view))
}
