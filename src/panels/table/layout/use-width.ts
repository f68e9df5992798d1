import { type RefObject, useLayoutEffect, useState } from 'react'

/** The pixels that an element's content can take sideways, as it is resized; null before it is drawn. */
export function useWidth(element: RefObject<HTMLElement | null>): number | null {
  const [width, setWidth] = useState<number | null>(null)
  // Before the first paint, so that no column comes and goes.
  useLayoutEffect(() => {
    const measured = element.current
    if (measured === null) return undefined
    const measure = () => setWidth(measured.clientWidth)
    measure()
    const resizing = new ResizeObserver(measure)
    resizing.observe(measured)
    return () => resizing.disconnect()
  }, [element])
  return width
}
