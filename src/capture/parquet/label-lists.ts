/** The labels of the rows of one column. Records with the same labels share one list, as they share keys. */
import { FieldError, textsOf } from '../format/json-fields.ts'
import type { ColumnValues } from './column-values.ts'
import { parsedJson, plainNumber } from './plain-values.ts'

const NO_LABELS: readonly string[] = []

/** Lists that are kept for the groups to come. */
const MAX_SHARED = 100_000

/** The lists of all row groups of a file, by the JSON of a list or by its texts. */
export type SharedLists = Map<string, readonly string[]>

/** The labels of many rows: equal ones are found without making their lists. */
export class LabelLists {
  readonly #column: ColumnValues | undefined
  readonly #field: string
  readonly #shared: SharedLists
  /** For each row the number of its list; null where it has none. */
  readonly #numbers: Int32Array | null
  /** The list of each number. */
  readonly #lists: (readonly string[] | undefined)[] = []

  constructor(column: ColumnValues | undefined, field: string, shared: SharedLists) {
    this.#column = column
    this.#field = field
    this.#shared = shared
    this.#numbers = column?.isList === true ? column.listNumbers() : null
  }

  /** Throws a FieldError. */
  at(row: number): readonly string[] {
    if (this.#numbers === null) return this.#listAt(row)
    return (this.#lists[this.#numbers[row]!] ??= this.#listAt(row))
  }

  #listAt(row: number): readonly string[] {
    return labelsAt(this.#column, row, this.#field, this.#shared)
  }
}

/** The labels of one row. Throws a FieldError. */
export function labelsAt(
  column: ColumnValues | undefined,
  row: number,
  field: string,
  shared: SharedLists,
): readonly string[] {
  if (column === undefined) return NO_LABELS
  if (column.isList) {
    const values = column.listAt(row)
    if (values.length === 0) return NO_LABELS
    const labels = textsOf(values, field)
    // With a line break in front it is no JSON of a list.
    return sharedAs(`\n${JSON.stringify(labels)}`, shared, () => labels)
  }
  const json = column.at(row)
  if (json === null || json === '') return NO_LABELS
  if (typeof json !== 'string') throw new FieldError(field, plainNumber(json), 'a list of texts')
  return sharedAs(json, shared, () => textsOf(parsedJson(json, field), field))
}

function sharedAs(text: string, shared: SharedLists, make: () => readonly string[]): readonly string[] {
  let labels = shared.get(text)
  if (labels === undefined) {
    labels = make()
    if (shared.size >= MAX_SHARED) shared.clear()
    shared.set(text, labels)
  }
  return labels
}
