/** What is compared: its codec for the address, and how the two windows move. All times are Unix seconds. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { formatMinute } from '../../lib/format.ts'
import { type CaptureId, parseCaptureId, printCaptureId } from '../../source/capture-id.ts'
import type { TimeRange } from '../client/time-range.ts'

export type SideName = 'a' | 'b'

export type CompareChoice =
  /** A is `seconds` before the moment, B as long after it. */
  | { readonly kind: 'around'; readonly moment: number; readonly seconds: number }
  | { readonly kind: 'windows'; readonly a: TimeRange; readonly b: TimeRange }
  /** What is open, and another capture, null while none is chosen; the other one is A when they are swapped. */
  | { readonly kind: 'captures'; readonly swapped: boolean; readonly other: CaptureId | null }

/** Lengths that are offered for the windows around a moment. */
export const AROUND_SECONDS = [5 * 60, 15 * 60, 30 * 60, 3600] as const
const DAY = 86_400

/** Reads the text of the address; null for one that means nothing, as a window that ends before it begins. */
export function parseCompare(text: string): CompareChoice | null {
  const [isCaptures, suffix, id] = /^captures(-swapped)?(?::(.+))?$/s.exec(text) ?? []
  if (isCaptures !== undefined)
    return {
      kind: 'captures',
      swapped: suffix !== undefined,
      other: id === undefined ? null : parseCaptureId(id),
    }
  const numbers = text.match(/\d+/g)?.map(Number) ?? []
  const [first, second, third, fourth] = numbers
  if (numbers.some((number) => !Number.isSafeInteger(number))) return null
  if (text.startsWith('around-')) {
    const seconds = second ?? 0
    return first === undefined || seconds < BUCKET_SECONDS || seconds > first
      ? null
      : { kind: 'around', moment: first, seconds }
  }
  if (first === undefined || second === undefined || third === undefined || fourth === undefined) return null
  return first < second && third < fourth
    ? { kind: 'windows', a: { from: first, to: second }, b: { from: third, to: fourth } }
    : null
}

/** The text of the address; the inverse of {@link parseCompare}. */
export function printCompare(choice: CompareChoice): string {
  if (choice.kind === 'around') return `around-${choice.moment}-${choice.seconds}`
  if (choice.kind === 'captures') {
    const { swapped: isSwapped, other } = choice
    return `captures${isSwapped ? '-swapped' : ''}${other === null ? '' : `:${printCaptureId(other)}`}`
  }
  const { a, b } = choice
  return `${a.from}-${a.to},${b.from}-${b.to}`
}

/** Both windows; null for two captures, which are compared whole. */
export function windowsOf(choice: CompareChoice): Readonly<Record<SideName, TimeRange>> | null {
  if (choice.kind === 'captures') return null
  if (choice.kind === 'windows') return choice
  const { moment, seconds } = choice
  return { a: { from: moment - seconds, to: moment }, b: { from: moment, to: moment + seconds } }
}

function toBucket(seconds: number): number {
  return Math.max(1, Math.round(seconds / BUCKET_SECONDS)) * BUCKET_SECONDS
}

/** The two halves of what is held, around the bucket in the middle. */
export function halvesOf({ from, to }: TimeRange): CompareChoice {
  const seconds = Math.max(BUCKET_SECONDS, Math.floor((to - from) / 2 / BUCKET_SECONDS) * BUCKET_SECONDS)
  return { kind: 'around', moment: from + seconds, seconds }
}

/** A window around the moment between the windows, of any choice of windows; the halves of what is held for captures. */
export function asAround(choice: CompareChoice, held: TimeRange): CompareChoice {
  if (choice.kind === 'around') return choice
  if (choice.kind === 'captures') return halvesOf(held)
  const { a, b } = choice
  const moment = b.from >= a.to ? Math.round((a.to + b.from) / 2) : b.from
  return { kind: 'around', moment, seconds: toBucket(b.to - b.from) }
}

export function asWindows(choice: CompareChoice, held: TimeRange): CompareChoice {
  const windows = windowsOf(choice) ?? windowsOf(halvesOf(held))
  return windows === null ? choice : { kind: 'windows', a: windows.a, b: windows.b }
}

/** The same choice with another window. */
export function withWindow(choice: CompareChoice, side: SideName, range: TimeRange): CompareChoice {
  const windows = windowsOf(choice)
  return { kind: 'windows', a: windows?.a ?? range, b: windows?.b ?? range, [side]: range }
}

export function swapped(choice: CompareChoice): CompareChoice {
  if (choice.kind === 'captures') return { ...choice, swapped: !choice.swapped }
  const windows = windowsOf(choice)
  return windows === null ? choice : { kind: 'windows', a: windows.b, b: windows.a }
}

/** Both windows, half the length of B earlier or later. */
export function moved(choice: CompareChoice, direction: 1 | -1): CompareChoice {
  const windows = windowsOf(choice)
  if (windows === null) return choice
  const by = direction * toBucket((windows.b.to - windows.b.from) / 2)
  if (choice.kind === 'around') return { ...choice, moment: Math.max(choice.seconds, choice.moment + by) }
  const shift = ({ from, to }: TimeRange): TimeRange => ({ from: from + by, to: to + by })
  return windows.a.from + by < 0 || windows.b.from + by < 0
    ? choice
    : { kind: 'windows', a: shift(windows.a), b: shift(windows.b) }
}

/** A window that is offered for a side. */
export interface WindowPreset {
  readonly title: string
  readonly range: TimeRange
}

/** The windows that are offered for one side, from what is held and from the other side. */
export function presetsOf(side: SideName, choice: CompareChoice, held: TimeRange): readonly WindowPreset[] {
  const windows = windowsOf(choice)
  if (windows === null) return []
  const other = windows[side === 'a' ? 'b' : 'a']
  const length = other.to - other.from
  const earlier = (by: number): TimeRange => ({ from: other.from - by, to: other.to - by })
  if (side === 'a') {
    return [
      { title: 'Just before B', range: earlier(length) },
      { title: 'Same time yesterday', range: earlier(DAY) },
      { title: 'Same time last week', range: earlier(7 * DAY) },
    ]
  }
  return [
    { title: 'Just after A', range: earlier(-length) },
    { title: 'A day after A', range: earlier(-DAY) },
    { title: 'A week after A', range: earlier(-7 * DAY) },
    { title: 'The newest', range: { from: held.to - length, to: held.to } },
  ]
}

/** Why a range cannot be compared; null where a part of it is held. `when` writes a time. */
export function whyNotHeld(range: TimeRange, held: TimeRange, when: (time: number) => string): string | null {
  if (isHeld(range, held)) return null
  return range.from < held.from ? `records begin ${when(held.from)}` : `records end ${when(held.to)}`
}

/** Whether a part of the range is held. */
function isHeld({ from, to }: TimeRange, held: TimeRange): boolean {
  return Math.min(to, held.to) - Math.max(from, held.from) >= BUCKET_SECONDS
}

/** How the headline begins: `After 22:00`, `In B`. */
export function headlineBeginning(choice: CompareChoice): string {
  return choice.kind === 'around' ? `After ${formatMinute(choice.moment)}` : 'In B'
}
