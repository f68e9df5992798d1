import { growToFit } from '../../lib/grow-to-fit.ts'

/** Compares texts by UTF-16 unit, so that the order of rows does not depend on the reader's locale. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/**
 * Ranks items, numbered from 0, by a text that each has: the rank is the index of its text among the sorted distinct ones.
 * Items that were added are merged into the sorted ones, because new keys come with every bucket of a live source. Texts
 * are made when they are compared, and not kept: there may be as many as records.
 */
export class TextRanks {
  readonly #reader: () => (item: number) => string
  /** By item, for the first `#count`: the code of its text. */
  #codes = new Uint32Array(16)
  #count = 0
  /** By code: one of the items that have the text. */
  #examples: number[] = []
  /** The codes in the order of their texts. */
  #sorted = new Uint32Array(0)
  #ranks = new Uint32Array(0)

  /** `reader` returns what reads the text of an item; it is dropped after a ranking, with what it may have memoised. */
  constructor(reader: () => (item: number) => string) {
    this.#reader = reader
  }

  /** The ranks of the first `count` items, at least as many as before. An array that was returned does not change. */
  ranks(count: number): Uint32Array {
    if (this.#count === count) return this.#ranks
    this.#codes = growToFit(this.#codes, count)
    this.#merge(count)
    this.#count = count
    const rankOfCode = new Uint32Array(this.#sorted.length)
    for (let rank = 0; rank < rankOfCode.length; rank++) rankOfCode[this.#sorted[rank]!] = rank
    this.#ranks = new Uint32Array(count)
    for (let item = 0; item < count; item++) this.#ranks[item] = rankOfCode[this.#codes[item]!]!
    return this.#ranks
  }

  /** Gives the items from `#count` on their codes, and sorts the codes of new texts in among the others. */
  #merge(count: number): void {
    const textOf = this.#reader()
    const added = textsOf(this.#count, count, textOf)
    const before = this.#sorted
    const sorted = new Uint32Array(before.length + added.length)
    let from = 0
    let at = 0
    for (const { text, items } of added) {
      const index = this.#indexOf(text, from, textOf)
      sorted.set(before.subarray(from, index), at)
      at += index - from
      from = index
      let code = this.#codeAt(index, text, textOf)
      if (code === undefined) {
        code = this.#examples.push(items[0]) - 1
        sorted[at++] = code
      }
      for (const item of items) this.#codes[item] = code
    }
    sorted.set(before.subarray(from), at)
    this.#sorted = sorted.subarray(0, at + before.length - from)
  }

  /** The code at an index of the sorted ones, if it is that of the text. */
  #codeAt(index: number, text: string, textOf: (item: number) => string): number | undefined {
    const code = this.#sorted[index]
    return code !== undefined && textOf(this.#examples[code]!) === text ? code : undefined
  }

  /**
   * How many of the sorted texts come before one that comes after the first `from`: an exponential search, since the next
   * one of many texts is near, and then a binary one.
   */
  #indexOf(text: string, from: number, textOf: (item: number) => string): number {
    const isBefore = (index: number): boolean =>
      compareTexts(textOf(this.#examples[this.#sorted[index]!]!), text) < 0
    const { length } = this.#sorted
    let low = from
    let step = 1
    while (low + step <= length && isBefore(low + step - 1)) {
      low += step
      step *= 2
    }
    let high = Math.min(length, low + step - 1)
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(middle)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** A text, and the items that have it. */
interface ItemsOfText {
  readonly text: string
  readonly items: [number, ...number[]]
}

/** The distinct texts of some items, sorted. */
function textsOf(first: number, end: number, textOf: (item: number) => string): readonly ItemsOfText[] {
  const byText = new Map<string, ItemsOfText>()
  for (let item = first; item < end; item++) {
    const text = textOf(item)
    const known = byText.get(text)
    if (known === undefined) byText.set(text, { text, items: [item] })
    else known.items.push(item)
  }
  return [...byText.values()].sort((a, b) => compareTexts(a.text, b.text))
}
