/** The address bar as the one home of the view. */
import { useSyncExternalStore } from 'react'

import { type ParsedView, parseView, printView, type View, withPartsOf } from './view.ts'

/** Who draws the view. */
const listeners = new Set<() => void>()
/** Who acts on it, before it is drawn. */
const followers = new Set<() => void>()
/** When a changed view is drawn: it calls back once. */
let pace: (run: () => void) => void = (run) => run()
/** The address as it is read. */
let read: { search: string; parsed: ParsedView } | null = null
/** What is drawn. */
let drawn: ParsedView | null = null

function current(): ParsedView {
  const { search } = window.location
  if (read?.search !== search) {
    const parsed = parseView(search)
    read = {
      search,
      parsed: read === null ? parsed : { ...parsed, view: withPartsOf(read.parsed.view, parsed.view) },
    }
  }
  return read.parsed
}

function announce(): void {
  for (const follower of followers) follower()
  pace(draw)
}

function draw(): void {
  if (drawn === current()) return
  drawn = current()
  for (const listener of listeners) listener()
}

function shown(): ParsedView {
  drawn ??= current()
  return drawn
}

/** Whoever acts on the screen acts on what is in the address. */
const ACTS = ['keydown', 'pointerdown', 'click', 'input'] as const

function addTo(set: Set<() => void>, listener: () => void): () => void {
  if (listeners.size + followers.size === 0) {
    window.addEventListener('popstate', announce)
    for (const act of ACTS) window.addEventListener(act, draw, { capture: true })
  }
  set.add(listener)
  return () => {
    set.delete(listener)
    if (listeners.size + followers.size > 0) return
    window.removeEventListener('popstate', announce)
    for (const act of ACTS) window.removeEventListener(act, draw, { capture: true })
  }
}

function subscribe(listener: () => void): () => void {
  return addTo(listeners, listener)
}

/** Changes a part of the view. `push` can be undone with the browser's back button; `replace` cannot. */
export function navigate(change: Partial<View>, how: 'push' | 'replace' = 'push'): void {
  const next = printView({ ...current().view, ...change })
  if (next === printView(current().view)) return
  const url = `${window.location.pathname}${next}${window.location.hash}`
  if (how === 'push') window.history.pushState(null, '', url)
  else window.history.replaceState(null, '', url)
  announce()
}

/**
 * Calls back with the view, now and whenever it changes. Who follows before the screen is drawn hears of a change before
 * the screen does.
 */
export function followView(listener: (view: View) => void): () => void {
  const tell = (): void => listener(current().view)
  tell()
  return addTo(followers, tell)
}

/**
 * Lets somebody say when a changed view is drawn: `wait` calls back once, at the latest after a time that nobody notices.
 * What is drawn once with its rows need not be drawn twice. Until then no part of the screen shows the new view.
 */
export function paceDrawing(wait: (run: () => void) => void): void {
  pace = wait
}

/** The view in the address, and what of it could not be read. */
export function useParsedView(): ParsedView {
  return useSyncExternalStore(subscribe, shown)
}

export function useView(): readonly [View, typeof navigate] {
  return [useParsedView().view, navigate]
}
