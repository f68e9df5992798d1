/** The labels of the rows of one column. Records with the same labels share one list, as they share keys. */
import { FieldError, textsOf } from '../format/json-fields.ts'
import type { ColumnValues } from './column-values.ts'
import { parsedJson, plainNumber } from './plain-values.ts'

const NO_LABELS: readonly string[] = []

export class LabelLists {
  readonly #column: ColumnValues
  readonly #field: string
  /** The newest list of each key: nearly always that of its next record, too. */
  readonly #newest: (readonly string[] | undefined)[] = []
  readonly #byText = new Map<string, readonly string[]>()
  readonly #byJson = new Map<string, readonly string[]>()

  constructor(column: ColumnValues, field: string) {
    this.#column = column
    this.#field = field
  }

  /** Throws a FieldError. `keyId`: the number of the row's key. */
  at(row: number, keyId: number): readonly string[] {
    const value = this.#column[row]
    if (value === null || value === undefined || value === '') return NO_LABELS
    if (typeof value === 'string') return this.#parsed(value)
    if (!Array.isArray(value)) throw new FieldError(this.#field, plainNumber(value), 'a list of texts')
    const newest = this.#newest[keyId]
    if (newest !== undefined && areEqual(value, newest)) return newest
    const labels = this.#shared(value)
    this.#newest[keyId] = labels
    return labels
  }

  #parsed(json: string): readonly string[] {
    let labels = this.#byJson.get(json)
    if (labels === undefined) {
      labels = textsOf(parsedJson(json, this.#field), this.#field)
      this.#byJson.set(json, labels)
    }
    return labels
  }

  #shared(value: readonly unknown[]): readonly string[] {
    // Of an optional list hyparquet gives a list with the list in it.
    const list = value.flat(2).filter((label: unknown) => label !== null && label !== undefined)
    if (list.length === 0) return NO_LABELS
    const labels = textsOf(list, this.#field)
    const text = labels.join('\n')
    const found = this.#byText.get(text)
    if (found !== undefined && areEqual(labels, found)) return found
    this.#byText.set(text, labels)
    return labels
  }
}

/** `value`: a list, or a list with one list in it. */
function areEqual(value: readonly unknown[], labels: readonly string[]): boolean {
  const [first] = value
  const list: readonly unknown[] = value.length === 1 && Array.isArray(first) ? first : value
  if (list.length !== labels.length) return false
  for (let i = 0; i < labels.length; i++) if (list[i] !== labels[i]) return false
  return true
}
