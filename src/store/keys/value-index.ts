import { labelValue } from '../../filter/tree/evaluate.ts'
import { fieldOf } from '../../flows/field.ts'
import { BLANK, type KeyFieldId, SOURCES, type Source } from './field-parts.ts'
import { grown } from '../columns/grow-to-fit.ts'
import type { Keys } from './key-dictionary.ts'
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
  each(code: number, visit: (id: number) => void): void
  /** The id of the only value that every code has at most; null when a code may have several. */
  readonly single: ((code: number) => number) | null
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

  readonly single = (code: number): number => (this.#skipEmpty && this.value(code) === '' ? -1 : code)

  each(code: number, visit: (id: number) => void): void {
    if (this.single(code) >= 0) visit(code)
  }
}

/** A field that is worked out of a run (a trace, labels): each run is decoded once, when it is first asked for. */
class DerivedIndex implements ValueIndex {
  readonly single = null
  readonly #valuesOf: (code: number) => readonly FieldValue[]
  readonly #count: () => number
  readonly #list: FieldValue[] = []
  readonly #idOf = new Map<FieldValue, number>()
  /** The ids of all codes one after the other, and where each code's end. */
  #ids = new Uint32Array(16)
  #ends = new Uint32Array(16)
  #known = 0
  #used = 0

  constructor(count: () => number, valuesOf: (code: number) => readonly FieldValue[]) {
    this.#count = count
    this.#valuesOf = valuesOf
  }

  get codes(): number {
    this.#extend()
    return this.#known
  }

  get size(): number {
    this.#extend()
    return this.#list.length
  }

  value(id: number): FieldValue {
    return this.#list[id]!
  }

  each(code: number, visit: (id: number) => void): void {
    this.#extend()
    const end = this.#ends[code]!
    for (let at = code === 0 ? 0 : this.#ends[code - 1]!; at < end; at++) visit(this.#ids[at]!)
  }

  #extend(): void {
    for (const count = this.#count(); this.#known < count; this.#known++) {
      for (const value of new Set(this.#valuesOf(this.#known))) {
        let id = this.#idOf.get(value)
        if (id === undefined) {
          id = this.#list.push(value) - 1
          this.#idOf.set(value, id)
        }
        this.#ids = grown(this.#ids, this.#used)
        this.#ids[this.#used++] = id
      }
      this.#ends = grown(this.#ends, this.#known)
      this.#ends[this.#known] = this.#used
    }
  }
}

/** The value indexes of some keys, made when asked for and extended as keys come. */
export class ValueIndexes {
  readonly keys: Keys
  readonly #made = new Map<string, ValueIndex>()

  constructor(keys: Keys) {
    this.keys = keys
  }

  /** `label` is the label key; without one a label field's values are whole labels, `k=v`. */
  of(field: KeyFieldId, label?: string): ValueIndex {
    const [source] = SOURCES[field]
    const isLabel = source === 'sourceLabels' || source === 'destLabels'
    const name = isLabel ? `label=${label ?? ''}${label === undefined ? '' : '='}` : field
    const known = this.#made.get(name)
    if (known !== undefined) return known
    const index = isLabel ? this.#labelIndex(label) : this.#fieldIndex(field)
    this.#made.set(name, index)
    return index
  }

  /** By flow for a part of the key, by entry for labels. */
  codes(source: Source): { readonly codes: Uint32Array; readonly by: 'flow' | 'entry' } {
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
    const [source] = SOURCES[id]
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
      return new DirectIndex(dictionary, field.values(BLANK).length === 0)
    }
    return new DerivedIndex(
      () => keys.traces.size,
      (code) =>
        keys.traces.isCanonical(code)
          ? field.values({ ...BLANK, key: { ...BLANK.key, policies: keys.traces.value(code) } })
          : [],
    )
  }
}
