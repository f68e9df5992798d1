import { labelValue } from '../../filter/tree/evaluate.ts'
import { fieldOf } from '../../flows/field.ts'
import { EMPTY_KEY, type KeyFieldId, PARTS_OF_FIELD, type EntryPart } from './field-parts.ts'
import { growToFit } from '../columns/grow-to-fit.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'

export type FieldValue = string | number

/** The values of a field by the codes of the dictionary that it is made of; a code may have none or several. */
export interface ValueIndex {
  /** How many codes and how many values there are now. */
  readonly codes: number
  readonly size: number
  value(id: number): FieldValue
  /** Calls back with the ids of the values of a code, each once. */
  forEachValue(code: number, visit: (id: number) => void): void
  /** The id of the only value that every code has at most; null when a code may have several. */
  readonly singleValueOf: ((code: number) => number) | null
}

/** A field that is one part of the key: its values are the dictionary's. */
class DirectIndex implements ValueIndex {
  readonly #dictionary: TextDictionary | NumberDictionary
  /** Whether an empty text counts as no value. */
  readonly #skipEmpty: boolean

  constructor(dictionary: TextDictionary | NumberDictionary, skipEmpty: boolean) {
    this.#dictionary = dictionary
    this.#skipEmpty = skipEmpty
  }

  get codes(): number {
    return this.#dictionary.size
  }

  get size(): number {
    return this.#dictionary.size
  }

  value(id: number): FieldValue {
    const dictionary = this.#dictionary
    return dictionary instanceof TextDictionary ? dictionary.text(id) : dictionary.number(id)
  }

  readonly singleValueOf = (code: number): number => (this.#skipEmpty && this.value(code) === '' ? -1 : code)

  forEachValue(code: number, visit: (id: number) => void): void {
    if (this.singleValueOf(code) >= 0) visit(code)
  }
}

/** A field that is worked out of a run (a trace, labels): each run is decoded once, when it is first asked for. */
class DerivedIndex implements ValueIndex {
  readonly singleValueOf = null
  readonly #valuesOf: (code: number) => readonly FieldValue[]
  readonly #count: () => number
  readonly #values: FieldValue[] = []
  readonly #idOfValue = new Map<FieldValue, number>()
  /** The ids of all codes one after the other, and where each code's end. */
  #ids = new Uint32Array(16)
  #ends = new Uint32Array(16)
  #decodedCodes = 0
  #idCount = 0

  constructor(count: () => number, valuesOf: (code: number) => readonly FieldValue[]) {
    this.#count = count
    this.#valuesOf = valuesOf
  }

  get codes(): number {
    this.#decodeNew()
    return this.#decodedCodes
  }

  get size(): number {
    this.#decodeNew()
    return this.#values.length
  }

  value(id: number): FieldValue {
    return this.#values[id]!
  }

  forEachValue(code: number, visit: (id: number) => void): void {
    this.#decodeNew()
    const end = this.#ends[code]!
    for (let at = code === 0 ? 0 : this.#ends[code - 1]!; at < end; at++) visit(this.#ids[at]!)
  }

  #decodeNew(): void {
    for (const count = this.#count(); this.#decodedCodes < count; this.#decodedCodes++) {
      for (const value of new Set(this.#valuesOf(this.#decodedCodes))) {
        let id = this.#idOfValue.get(value)
        if (id === undefined) {
          id = this.#values.push(value) - 1
          this.#idOfValue.set(value, id)
        }
        this.#ids = growToFit(this.#ids, this.#idCount)
        this.#ids[this.#idCount++] = id
      }
      this.#ends = growToFit(this.#ends, this.#decodedCodes)
      this.#ends[this.#decodedCodes] = this.#idCount
    }
  }
}

/** The value indexes of some keys, made when asked for and extended as keys come. */
export class ValueIndexCache {
  readonly keys: KeyDictionary
  readonly #cache = new Map<string, ValueIndex>()

  constructor(keys: KeyDictionary) {
    this.keys = keys
  }

  /** `label` is the label key; without one a label field's values are whole labels, `k=v`. */
  of(field: KeyFieldId, label?: string): ValueIndex {
    const [source] = PARTS_OF_FIELD[field]
    const isLabel = source === 'sourceLabels' || source === 'destLabels'
    const name = isLabel ? `label=${label ?? ''}${label === undefined ? '' : '='}` : field
    const known = this.#cache.get(name)
    if (known !== undefined) return known
    const index = isLabel ? this.#labelIndex(label) : this.#fieldIndex(field)
    this.#cache.set(name, index)
    return index
  }

  /** By flow for a part of the key, by entry for labels. */
  codesOf(source: EntryPart): { readonly codes: Uint32Array; readonly by: 'flow' | 'entry' } {
    const { keys } = this
    return source === 'sourceLabels' || source === 'destLabels'
      ? { codes: keys[source], by: 'entry' }
      : { codes: keys.codesOf(source), by: 'flow' }
  }

  #labelIndex(label: string | undefined): ValueIndex {
    const { labels } = this.keys
    return new DerivedIndex(
      () => labels.size,
      (code) => {
        if (!labels.isCanonical(code)) return []
        const list = labels.value(code)
        return label === undefined ? list : list.flatMap((each) => labelValue(each, label) ?? [])
      },
    )
  }

  #fieldIndex(id: KeyFieldId): ValueIndex {
    const { keys } = this
    const [source] = PARTS_OF_FIELD[id]
    const field = fieldOf(id)
    if (
      source === undefined ||
      field.type === 'label' ||
      source === 'sourceLabels' ||
      source === 'destLabels'
    ) {
      throw new Error(`No part for field ${id}`)
    }
    const dictionary = keys.dictionaryOf(source)
    if (dictionary instanceof TextDictionary || dictionary instanceof NumberDictionary) {
      return new DirectIndex(dictionary, field.values(EMPTY_KEY).length === 0)
    }
    return new DerivedIndex(
      () => keys.traces.size,
      (code) =>
        keys.traces.isCanonical(code)
          ? field.values({ ...EMPTY_KEY, key: { ...EMPTY_KEY.key, policies: keys.traces.value(code) } })
          : [],
    )
  }
}
