/** The labels of the rows of one column. Records with the same labels share one list, as they share keys. */
import { FieldError, textsOf } from '../format/json-fields.ts'
import type { ColumnValues } from './column-values.ts'
import { parsedJson, plainNumber } from './plain-values.ts'

const NO_LABELS: readonly string[] = []

/** Lists that are kept for the groups to come. */
const MAX_SHARED = 100_000

/** The lists of all row groups of a file, by the JSON of a list or by its texts. */
export type SharedLists = Map<string, readonly string[]>

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
    if (this.#numbers !== null) {
      const number = this.#numbers[row]!
      return (this.#lists[number] ??= this.#listOf(this.#column?.listAt(row) ?? []))
    }
    if (this.#column === undefined) return NO_LABELS
    return this.#column.isList ? this.#listOf(this.#column.listAt(row)) : this.#parsed(this.#column.at(row))
  }

  #parsed(json: unknown): readonly string[] {
    if (json === null || json === '') return NO_LABELS
    if (typeof json !== 'string') throw new FieldError(this.#field, plainNumber(json), 'a list of texts')
    return this.#sharedAs(json, () => textsOf(parsedJson(json, this.#field), this.#field))
  }

  #listOf(values: readonly unknown[]): readonly string[] {
    if (values.length === 0) return NO_LABELS
    const labels = textsOf(values, this.#field)
    // With a line break in front it is no JSON of a list.
    return this.#sharedAs(`\n${JSON.stringify(labels)}`, () => labels)
  }

  #sharedAs(text: string, make: () => readonly string[]): readonly string[] {
    let labels = this.#shared.get(text)
    if (labels === undefined) {
      labels = make()
      if (this.#shared.size >= MAX_SHARED) this.#shared.clear()
      this.#shared.set(text, labels)
    }
    return labels
  }
}
