import { type RefObject, useEffect, useEffectEvent } from 'react'

import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import type { TimeAxis } from '../../flows/time-axis.ts'
import { panned, zoomed } from './zoom.ts'

/** The wheel's travel of one event that counts at most, so that a coarse wheel does not jump. */
const MAX_WHEEL = 50

/**
 * Zooms with Ctrl and the wheel, which is also how browsers report a pinch, around the pointer; the wheel alone moves
 * what is drawn while that is a part. Otherwise the wheel is left to the page.
 */
export function useWheelZoom(
  box: RefObject<HTMLElement | null>,
  axis: TimeAxis,
  whole: TimeRange,
  part: TimeRange | null,
  onPart: (part: TimeRange | null) => void,
): void {
  const onWheel = useEffectEvent((event: WheelEvent) => {
    const secondsPerPx = axis.step / axis.cell
    if (event.ctrlKey) {
      event.preventDefault()
      const x = event.clientX - (box.current?.getBoundingClientRect().left ?? 0)
      const factor = Math.exp(Math.max(-MAX_WHEEL, Math.min(MAX_WHEEL, event.deltaY)) / 100)
      onPart(zoomed(part ?? whole, factor, axis.from + x * secondsPerPx, whole))
      return
    }
    if (part === null) return
    event.preventDefault()
    const travel = event.deltaX === 0 ? event.deltaY : event.deltaX
    const by = Math.sign(travel) * Math.max(BUCKET_SECONDS, Math.abs(travel) * secondsPerPx)
    onPart(panned(part, by, whole))
  })
  useEffect(() => {
    const element = box.current
    // React's own listener is passive, and could not keep the browser from zooming the page.
    const listener = (event: WheelEvent) => onWheel(event)
    element?.addEventListener('wheel', listener, { passive: false })
    return () => element?.removeEventListener('wheel', listener)
  }, [box])
}
