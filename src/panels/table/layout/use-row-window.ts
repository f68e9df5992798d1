import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

import { geometryOf, offsetAfter, offsetFor, visibleRows, type VisibleRows } from './row-geometry.ts'

export interface RowWindow {
  /** Pixels that the element with the rows is high. */
  readonly height: number
  readonly visible: VisibleRows
  /** Where a row stands in that element, in pixels from its top. */
  readonly topOf: (index: number) => number
  /** Brings a row onto the screen. */
  readonly scrollTo: (index: number) => void
}

/** Follows the scrolling of an element over any number of rows. Heights in pixels: of a row, and of the sticky heading. */
export function useRowWindow(
  scroller: RefObject<HTMLElement | null>,
  total: number,
  heights: { readonly row: number; readonly heading: number },
): RowWindow {
  const { row, heading } = heights
  const [viewport, setViewport] = useState(600)
  /** Pixels of rows above the screen, exact where the scroll position is rounded. */
  const [offset, setOffset] = useState(0)
  const geometry = geometryOf(total, viewport, row)
  // What handlers, which are attached once, must know of the newest drawing.
  const current = useRef({ geometry, offset, viewport, row })
  const drawnRow = useRef(row)
  useLayoutEffect(() => {
    current.current = { geometry, offset, viewport, row }
  })

  const moveTo = useCallback(
    (wanted: number) => {
      const { geometry: now } = current.current
      const exact = Math.min(Math.max(0, wanted), now.end)
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
      setOffset(offsetAfter(element.scrollTop, exact, now))
    }
    // At a scale a notch of the wheel would jump over whole screens; it moves the rows by its own pixels instead.
    const wheel = (event: WheelEvent) => {
      const { geometry: now, offset: exact, row: high } = current.current
      if (now.scale === 1 || event.deltaY === 0 || event.ctrlKey || event.shiftKey) return
      event.preventDefault()
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? high : 1
      moveTo(exact + event.deltaY * unit)
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
  }, [scroller, moveTo, row, heading])

  // Rows of another height: the one at the top stays there.
  useLayoutEffect(() => {
    const before = drawnRow.current
    drawnRow.current = row
    if (before !== row) moveTo((current.current.offset / before) * row)
  }, [row, moveTo])

  // Rows that went away leave the offset behind the end.
  const held = Math.min(offset, geometry.end)
  const shift = held / geometry.scale - held
  return {
    height: geometry.height,
    visible: visibleRows(total, viewport, held, row),
    topOf: (index) => index * row + shift,
    scrollTo: (index) => {
      const now = current.current
      moveTo(offsetFor(index, now.viewport, now.offset, now.geometry.end, now.row))
    },
  }
}
