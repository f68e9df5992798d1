import { type RefObject, useLayoutEffect, useState } from 'react'

/** The inner width of an element (`clientWidth`, in pixels), kept up to date; null before the first render. */
export function useElementWidth(element: RefObject<HTMLElement | null>): number | null {
  const [width, setWidth] = useState<number | null>(null)
  // A layout effect measures before the first paint, so that no column flashes up.
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
