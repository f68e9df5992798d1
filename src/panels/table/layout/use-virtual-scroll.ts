import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

import { flushSync } from 'react-dom'

import { geometryOf, offsetAtScroll, offsetShowing, visibleRows, type VisibleRows } from './row-geometry.ts'

/** The height of the viewport, in pixels, that is assumed until it is measured. */
const UNMEASURED_VIEWPORT = 600

export interface VirtualScroll {
  /** The height of the element with the rows, in pixels. */
  readonly height: number
  readonly visible: VisibleRows
  /** The position of a row in that element, in pixels from its top. */
  readonly topOf: (index: number) => number
  /** Scrolls as little as possible, so that the whole row is on the screen. */
  readonly scrollTo: (index: number) => void
}

/**
 * Virtual scrolling: the rows that an element shows of any number of them, as it is scrolled and resized. `heights` are
 * those of a row and of the sticky heading, in pixels.
 */
export function useVirtualScroll(
  scroller: RefObject<HTMLElement | null>,
  total: number,
  heights: { readonly row: number; readonly heading: number },
): VirtualScroll {
  const { row, heading } = heights
  const [viewport, setViewport] = useState(UNMEASURED_VIEWPORT)
  /** Pixels of rows above the screen. Exact, where the scroll position is rounded. */
  const [offset, setOffset] = useState(0)
  const geometry = geometryOf(total, viewport, row)
  // The values of the last render, for event handlers that are attached once.
  const current = useRef({ geometry, offset, viewport, row })
  const renderedRow = useRef(row)
  useLayoutEffect(() => {
    current.current = { geometry, offset, viewport, row }
  })

  const scrollToOffset = useCallback(
    (wanted: number) => {
      const { geometry: now } = current.current
      const exact = Math.min(Math.max(0, wanted), now.maxOffset)
      current.current = { ...current.current, offset: exact }
      setOffset(exact)
      scroller.current?.scrollTo({ top: exact / now.scale, behavior: 'instant' })
    },
    [scroller],
  )

  useEffect(() => {
    const element = scroller.current
    if (element === null) return undefined
    const measure = () => setViewport(Math.max(row, element.clientHeight - heading))
    const follow = () => {
      const { geometry: now, offset: exact } = current.current
      // In the frame of the event itself: React would render it in a task after that frame, which lacks the rows then.
      flushSync(() => setOffset(offsetAtScroll(element.scrollTop, exact, now)))
    }
    // At a scale, a notch of the wheel would scroll by many screens; it moves the rows by its own pixels instead.
    const wheel = (event: WheelEvent) => {
      const { geometry: now, offset: exact, row: rowHeight } = current.current
      if (now.scale === 1 || event.deltaY === 0 || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? rowHeight : 1
      // Rendered now, so that the scroll event that follows finds the rows drawn.
      flushSync(() => scrollToOffset(exact + event.deltaY * unit))
    }
    measure()
    const resizing = new ResizeObserver(measure)
    resizing.observe(element)
    element.addEventListener('scroll', follow, { passive: true })
    element.addEventListener('wheel', wheel, { passive: false })
    return () => {
      resizing.disconnect()
      element.removeEventListener('scroll', follow)
      element.removeEventListener('wheel', wheel)
    }
  }, [scroller, scrollToOffset, row, heading])

  // When the height of rows changes, the row at the top of the screen stays there.
  useLayoutEffect(() => {
    const before = renderedRow.current
    renderedRow.current = row
    if (before !== row) scrollToOffset((current.current.offset / before) * row)
  }, [row, scrollToOffset])

  // The number of rows may have shrunk since the last scroll event.
  const clamped = Math.min(offset, geometry.maxOffset)
  const shift = clamped / geometry.scale - clamped
  return {
    height: geometry.height,
    visible: visibleRows(total, viewport, clamped, row),
    topOf: (index) => index * row + shift,
    scrollTo: (index) => {
      const now = current.current
      scrollToOffset(offsetShowing(index, now.viewport, now.offset, now.geometry.maxOffset, now.row))
    },
  }
}
