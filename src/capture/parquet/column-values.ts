/** The values of one column in one row group: texts by their numbers in the file's table, numbers as doubles. */
import type { LazyTexts } from './lazy-texts.ts'
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
/** From it on downwards: texts of the column's {@link LazyTexts}, from 0 on. */
const FIRST_LAZY_TEXT = -2
/** A power of two, of which at most half is used. */
const FIRST_SLOTS = 1024
const NO_STARTS = new Int32Array(0)

/** For each row one value: null where there is none, and an array where the column is a list. */
export class ColumnValues {
  readonly #texts: TextTable
  readonly #lazyTexts: LazyTexts | null
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

  /**
   * `capacity`: values that the pages have in all, nulls included. `lazyTexts`: where texts are that are not in the table
   * yet; with it rows can be read, but neither {@link codes} nor {@link listNumbers}.
   */
  constructor(
    texts: TextTable,
    capacity: number,
    list: { readonly rows: number } | null,
    lazyTexts: LazyTexts | null = null,
  ) {
    this.#texts = texts
    this.#lazyTexts = lazyTexts
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
    // What has no value has no kind: a column may begin with a page of nulls.
    const put = values.values.length === 0 ? null : this.#putter(values)
    if (!this.isList && !hasNulls && this.#putAll(values, indexes, count)) return
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
      if (put === null || next >= data || (this.isList && this.#rows === 0))
        throw new ParquetFault('a page is damaged')
      put(this.#length++, indexes === null ? next : indexes[next]!)
      next++
    }
    if (this.isList) this.#starts[this.#rows] = this.#length
  }

  /** Adds values of which none is null. Returns false where they are of a kind that it does not take. */
  #putAll({ is, values }: ConvertedValues, indexes: ArrayLike<number> | null, count: number): boolean {
    const to = is === 'texts' ? this.#textNumbers : is === 'numbers' ? this.#numbers : null
    if (to === null || is === 'others') return false
    if (indexes === null) to.set(values.length > count ? values.subarray(0, count) : values, this.#length)
    else for (let i = 0; i < count; i++) to[this.#length + i] = inRange(values[indexes[i]!])
    this.#length += count
    return true
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
      if (number >= 0) return this.#texts.textOf(number)
      return number === NO_TEXT ? null : this.#lazyText(FIRST_LAZY_TEXT - number)
    }
    if (this.#numbers !== null) {
      const number = this.#numbers[at]!
      return Number.isNaN(number) ? null : number
    }
    return this.#others?.[at] ?? null
  }

  /** Whether all rows are null. */
  get isEmpty(): boolean {
    return !this.isList && this.#textNumbers === null && this.#numbers === null && this.#others === null
  }

  #lazyText(index: number): string {
    if (this.#lazyTexts === null) throw new ParquetFault('a page is damaged')
    return this.#texts.textOf(this.#lazyTexts.numberOf(index))
  }

  /** The number of each row, NaN where it is null; null where the values are no numbers, or lists. */
  numbers(): Float64Array | null {
    return this.isList || this.#numbers === null ? null : this.#numbers.subarray(0, this.#length)
  }

  /** The values of all rows. Null unless each of them is an integer of 32 bits. */
  integers(): Int32Array | null {
    const values = this.numbers()
    if (values === null) return null
    const integers = Int32Array.from(values)
    return integers.every((integer, row) => integer === values[row]) ? integers : null
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

  /**
   * A number for each row of a list of texts, from 0 on: rows with the same texts have the same. Null where it is a list
   * of other values.
   */
  listNumbers(): Int32Array | null {
    const texts = this.#textNumbers
    if (texts === null) return null
    const starts = this.#starts
    const numbers = new Int32Array(this.#rows)
    const firstRows: number[] = []
    let slots = new Int32Array(FIRST_SLOTS)
    for (let row = 0; row < numbers.length; row++) {
      if (2 * firstRows.length >= slots.length) {
        slots = new Int32Array(4 * slots.length)
        for (const [number, first] of firstRows.entries())
          slots[slotOf(texts, starts, first, slots, [])] = number + 1
      }
      const slot = slotOf(texts, starts, row, slots, firstRows)
      if (slots[slot] === 0) slots[slot] = firstRows.push(row)
      numbers[row] = slots[slot]! - 1
    }
    return numbers
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

/** Stands for so many texts of the column's {@link LazyTexts}, from `first` on. */
export function lazyValues(first: number, count: number): ConvertedValues {
  return { is: 'texts', values: Int32Array.from({ length: count }, (_, i) => FIRST_LAZY_TEXT - first - i) }
}

/** Throws a {@link ParquetFault} for an index that a dictionary does not have. */
function inRange(value: number | undefined): number {
  if (value === undefined) throw new ParquetFault('a page is damaged')
  return value
}

/** The slot of a row's list: of the one of `firstRows` with the same texts, or else a free one. */
function slotOf(
  texts: Int32Array,
  starts: Int32Array,
  row: number,
  slots: Int32Array,
  firstRows: readonly number[],
): number {
  const from = starts[row]!
  const length = starts[row + 1]! - from
  let hash = length
  for (let i = 0; i < length; i++) hash = Math.imul(hash ^ texts[from + i]!, 0x01000193) // FNV-1a
  let slot = (hash ^ (hash >>> 16)) & (slots.length - 1)
  for (; slots[slot] !== 0; slot = (slot + 1) & (slots.length - 1)) {
    const first = firstRows[slots[slot]! - 1]
    if (first === undefined) continue
    const firstFrom = starts[first]!
    if (starts[first + 1]! - firstFrom !== length) continue
    let i = 0
    while (i < length && texts[from + i] === texts[firstFrom + i]) i++
    if (i === length) break
  }
  return slot
}
