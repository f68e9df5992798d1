/** The texts of a column of which few are needed: they are found in their pages, and neither hashed nor decoded before. */
import type { TextTable } from './text-table.ts'
import { ParquetFault } from './thrift-check.ts'

interface Page {
  /** The number of its first text. */
  readonly first: number
  readonly bytes: Uint8Array
  /** Where each text begins, and behind the last one where the next would. A text follows its length in 4 bytes. */
  readonly starts: Int32Array
}

export class LazyTexts {
  readonly #texts: TextTable
  readonly #pages: Page[] = []
  #count = 0
  /** By the number of a text here: that in the table. */
  readonly #known = new Map<number, number>()

  constructor(texts: TextTable) {
    this.#texts = texts
  }

  /** Adds a page of `count` texts in plain encoding, and returns the number of its first one. Throws a {@link ParquetFault}. */
  addPage(bytes: Uint8Array, count: number): number {
    // A text takes 4 bytes at least.
    if (!(4 * count <= bytes.length)) throw new ParquetFault('a page is damaged')
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const starts = new Int32Array(count + 1)
    let at = 0
    for (let i = 0; i < count; i++) {
      if (at + 4 > bytes.length) throw new ParquetFault('a page is damaged')
      at += 4 + view.getUint32(at, true)
      if (at > bytes.length) throw new ParquetFault('a page is damaged')
      starts[i + 1] = at
    }
    const first = this.#count
    this.#pages.push({ first, bytes, starts })
    this.#count += count
    return first
  }

  /** The number in the table of a text. */
  numberOf(index: number): number {
    const known = this.#known.get(index)
    if (known !== undefined) return known
    const page = this.#pages.findLast(({ first }) => first <= index)
    const start = page?.starts[index - page.first]
    const end = page?.starts[index - page.first + 1]
    if (page === undefined || start === undefined || end === undefined)
      throw new ParquetFault('a page is damaged')
    const number = this.#texts.add(page.bytes.subarray(start + 4, end))
    this.#known.set(index, number)
    return number
  }
}
