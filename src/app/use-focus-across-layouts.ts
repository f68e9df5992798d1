import { useEffect } from 'react'

import { afterPaint } from '../lib/after-paint.ts'
import { focusInside, FOCUSABLE } from './frame-parts.ts'
import { tryOnChanges } from './try-on-changes.ts'

/** After so many milliseconds the focus stays where it went: to move it then would surprise the reader. */
const MAX_WAIT_MS = 3000

const LABELLED = '[aria-label],[aria-labelledby]'
/** Whose names stay, where those of groups may also be those of columns. */
const LANDMARKS =
  'aside[aria-label],nav[aria-label],section[aria-label],[role=dialog][aria-label],[role=dialog][aria-labelledby]'

/** Where the focus is, in the words by which the same place is known in another layout. */
interface Place {
  readonly tag: string
  readonly name: string
  /** Of the labelled element around it. */
  readonly label: string | undefined
  /** Of the labelled landmark or dialog around it. */
  readonly landmark: string | undefined
  /** Which of several that have the tag, the name and the label in common it is. */
  readonly index: number
  readonly part: string | undefined
}

/**
 * Keeps the focus when the window is resized or zoomed to a width or a height at which other elements are drawn: it goes
 * to the control of the same name, to what opens or shows the part that had it, or to another control of that part.
 */
export function useFocusAcrossLayouts(): void {
  useEffect(() => {
    let stop = (): void => undefined
    // It comes before the media queries change, and with them what is drawn.
    const onResize = (): void => {
      const focused = document.activeElement
      if (focused === null || focused === document.body) return
      const place = placeOf(focused)
      // A control that is hidden by the new layout loses the focus with the paint.
      afterPaint(() => {
        stop()
        // Where it was in a group with one stop of Tab, another control of that group may have it.
        if (focused.getClientRects().length === 0) stop = keepFocus(place)
      })
    }
    const onUse = (): void => stop()
    const abort = new AbortController()
    const options = { capture: true, signal: abort.signal }
    window.addEventListener('resize', onResize, options)
    window.addEventListener('keydown', onUse, options)
    window.addEventListener('pointerdown', onUse, options)
    return () => {
      abort.abort()
      stop()
    }
  }, [])
}

/** The accessible name without what changes with the records: "web, 30 records" and "Theme: light" are web and Theme. */
function nameOf(element: Element): string {
  const labelledBy = document.getElementById(element.getAttribute('aria-labelledby') ?? '')
  const name = element.getAttribute('aria-label') ?? (labelledBy ?? element).textContent
  return name.replace(/[:,].*/s, '').trim()
}

/** The name of the nearest element around this one that matches a selector. */
function nameAround(element: Element, selector: string): string | undefined {
  const around = element.parentElement?.closest(selector) ?? null
  return around === null ? undefined : nameOf(around)
}

function controlsAt({ tag, name, label }: Pick<Place, 'tag' | 'name' | 'label'>): readonly HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(FOCUSABLE)].filter(
    (each) => each.tagName === tag && nameOf(each) === name && nameAround(each, LABELLED) === label,
  )
}

function placeOf(focused: Element): Place {
  const place = { tag: focused.tagName, name: nameOf(focused), label: nameAround(focused, LABELLED) }
  return {
    ...place,
    landmark: nameAround(focused, LANDMARKS),
    index: controlsAt(place).findIndex((each) => each === focused),
    part: focused.closest<HTMLElement>('[data-part]')?.dataset['part'],
  }
}

/** Moves the focus that was lost near its place, and to the place itself once that is drawn. Returns what ends the wait. */
function keepFocus(place: Place): () => void {
  let standIn = document.activeElement
  let isNear = false
  const stop = tryOnChanges(document.body, () => {
    if (document.activeElement !== standIn) return true
    const same = controlsAt(place)
    if (takeFocus(same[place.index] ?? same[0])) return true
    isNear ||= focusNear(place)
    standIn = document.activeElement
    return false
  })
  const timer = setTimeout(stop, MAX_WAIT_MS)
  return () => {
    clearTimeout(timer)
    stop()
  }
}

/** To what the control opened, what opens the landmark that it was in, or another control of its part. */
function focusNear({ name, landmark, part }: Place): boolean {
  return (
    focusNamed(LANDMARKS, name) ||
    (landmark !== undefined && focusNamed(`${LANDMARKS},button`, landmark)) ||
    (part !== undefined && focusInside(document.querySelector(`[data-part=${part}]`)))
  )
}

/** Moves the focus to an element of this name, or into it. */
function focusNamed(selector: string, name: string): boolean {
  const found = [...document.querySelectorAll<HTMLElement>(selector)]
  return found.some((each) => nameOf(each) === name && (takeFocus(each) || focusInside(each)))
}

function takeFocus(element: HTMLElement | undefined): boolean {
  element?.focus()
  return element !== undefined && document.activeElement === element
}
