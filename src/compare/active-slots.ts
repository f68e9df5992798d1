/** When something was seen within a range: a bit for each of at most 256 slots of time, and the rhythm that these show. */
import { BUCKET_SECONDS } from '../flows/bucket.ts'

const MAX_SLOTS = 256

/** A span of time in Unix seconds, [from, to). */
export interface Span {
  readonly from: number
  readonly to: number
}

/** How something was active in a range: in how many spells, and how far their beginnings are apart. */
export interface Rhythm {
  readonly spells: number
  /** Seconds in which it was seen, in all spells. */
  readonly activeSeconds: number
  /** The median of the seconds between the beginnings of two spells; null with one spell. */
  readonly every: number | null
  /** The greatest of them. */
  readonly longest: number | null
}

/** The slots of a side, all of one width. Those of a side whose range is not known before grow with its records. */
export class SlotGrid {
  #from: number
  /** Seconds: whole buckets. */
  #width: number

  /** The slots of a range; from 0 to 0 for one that is not known before. */
  constructor({ from, to }: Span) {
    this.#from = from
    this.#width = Math.max(1, Math.ceil((to - from) / MAX_SLOTS / BUCKET_SECONDS)) * BUCKET_SECONDS
  }

  get width(): number {
    return this.#width
  }

  /** The slot that a time is in, which may be before the first or after the last one. */
  slotOf(time: number): number {
    return Math.floor((time - this.#from) / this.#width)
  }

  /** Begins at a time: for the first record of a side whose range is not known before. */
  beginAt(time: number): void {
    this.#from = time
  }

  /** Where there are no slots for the times from `first` to `last`; null where there are. */
  lacks(first: number, last: number): 'after' | 'before' | null {
    if (this.slotOf(first) < 0) return 'before'
    return this.slotOf(last - 1) >= MAX_SLOTS ? 'after' : null
  }

  /** Makes the slots twice as wide, by times after the last one, or before the first one. */
  double(side: 'after' | 'before'): void {
    if (side === 'before') this.#from -= MAX_SLOTS * this.#width
    this.#width *= 2
  }
}

export class ActiveSlots {
  #bits = new Uint32Array(MAX_SLOTS / 32)
  readonly #grid: SlotGrid

  constructor(grid: SlotGrid) {
    this.#grid = grid
  }

  /** Marks the slots that records from `first` until before `last` touch. Times outside of the grid are cut off. */
  mark(first: number, last: number): void {
    const begin = Math.max(0, this.#grid.slotOf(first))
    const end = Math.min(MAX_SLOTS - 1, Math.max(begin, this.#grid.slotOf(last - 1)))
    for (let slot = begin; slot <= end; slot++) this.#set(slot)
  }

  /** Adds the slots of another, of the same grid. */
  addAll(other: ActiveSlots): void {
    for (let word = 0; word < this.#bits.length; word++) this.#bits[word]! |= other.#bits[word]!
  }

  /** Another with the same grid. */
  emptyLike(): ActiveSlots {
    return new ActiveSlots(this.#grid)
  }

  /** Puts each two slots into one, before the grid is doubled. */
  double(side: 'after' | 'before'): void {
    const old = this.#bits
    const offset = side === 'before' ? MAX_SLOTS / 2 : 0
    this.#bits = new Uint32Array(MAX_SLOTS / 32)
    for (let slot = 0; slot < MAX_SLOTS; slot++) {
      if (isSet(old, slot)) this.#set(offset + (slot >> 1))
    }
  }

  #set(slot: number): void {
    this.#bits[slot >> 5]! |= 1 << (slot & 31)
  }

  /** The rhythm; null when nothing was marked. */
  rhythm(): Rhythm | null {
    const { width } = this.#grid
    const begins: number[] = []
    let active = 0
    let wasActive = false
    for (let slot = 0; slot < MAX_SLOTS; slot++) {
      const isActive = isSet(this.#bits, slot)
      if (isActive) active++
      if (isActive && !wasActive) begins.push(slot)
      wasActive = isActive
    }
    if (begins.length === 0) return null
    const apart = begins
      .slice(1)
      .map((slot, i) => (slot - begins[i]!) * width)
      .sort((a, b) => a - b)
    return {
      spells: begins.length,
      activeSeconds: active * width,
      every: apart[apart.length >> 1] ?? null,
      longest: apart.at(-1) ?? null,
    }
  }
}

function isSet(bits: Uint32Array, slot: number): boolean {
  return ((bits[slot >> 5]! >>> (slot & 31)) & 1) === 1
}

/**
 * Whether `seconds` without a record say nothing, because it was seldom seen anyway: so long were twice the longest pause
 * between two spells, or, where it was seen in one short spell alone, three times the range that shows it.
 */
export function isTooShortToTell(rhythm: Rhythm, range: Span, seconds: number): boolean {
  const shown = range.to - range.from
  if (rhythm.longest === null) return rhythm.activeSeconds * 4 < shown && seconds < shown * 3
  return seconds < rhythm.longest * 2
}
