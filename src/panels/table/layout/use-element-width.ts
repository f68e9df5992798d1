import { type RefObject, useLayoutEffect, useState } from 'react'

/**
 * The inner width of an element (`clientWidth`, in pixels), kept up to date; null before the first render. A change of
 * `cause`, which is known to change the width, is measured in its own rendering: the observer would tell it a frame later.
 */
export function useElementWidth(element: RefObject<HTMLElement | null>, cause: unknown): number | null {
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
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [element, cause])
  return width
}
