/** What of the windows can be grasped on the timeline, and what it does to them. All times are Unix seconds. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { unreachable } from '../../lib/assert.ts'
import type { TimeRange } from '../../state/client/time-range.ts'
import {
  type CompareChoice,
  type SideName,
  windowsOf,
  withWindow,
} from '../../state/compare/compare-choice.ts'

/** An end of a window, the window as a whole by its beginning, or the moment that both windows are around. */
export type Grip =
  | { readonly part: 'from' | 'to' | 'place'; readonly side: SideName }
  | { readonly part: 'moment' }

/** The grips of a side. Around a moment the windows share it and are equally long, so that only their outer ends remain. */
export function gripsOf(choice: CompareChoice, side: SideName): readonly Grip[] {
  switch (choice.kind) {
    case 'around':
      return side === 'a' ? [{ part: 'from', side }, { part: 'moment' }] : [{ part: 'to', side }]
    case 'windows':
      return [
        { part: 'from', side },
        { part: 'place', side },
        { part: 'to', side },
      ]
    case 'captures':
      return []
    default:
      return unreachable(choice, 'choice')
  }
}

export function gripName(grip: Grip): string {
  if (grip.part === 'moment') return 'Moment'
  const side = grip.side.toUpperCase()
  return { from: `Beginning of ${side}`, to: `End of ${side}`, place: `Place of ${side}` }[grip.part]
}

/** The time at which a grip is. */
export function timeOfGrip(choice: CompareChoice, grip: Grip): number {
  if (grip.part === 'moment') return choice.kind === 'around' ? choice.moment : 0
  const range = windowsOf(choice)?.[grip.side]
  return (grip.part === 'to' ? range?.to : range?.from) ?? 0
}

function within(time: number, from: number, to: number): number {
  return Math.max(from, Math.min(to, time))
}

const toBucket = (time: number): number => Math.round(time / BUCKET_SECONDS) * BUCKET_SECONDS

/** The choice once a grip is at a time, to a bucket, with its window within `limits` and a bucket long at least. */
export function withGrip(choice: CompareChoice, grip: Grip, time: number, limits: TimeRange): CompareChoice {
  const at = toBucket(time)
  if (choice.kind === 'around') return aroundWithGrip(choice, grip, at, limits)
  const windows = windowsOf(choice)
  if (windows === null || grip.part === 'moment') return choice
  const { from, to } = windows[grip.side]
  switch (grip.part) {
    case 'from':
      return withWindow(choice, grip.side, { from: within(at, limits.from, to - BUCKET_SECONDS), to })
    case 'to':
      return withWindow(choice, grip.side, { from, to: within(at, from + BUCKET_SECONDS, limits.to) })
    case 'place': {
      const start = within(at, limits.from, Math.max(limits.from, limits.to - (to - from)))
      return withWindow(choice, grip.side, { from: start, to: start + (to - from) })
    }
    default:
      return unreachable(grip, 'grip')
  }
}

function aroundWithGrip(
  choice: Extract<CompareChoice, { kind: 'around' }>,
  grip: Grip,
  at: number,
  limits: TimeRange,
): CompareChoice {
  const { moment, seconds } = choice
  if (grip.part === 'moment') return { ...choice, moment: within(at, limits.from, limits.to) }
  const asked = grip.part === 'to' ? at - moment : moment - at
  // The window on the other side gets as long, also beyond what is shown.
  const most = grip.part === 'to' ? limits.to - moment : moment - limits.from
  return { ...choice, seconds: within(asked, BUCKET_SECONDS, Math.max(seconds, most, BUCKET_SECONDS)) }
}
