import { BUCKET_SECONDS } from '../../../flows/bucket.ts'
import { formatAge, formatClock, formatTime } from '../../../lib/format.ts'
import { newElement, setAttribute, setClass, setText } from './dom-changes.ts'
import type { CellInside } from './row-cell.ts'

/** A time, or that the record has none. */
function newTime(className: string) {
  const text = new Text()
  const element = newElement('time', className, text)
  const showTime = (at: number): void => {
    setAttribute(element, 'datetime', at === 0 ? null : new Date(at * 1000).toISOString())
    setAttribute(element, 'title', at === 0 ? null : formatTime(at))
    setClass(element, at === 0 ? 'text-faint' : className)
    if (at === 0) setText(text, 'no time')
  }
  return { element, text, showTime }
}

/**
 * When the row was last seen: its age in a live view, which ticks; the time of day in a capture, whose flows do not age.
 * Of a sum only its end is known: the row was last seen then or before.
 */
export function newSeenCell(): CellInside {
  const { element, text, showTime } = newTime('block grows-left text-muted')
  let isSum = false
  return {
    nodes: [element],
    show: ({ row: { lastSeen: at }, look: { isAged, recordSeconds } }) => {
      isSum = recordSeconds > BUCKET_SECONDS
      showTime(at)
      if (at === 0) return
      if (isSum) setAttribute(element, 'title', `${formatTime(at)} or before, in its last sum`)
      if (!isAged) setText(text, formatClock(at))
    },
    tick: ({ lastSeen: at }, now) => {
      if (at !== 0) setText(text, `${isSum ? '≥ ' : ''}${formatAge(now - at)}`)
    },
  }
}

/** When the row was first seen: a time of day, also in a live view, where an age of "1 h" would tell less. */
export function newFirstSeenCell(): CellInside {
  const { element, text, showTime } = newTime('text-muted')
  return {
    nodes: [element],
    show: ({ row: { firstSeen: at } }) => {
      showTime(at)
      if (at !== 0) setText(text, formatClock(at))
    },
  }
}
