/** One side of a comparison while it is read: how many records, of which time, and what is missing of them. */
import type { CaptureHeader } from '../../../src/capture/format/capture-header.ts'
import type { SideGap } from '../../../src/compare/side-gaps.ts'
import type { Flow } from '../../../src/flows/flow.ts'
import type { TimeWindow } from './time-window.ts'

/** Upper bounds on memory and on what is printed; more are counted. */
const MAX_GAPS = 100
const MAX_FILTERS = 10

export class ComparedSide {
  /** As it is shown: the name of the file, or of the history's cluster. */
  readonly name: string
  /** Null for all that is read. */
  readonly window: TimeWindow | null
  /** Records in the window; of a history those that match, or all where none does. */
  read = 0
  /** Records in the window that match the filter. */
  matched = 0
  readonly gaps: SideGap[] = []
  moreGaps = 0
  /** The queries that a capture itself was recorded with. */
  readonly filters = new Set<string>()
  /** Seconds that each record sums, as headers say, or how a history is read; null for records as they came. */
  stepSeconds: number | null = null
  #first = Infinity
  #last = 0

  constructor(name: string, window: TimeWindow | null) {
    this.name = name
    this.window = window
  }

  /** Notes that there are records from a time on until another, in the window or outside of it. */
  holds(from: number, to: number): void {
    if (from > 0 && from < this.#first) this.#first = from
    if (to > this.#last) this.#last = to
  }

  /** The time of all records, in the window or outside of it; null where none has a time. */
  get recorded(): TimeWindow | null {
    return this.#first < this.#last ? { from: this.#first, to: this.#last } : null
  }

  /** Whether a record is in the window, by its start. */
  has({ startTime }: Flow): boolean {
    const { window } = this
    return window === null || (startTime >= window.from && startTime < window.to)
  }

  /** Counts a record of the window. */
  count(matches: boolean): void {
    this.read++
    if (matches) this.matched++
  }

  addHeader({ gaps, filter, step }: CaptureHeader): void {
    if (step !== null) this.stepSeconds = Math.max(this.stepSeconds ?? 0, step)
    if (filter !== null && this.filters.size < MAX_FILTERS) this.filters.add(filter)
    for (const { from, to, reason } of gaps ?? []) this.addGap({ from, to, cause: reason })
  }

  /** Adds the part of a gap that is in the window. A recorder writes a gap again in each header that follows. */
  addGap(gap: SideGap): void {
    const from = Math.max(gap.from, this.window?.from ?? 0)
    const to = Math.min(gap.to, this.window?.to ?? Infinity)
    if (from >= to || this.gaps.some((known) => known.from === from && known.to === to)) return
    if (this.gaps.length < MAX_GAPS) this.gaps.push({ from, to, cause: gap.cause })
    else this.moreGaps++
  }

  /**
   * The time that is compared: the part of the window that there are records of, before the filter. Null where no record has
   * a time, or none of the window was recorded.
   */
  get covered(): TimeWindow | null {
    const from = Math.max(this.#first, this.window?.from ?? 0)
    const to = Math.min(this.#last, this.window?.to ?? Infinity)
    return from < to ? { from, to } : null
  }
}
