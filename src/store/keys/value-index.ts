import { labelValue } from '../../filter/tree/evaluate.ts'
import { fieldOf } from '../../flows/field.ts'
import { EMPTY_KEY, type KeyFieldId, PARTS_OF_FIELD, type EntryPart } from './field-parts.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'

export type FieldValue = string | number

/**
 * Maps the codes of one dictionary to the values that a field has in them, by value id: a trace's code to its policies,
 * for example. A code may have no value or several. Filters test each value once, by id, instead of once per key.
 */
export interface ValueIndex {
  /** How many codes there are now. */
  readonly codes: number
  /** How many values there are now; their ids are 0 to `size` − 1. */
  readonly size: number
  value(id: number): FieldValue
  /** Calls `visit` with the id of each distinct value of a code. */
  forEachValue(code: number, visit: (id: number) => void): void
  /** The id of a code's only value, −1 if it has none; null for a field of which a code may have several values. */
  readonly singleValueOf: ((code: number) => number) | null
}

/** The index of a field that is one part of the key: the value ids are the dictionary's codes. */
class DirectIndex implements ValueIndex {
  readonly #dictionary: TextDictionary | NumberDictionary
  /** Whether an empty text is no value. */
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

/**
 * The index of a field that is computed from blobs (traces, label lists). It decodes each blob once, lazily, and keeps
 * the ids of all values in one array with an offset per code (the layout of a compressed sparse row matrix).
 */
class DerivedIndex implements ValueIndex {
  readonly singleValueOf = null
  readonly #valuesOf: (code: number) => readonly FieldValue[]
  readonly #count: () => number
  readonly #values: FieldValue[] = []
  readonly #idOfValue = new Map<FieldValue, number>()
  /** The value ids of all codes, one code after the other. */
  #ids = new Uint32Array(16)
  /** By code: where its ids end in `#ids`. They start where those of the code before end. */
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

/** The value indexes of one key dictionary: built lazily, one per field, and extended when new codes appear. */
export class ValueIndexCache {
  readonly keys: KeyDictionary
  readonly #cache = new Map<string, ValueIndex>()
  /** The arguments of {@link of} for what is cached. */
  readonly #asked: { readonly field: KeyFieldId; readonly label: string | undefined }[] = []

  constructor(keys: KeyDictionary) {
    this.keys = keys
  }

  /** Extends the indexes that `other` has by all codes there are now. */
  warm(other: ValueIndexCache): void {
    // Reading the number of codes decodes new ones.
    for (const { field, label } of other.#asked) void this.of(field, label).codes
  }

  /**
   * The index of a field. For label fields `label` is the label key whose values are indexed; without it the values are
   * whole labels, `key=value`. The label fields share an index, because both ends' lists are in one dictionary.
   */
  of(field: KeyFieldId, label?: string): ValueIndex {
    const [part] = PARTS_OF_FIELD[field]
    const isLabel = part === 'sourceLabels' || part === 'destLabels'
    const name = isLabel ? `label=${label ?? ''}${label === undefined ? '' : '='}` : field
    const cached = this.#cache.get(name)
    if (cached !== undefined) return cached
    const index = isLabel ? this.#labelIndex(label) : this.#fieldIndex(field)
    this.#cache.set(name, index)
    this.#asked.push({ field, label })
    return index
  }

  /** The codes of a part, and whether they are by flow (a part of the key) or by entry (labels). */
  codesOf(part: EntryPart): { readonly codes: Uint32Array; readonly by: 'flow' | 'entry' } {
    const { keys } = this
    return part === 'sourceLabels' || part === 'destLabels'
      ? { codes: keys[part], by: 'entry' }
      : { codes: keys.codesOf(part), by: 'flow' }
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
    const [part] = PARTS_OF_FIELD[id]
    const field = fieldOf(id)
    if (part === undefined || field.type === 'label' || part === 'sourceLabels' || part === 'destLabels') {
      throw new Error(`No part for field ${id}`)
    }
    const dictionary = keys.dictionaryOf(part)
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
