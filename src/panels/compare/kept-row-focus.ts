/** Keeps the focus in the list of Compare when another answer moves the row that has it to another block, or has it no more. */
import { type RefObject, useEffect } from 'react'

import { groupOf } from './compared-rows.ts'

const ROW = '[role=listitem][data-group]'
const CONTROL = 'a[href],[tabindex]'

/** Where the focus was before its row went. */
interface FocusedRow {
  readonly element: Element
  readonly group: string
  readonly section: string
  /** Its number in the section, from 1. */
  readonly place: number
  /** Which of the controls of the row had the focus. */
  readonly control: number
}

/** `isThere`: whether the list is in the document. */
export function useKeptRowFocus(list: RefObject<HTMLElement | null>, isThere: boolean): void {
  useEffect(() => {
    const { current } = list
    return isThere && current !== null ? keepRowFocus(current) : undefined
  }, [list, isThere])
}

function keepRowFocus(list: HTMLElement): () => void {
  const abort = new AbortController()
  const { signal } = abort
  let last: FocusedRow | null = null
  list.addEventListener('focusin', ({ target }) => (last = focusedRowOf(target)), { signal })
  list.addEventListener(
    'focusout',
    ({ relatedTarget }) => {
      const left = last
      if (relatedTarget !== null) last = null
      // The focus of a row that is removed is not given up by the reader; the row is gone once the answer is drawn.
      else
        queueMicrotask(() => {
          if (last === left && left?.element.isConnected === true) last = null
        })
    },
    // Before the block removes its rows for having lost the focus.
    { capture: true, signal },
  )
  const observer = new MutationObserver(() => {
    if (last === null || last.element.isConnected || document.activeElement !== document.body) return
    const row = rowFor(list, last)
    const controls = row?.querySelectorAll<HTMLElement>(CONTROL)
    // What the reader sees stays where it is.
    ;(controls?.[last.control] ?? controls?.[0])?.focus({ preventScroll: true })
  })
  observer.observe(list, { childList: true, subtree: true })
  return () => {
    abort.abort()
    observer.disconnect()
  }
}

function focusedRowOf(target: EventTarget | null): FocusedRow | null {
  const element = target instanceof Element ? target : null
  const row = element?.closest<HTMLElement>(ROW) ?? null
  if (element === null || row === null) return null
  return {
    element,
    group: groupOf(row),
    section: sectionOf(row),
    place: placeOf(row),
    control: [...row.querySelectorAll(CONTROL)].indexOf(element),
  }
}

/** The row of the same group, else the one nearest to its place in the section, else the first one that is seen. */
function rowFor(list: HTMLElement, { group, section, place }: FocusedRow): HTMLElement | undefined {
  const rows = [...list.querySelectorAll<HTMLElement>(ROW)]
  const same = rows.find((row) => groupOf(row) === group)
  if (same !== undefined) return same
  const distance = (row: HTMLElement) => Math.abs(placeOf(row) - place)
  const [nearest] = rows
    .filter((row) => sectionOf(row) === section)
    .toSorted((a, b) => distance(a) - distance(b))
  return nearest ?? rows.find((row) => row.getBoundingClientRect().bottom > 0) ?? rows[0]
}

function sectionOf(row: HTMLElement): string {
  return row.closest('section')?.getAttribute('aria-label') ?? ''
}

function placeOf(row: HTMLElement): number {
  return Number(row.getAttribute('aria-posinset'))
}
