/** Where times stand on the timeline: bars of whole pixels, round times below them, and a round value above them. */
import { formatClock, formatDay, formatMinute } from '../lib/format.ts'
import { BUCKET_SECONDS } from './bucket.ts'

/** The times from `from` until before `to`, in Unix seconds. */
interface TimeRange {
  readonly from: number
  readonly to: number
}

/** Slots of `step` seconds and `cell` pixels from the time `from` on (Unix seconds, a multiple of the step). */
export interface TimeAxis {
  readonly from: number
  readonly step: number
  readonly slots: number
  readonly cell: number
}

/** At least so many pixels has a bar with its gap, so that both can be seen. */
const MIN_CELL_PX = 4

/**
 * A source that goes on has room for so many bars at least, so that the first ones keep their width while others arrive.
 * From a hundred on a whole number of pixels does that: the bars narrow by one only once they no longer fit.
 */
const GROWING_SLOTS = [20, 30, 40, 50, 62, 75, 100]

/** How many steps a histogram should have at most to be drawn in so many pixels. */
export function maxStepsOf(width: number): number {
  return Math.max(1, Math.floor(width / MIN_CELL_PX))
}

/**
 * The axis of a range in so many pixels. Its cells are whole pixels, so that all bars are equally wide. The axis of a
 * source that goes on fills the width, with slots for later bars.
 */
export function axisOf(range: TimeRange, step: number, width: number, isGrowing = false): TimeAxis {
  const from = Math.floor(range.from / step) * step
  const count = Math.max(1, Math.ceil((range.to - from) / step))
  const room = isGrowing ? (GROWING_SLOTS.find((slots) => slots >= count) ?? count) : count
  const cell = Math.max(1, Math.floor(width / room))
  return { from, step, slots: isGrowing ? Math.max(count, Math.floor(width / cell)) : count, cell }
}

export function xOf({ from, step, cell }: TimeAxis, time: number): number {
  return ((time - from) / step) * cell
}

/** The start of the slot at a pixel; outside of the axis that of its first or last slot. */
export function slotAt({ from, step, slots, cell }: TimeAxis, x: number): number {
  return from + step * Math.min(slots - 1, Math.max(0, Math.floor(x / cell)))
}

/** The range between two times, rounded to whole steps; at least one step, and within `limits`. */
export function snapRange(a: number, b: number, step: number, limits: TimeRange): TimeRange {
  const snap = (time: number) => Math.min(limits.to, Math.max(limits.from, Math.round(time / step) * step))
  const from = Math.min(snap(Math.min(a, b)), limits.to - step)
  return { from, to: Math.max(from + step, snap(Math.max(a, b))) }
}

/** Seconds between two times of the axis. */
const TICK_SECONDS = [
  BUCKET_SECONDS,
  ...[0.5, 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * 60),
]

/** Pixels between two ticks at least: the width of "22:15" and some room. */
const MIN_TICK_PX = 90

/** Round times of the reader's zone on the axis, `offset` seconds before Unix time; some pixels apart. */
export function ticksOf({ from, step, slots, cell }: TimeAxis, offset: number): readonly number[] {
  const apart = (MIN_TICK_PX / cell) * step
  const days = Math.ceil(apart / 86_400) * 86_400
  const every = TICK_SECONDS.find((seconds) => seconds >= apart) ?? days
  const ticks: number[] = []
  const first = Math.ceil((from - offset) / every) * every + offset
  for (let tick = first; tick <= from + step * slots; tick += every) ticks.push(tick)
  return ticks
}

/** Half the width of "22:15" in the size of the timeline. */
const HALF_LABEL_PX = 18

/** "22:15", with seconds where they are not 0; the date at midnight. */
function tickText(time: number): string {
  if (time % 60 !== 0) return formatClock(time)
  const text = formatMinute(time)
  return text === '00:00' ? formatDay(time) : text
}

/** The offset of the reader's zone at a time, in the seconds that {@link ticksOf} takes. */
function zoneOffset(time: number): number {
  return new Date(time * 1000).getTimezoneOffset() * 60
}

/** A time below the axis. */
export interface TickLabel {
  readonly time: number
  readonly text: string
  /** Whole pixels from the start of the axis. */
  readonly x: number
  /** Which part of the text is at `x`: its middle, except near an edge, where a part of it would be cut off. */
  readonly anchor: 'start' | 'middle' | 'end'
}

/** The labels of {@link ticksOf} in the reader's zone, below an axis in so many pixels. `halfLabel`: half the width of a text, in pixels. */
export function tickLabels(axis: TimeAxis, width: number, halfLabel = HALF_LABEL_PX): readonly TickLabel[] {
  return ticksOf(axis, zoneOffset(axis.from)).map((time) => {
    const x = Math.round(xOf(axis, time))
    const anchor = x < halfLabel ? 'start' : x > width - halfLabel ? 'end' : 'middle'
    return { time, text: tickText(time), x, anchor }
  })
}

/** The least of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not less: so the scale changes seldom. */
export function roundUp(value: number): number {
  if (value <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const factor = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= value) ?? 10
  return Math.ceil(factor * power)
}
