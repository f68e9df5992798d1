/** The address bar as the one home of the view. */
import { useSyncExternalStore } from 'react'

import { sameExpression } from '../filter/normalise.ts'
import { type ParsedView, parseView, printView, type View } from './view.ts'

const listeners = new Set<() => void>()
let read: { search: string; parsed: ParsedView } | null = null

function current(): ParsedView {
  const { search } = window.location
  if (read?.search !== search) read = { search, parsed: withScopeOf(read?.parsed, parseView(search)) }
  return read.parsed
}

/** A scope that says the same stays the same value: a source is opened again for another one. */
function withScopeOf(before: ParsedView | undefined, next: ParsedView): ParsedView {
  return before !== undefined && sameExpression(before.view.scope, next.view.scope)
    ? { ...next, view: { ...next.view, scope: before.view.scope } }
    : next
}

function announce(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  window.addEventListener('popstate', announce)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.removeEventListener('popstate', announce)
  }
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
  return subscribe(tell)
}

/** The view in the address, and what of it could not be read. */
export function useParsedView(): ParsedView {
  return useSyncExternalStore(subscribe, current)
}

export function useView(): readonly [View, typeof navigate] {
  return [useParsedView().view, navigate]
}
