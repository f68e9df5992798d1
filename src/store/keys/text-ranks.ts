import { growToFit } from '../../lib/grow-to-fit.ts'

/** Compares texts by UTF-16 unit, so that the order of rows does not depend on the reader's locale. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** When more than this share of the items is new, all are ranked anew. */
const MAX_MERGED_SHARE = 1 / 8

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
    if (count - this.#count > count * MAX_MERGED_SHARE) this.#rankAll(count)
    else this.#merge(count)
    this.#count = count
    const rankOfCode = new Uint32Array(this.#sorted.length)
    for (let rank = 0; rank < rankOfCode.length; rank++) rankOfCode[this.#sorted[rank]!] = rank
    this.#ranks = new Uint32Array(count)
    for (let item = 0; item < count; item++) this.#ranks[item] = rankOfCode[this.#codes[item]!]!
    return this.#ranks
  }

  #rankAll(count: number): void {
    const textOf = this.#reader()
    const codeOfText = new Map<string, number>()
    this.#examples = []
    for (let item = 0; item < count; item++) {
      const text = textOf(item)
      const code = codeOfText.get(text) ?? this.#examples.push(item) - 1
      codeOfText.set(text, code)
      this.#codes[item] = code
    }
    const texts = [...codeOfText.keys()].sort(compareTexts)
    this.#sorted = Uint32Array.from(texts, (text) => codeOfText.get(text)!)
  }

  #merge(count: number): void {
    const textOf = this.#reader()
    const before = this.#sorted
    const added = new Map<string, { readonly text: string; readonly code: number; readonly index: number }>()
    for (let item = this.#count; item < count; item++) {
      const text = textOf(item)
      const index = this.#indexOf(text, textOf)
      const known = added.get(text)?.code ?? this.#codeAt(index, text, textOf)
      const code = known ?? this.#examples.push(item) - 1
      if (known === undefined) added.set(text, { text, code, index })
      this.#codes[item] = code
    }
    if (added.size === 0) return
    this.#sorted = new Uint32Array(before.length + added.size)
    let from = 0
    let at = 0
    for (const { code, index } of [...added.values()].sort((a, b) => compareTexts(a.text, b.text))) {
      this.#sorted.set(before.subarray(from, index), at)
      at += index - from
      from = index
      this.#sorted[at++] = code
    }
    this.#sorted.set(before.subarray(from), at)
  }

  /** The code at an index of the sorted ones, if it is that of the text. */
  #codeAt(index: number, text: string, textOf: (item: number) => string): number | undefined {
    const code = this.#sorted[index]
    return code !== undefined && textOf(this.#examples[code]!) === text ? code : undefined
  }

  /** How many of the sorted texts come before one: a binary search. */
  #indexOf(text: string, textOf: (item: number) => string): number {
    let from = 0
    let to = this.#sorted.length
    while (from < to) {
      const middle = (from + to) >> 1
      if (compareTexts(textOf(this.#examples[this.#sorted[middle]!]!), text) < 0) from = middle + 1
      else to = middle
    }
    return from
  }
}
