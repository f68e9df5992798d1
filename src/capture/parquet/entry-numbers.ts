/**
 * Numbers the entries of the records that our writer writes, their keys together with their labels, from 0 on in the
 * order of their first records.
 */
import { TupleTable } from './tuple-table.ts'

/** Beyond one of them the table begins anew, and entries that come again get other numbers. */
const MAX_ENTRIES = 2 ** 20
/** In UTF-16 units. */
const MAX_TEXT = 64 * 1024 * 1024

export class EntryNumbers {
  readonly #width: number
  readonly #maxEntries: number
  readonly #texts = new Map<string, number>()
  #textLength = 0
  #tuples: TupleTable
  /** Entries of the tables before. */
  #before = 0

  /** `width`: how many columns an entry has. */
  constructor(width: number, maxEntries = MAX_ENTRIES) {
    this.#width = width
    this.#maxEntries = maxEntries
    this.#tuples = new TupleTable(width)
  }

  /** How many numbers there are. */
  get count(): number {
    return this.#before + this.#tuples.size
  }

  /** The number of each row. The values of a column are texts, lists of texts, or integers of 32 bits. */
  add(columns: readonly (readonly unknown[])[], rows: number): Int32Array {
    if (this.#tuples.size > this.#maxEntries || this.#textLength > MAX_TEXT) {
      this.#before = this.count
      this.#tuples = new TupleTable(this.#width)
      this.#texts.clear()
      this.#textLength = 0
    }
    const numbers = this.#tuples.add(
      columns.map((values) => this.#codesOf(values)),
      rows,
    )
    if (this.#before > 0) for (let row = 0; row < rows; row++) numbers[row] = numbers[row]! + this.#before
    return numbers
  }

  #codesOf(values: readonly unknown[]): Int32Array {
    const codes = new Int32Array(values.length)
    // Records of a key share their lists.
    const lists = new Map<unknown, number>()
    for (const [row, value] of values.entries()) {
      if (typeof value === 'number') codes[row] = value
      else if (typeof value === 'string') codes[row] = this.#codeOf(value)
      else {
        let code = lists.get(value)
        if (code === undefined) {
          code = this.#codeOf(JSON.stringify(value))
          lists.set(value, code)
        }
        codes[row] = code
      }
    }
    return codes
  }

  #codeOf(text: string): number {
    let code = this.#texts.get(text)
    if (code === undefined) {
      code = this.#texts.size
      this.#texts.set(text, code)
      this.#textLength += text.length
    }
    return code
  }
}
