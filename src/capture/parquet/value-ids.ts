/**
 * Numbers the distinct rows of some columns, a column at a time. Records of a key share one object, and finding it by a
 * text of all its fields would take longer than reading them.
 */
import type { ColumnValues } from './column-values.ts'

/** Rows of a group and values of a column are fewer, so that a pair of numbers fits into a double. */
const MAX_VALUES = 2 ** 26

export interface RowIds {
  /** For each row the number of its values. Rows with the same values have the same number. */
  readonly ids: Int32Array
  /** For each number the first row that has it. */
  readonly firstRows: readonly number[]
}

export function rowIds(columns: readonly ColumnValues[], rows: number): RowIds {
  let ids = new Int32Array(rows)
  let firstRows: number[] = rows === 0 ? [] : [0]
  for (const column of columns) {
    const values = new Map<unknown, number>()
    const next = new Int32Array(rows)
    const firstOfPairs: number[] = []
    const pairs = new Map<number, number>()
    for (let row = 0; row < rows; row++) {
      const value = column[row]
      let number = values.get(value)
      if (number === undefined) {
        number = values.size
        values.set(value, number)
      }
      const pair = (ids[row] ?? 0) * MAX_VALUES + number
      let id = pairs.get(pair)
      if (id === undefined) {
        id = firstOfPairs.length
        firstOfPairs.push(row)
        pairs.set(pair, id)
      }
      next[row] = id
    }
    if (values.size <= 1) continue
    ids = next
    firstRows = firstOfPairs
  }
  return { ids, firstRows }
}
