/** The bars of a strip in whole pixels, over its full width. */
import { type TimeBars } from '../../flows/time-bars.ts'
import type { TimeRange } from '../../state/client/time-range.ts'

/** Where times stand in so many pixels. */
export interface StripScale extends TimeRange {
  readonly width: number
}

export function pixelOf({ from, to, width }: StripScale, time: number): number {
  return ((time - from) / (to - from)) * width
}

export function timeAt({ from, to, width }: StripScale, pixel: number): number {
  return from + (pixel / width) * (to - from)
}

export interface StripPaths {
  readonly allowed: string
  readonly denied: string
  readonly other: string
}

/** The steps of a histogram that a strip shows, from the first to before the second. */
function shownSteps({ from, to }: StripScale, bars: TimeBars): readonly [number, number] {
  const { length } = bars.allowed
  const first = Math.floor((from - bars.from) / bars.step)
  const end = Math.ceil((to - bars.from) / bars.step)
  return [Math.max(0, Math.min(length, first)), Math.max(0, Math.min(length, end))]
}

/** The sum of the highest bar that the strip shows. */
export function highestShown(scale: StripScale, bars: TimeBars): number {
  const [first, end] = shownSteps(scale, bars)
  let most = 0
  for (let i = first; i < end; i++)
    most = Math.max(most, (bars.allowed[i] ?? 0) + (bars.denied[i] ?? 0) + (bars.other[i] ?? 0))
  return most
}

/** One path for each verdict, denied on top. `max` is the sum that is `height` pixels high. */
export function stripPaths(scale: StripScale, bars: TimeBars, max: number, height: number): StripPaths {
  const paths = { allowed: '', denied: '', other: '' }
  const [first, end] = shownSteps(scale, bars)
  for (let i = first; i < end; i++) {
    const start = bars.from + i * bars.step
    const left = Math.max(0, Math.round(pixelOf(scale, start)))
    const right = Math.min(scale.width, Math.round(pixelOf(scale, start + bars.step)))
    // A gap of a pixel between bars, unless they are as narrow as that.
    const width = right - left > 2 ? right - left - 1 : right - left
    if (width <= 0) continue
    let bottom = height
    for (const verdict of ['allowed', 'other', 'denied'] as const) {
      const sum = bars[verdict][i] ?? 0
      if (sum === 0) continue
      // A single denial among thousands is still to be seen.
      const top = Math.max(0, bottom - Math.max(1, Math.round((sum / max) * height)))
      paths[verdict] += `M${left} ${top}h${width}v${Math.max(1, bottom - top)}h${-width}z`
      bottom = top
    }
  }
  return paths
}
