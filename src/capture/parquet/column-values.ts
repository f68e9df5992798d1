/** The values of one column in one row group: texts by their numbers in the file's table, numbers as doubles. */
import { ParquetFault } from './thrift-check.ts'
import type { TextTable } from './text-table.ts'

/** What hyparquet gives. */
export type RawValues = ArrayLike<unknown>

/** Values that are not null, in their order. */
export type ConvertedValues =
  | { readonly is: 'texts'; readonly values: Int32Array }
  | { readonly is: 'numbers'; readonly values: Float64Array }
  | { readonly is: 'others'; readonly values: RawValues }

/** Integers from 0 on are their own codes up to it; other values get codes from it on. */
const FIRST_OTHER_CODE = 2 ** 30
const NO_TEXT = -1
const NO_STARTS = new Int32Array(0)

/** For each row one value: null where there is none, and an array where the column is a list. */
export class ColumnValues {
  readonly #texts: TextTable
  readonly isList: boolean
  /** One of them has the values, as soon as there is one. */
  #textNumbers: Int32Array | null = null
  #numbers: Float64Array | null = null
  #others: unknown[] | null = null
  /** Of a list: where the values of each row begin, and behind the last row where they end. */
  readonly #starts: Int32Array
  readonly #capacity: number
  #length = 0
  #rows = 0

  /** `capacity`: values that the pages have in all, nulls included. */
  constructor(texts: TextTable, capacity: number, list: { readonly rows: number } | null) {
    this.#texts = texts
    this.#capacity = capacity
    this.isList = list !== null
    this.#starts = list === null ? NO_STARTS : new Int32Array(list.rows + 1)
  }

  /** How many rows were added. */
  get rows(): number {
    return this.isList ? this.#rows : this.#length
  }

  /**
   * Adds the values of a page. `definitionLevels`: below `maxDefinitionLevel` where a value is null, or a list empty; null
   * or empty when there is no such place. `repetitionLevels`: 0 where a list begins. `indexes`: places in `values`; null
   * when these are in order. Throws a {@link ParquetFault}.
   */
  addPage(
    values: ConvertedValues,
    indexes: ArrayLike<number> | null,
    definitionLevels: ArrayLike<number> | null,
    maxDefinitionLevel: number,
    repetitionLevels: ArrayLike<number>,
  ): void {
    const data = indexes?.length ?? values.values.length
    const hasNulls = definitionLevels !== null && definitionLevels.length > 0
    const count = hasNulls ? definitionLevels.length : this.isList ? repetitionLevels.length : data
    if (this.#length + count > this.#capacity) throw new ParquetFault('a page is damaged')
    const put = this.#putter(values)
    let next = 0
    for (let i = 0; i < count; i++) {
      if (this.isList && repetitionLevels[i] === 0) {
        if (this.#rows >= this.#starts.length - 1) throw new ParquetFault('a page is damaged')
        this.#starts[this.#rows++] = this.#length
      }
      if (hasNulls && definitionLevels[i]! < maxDefinitionLevel) {
        // An empty list has a level and no value.
        if (!this.isList) this.#length++
        continue
      }
      if (next >= data || (this.isList && this.#rows === 0)) throw new ParquetFault('a page is damaged')
      put(this.#length++, indexes === null ? next : indexes[next]!)
      next++
    }
    if (this.isList) this.#starts[this.#rows] = this.#length
  }

  /** Writes a value at a place. Allocates the array of its kind. */
  #putter({ is, values }: ConvertedValues): (at: number, index: number) => void {
    const kinds = [this.#textNumbers, this.#numbers, this.#others]
    switch (is) {
      case 'texts': {
        const to = (this.#textNumbers ??= new Int32Array(this.#capacity).fill(NO_TEXT))
        this.#mustBeOnly(kinds, 0)
        return (at, index) => {
          to[at] = inRange(values[index])
        }
      }
      case 'numbers': {
        const to = (this.#numbers ??= new Float64Array(this.#capacity).fill(Number.NaN))
        this.#mustBeOnly(kinds, 1)
        return (at, index) => {
          to[at] = inRange(values[index])
        }
      }
      case 'others': {
        const to = (this.#others ??= Array.from({ length: this.#capacity }, () => null))
        this.#mustBeOnly(kinds, 2)
        return (at, index) => {
          to[at] = values[index] ?? null
        }
      }
      default:
        throw new ParquetFault('a page is damaged')
    }
  }

  #mustBeOnly(kinds: readonly unknown[], kind: number): void {
    if (kinds.some((values, i) => i !== kind && values !== null))
      throw new ParquetFault('its pages have values of different types')
  }

  /** The value of a row of a column that is no list. */
  at(at: number): unknown {
    if (this.#textNumbers !== null) {
      const number = this.#textNumbers[at]!
      return number === NO_TEXT ? null : this.#texts.textOf(number)
    }
    if (this.#numbers !== null) {
      const number = this.#numbers[at]!
      return Number.isNaN(number) ? null : number
    }
    return this.#others?.[at] ?? null
  }

  /** The values of a row of a list, without nulls. */
  listAt(row: number): unknown[] {
    const [from, to] = [this.#starts[row]!, this.#starts[row + 1]!]
    const list: unknown[] = []
    for (let at = from; at < to; at++) {
      const value = this.at(at)
      if (value !== null) list.push(value)
    }
    return list
  }

  /** Whether two rows of a list of texts have the same. */
  hasSameTexts(row: number, otherRow: number): boolean {
    const texts = this.#textNumbers
    const [from, to] = [this.#starts[row]!, this.#starts[row + 1]!]
    const otherFrom = this.#starts[otherRow]!
    if (texts === null || this.#starts[otherRow + 1]! - otherFrom !== to - from) return false
    for (let i = 0; i < to - from; i++) if (texts[from + i] !== texts[otherFrom + i]) return false
    return true
  }

  /**
   * A number for each row: rows with the same value have the same. Texts have theirs of the table. `others`: the codes of
   * what is neither a text nor a small integer, in all groups of the file.
   */
  codes(others: Map<unknown, number>): Int32Array {
    if (this.#textNumbers !== null) return this.#textNumbers
    const codes = new Int32Array(this.#length)
    for (let row = 0; row < codes.length; row++) {
      const value = this.at(row)
      if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < FIRST_OTHER_CODE) {
        codes[row] = value
        continue
      }
      let code = others.get(value)
      if (code === undefined) {
        code = FIRST_OTHER_CODE + others.size
        others.set(value, code)
      }
      codes[row] = code
    }
    return codes
  }
}

/** Throws a {@link ParquetFault} for an index that a dictionary does not have. */
function inRange(value: number | undefined): number {
  if (value === undefined) throw new ParquetFault('a page is damaged')
  return value
}
