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

export class ActiveSlots {
  readonly #bits = new Uint32Array(MAX_SLOTS / 32)

  /** The seconds of one slot of a range: whole buckets. */
  static widthOf({ from, to }: Span): number {
    return Math.max(1, Math.ceil((to - from) / MAX_SLOTS / BUCKET_SECONDS)) * BUCKET_SECONDS
  }

  /** Marks the slots of a range that records from `first` until before `last` touch. Times outside of the range are cut off. */
  mark(range: Span, first: number, last: number): void {
    const width = ActiveSlots.widthOf(range)
    const begin = Math.max(0, Math.floor((first - range.from) / width))
    const end = Math.min(MAX_SLOTS - 1, Math.max(begin, Math.ceil((last - range.from) / width) - 1))
    for (let slot = begin; slot <= end; slot++) this.#bits[slot >> 5]! |= 1 << (slot & 31)
  }

  /** Adds the slots of another, of the same range. */
  addAll(other: ActiveSlots): void {
    for (let word = 0; word < this.#bits.length; word++) this.#bits[word]! |= other.#bits[word]!
  }

  /** The rhythm in a range, by which the slots were marked; null when nothing was marked. */
  rhythmIn(range: Span): Rhythm | null {
    const width = ActiveSlots.widthOf(range)
    const begins: number[] = []
    let active = 0
    let wasSet = false
    for (let slot = 0; slot < MAX_SLOTS; slot++) {
      const isSet = ((this.#bits[slot >> 5]! >>> (slot & 31)) & 1) === 1
      if (isSet) active++
      if (isSet && !wasSet) begins.push(slot)
      wasSet = isSet
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

/**
 * Whether `seconds` without a record say nothing, because it was seldom seen anyway: so long were twice the longest pause
 * between two spells, or, where it was seen in one short spell alone, three times the range that shows it.
 */
export function isTooShortToTell(rhythm: Rhythm, range: Span, seconds: number): boolean {
  const shown = range.to - range.from
  if (rhythm.longest === null) return rhythm.activeSeconds * 4 < shown && seconds < shown * 3
  return seconds < rhythm.longest * 2
}
