import { KEY_PARTS, KeyDictionary } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import type { BlobDictionary } from '../columns/blob-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'
import type { KeySums } from './key-sums.ts'

/** A compacted dictionary, and where everything went: the new number by the old one, −1 for what was unused. */
export interface CompactedKeys {
  readonly keys: KeyDictionary
  readonly flows: Int32Array
  readonly entries: Int32Array
}

type AnyBlobs = Pick<BlobDictionary<unknown>, 'size' | 'blob' | 'hashHigh' | 'hashLow' | 'internFrom'>
type AnyDictionary = TextDictionary | NumberDictionary | AnyBlobs

/** Maps codes of one dictionary to codes of another, copying each value when its code is first asked for. */
class CodeMapping {
  /** By old code: the new one, or −1 while the value was not copied. */
  readonly #codes: Int32Array
  readonly #from: AnyDictionary
  readonly #to: AnyDictionary

  constructor(from: AnyDictionary, to: AnyDictionary) {
    this.#from = from
    this.#to = to
    this.#codes = new Int32Array(from.size).fill(-1)
  }

  code(code: number): number {
    const mapped = this.#codes[code]!
    return mapped >= 0 ? mapped : (this.#codes[code] = this.#copy(code))
  }

  #copy(code: number): number {
    const from = this.#from
    const to = this.#to
    if (from instanceof TextDictionary && to instanceof TextDictionary) return to.internFrom(from, code)
    if (from instanceof NumberDictionary && to instanceof NumberDictionary)
      return to.intern(from.number(code))
    if ('blob' in from && 'blob' in to) return to.internFrom(from, code)
    throw new Error('The two dictionaries hold different kinds of values')
  }
}

/**
 * Garbage collection of keys by copying: a new dictionary with the flows and entries that have records, in the same
 * order, and with the texts, numbers and blobs that they use. The old dictionary is not changed.
 */
export function compactKeys(old: KeyDictionary, sums: KeySums): CompactedKeys {
  const keys = new KeyDictionary()
  const flows = new Int32Array(old.flowCount).fill(-1)
  const entries = new Int32Array(old.entryCount).fill(-1)
  // Parts may share a dictionary, and then share its mapping.
  const mappings = new Map<AnyDictionary, CodeMapping>()
  const mappingOf = (from: AnyDictionary, to: AnyDictionary): CodeMapping => {
    const existing = mappings.get(from)
    if (existing !== undefined) return existing
    const mapping = new CodeMapping(from, to)
    mappings.set(from, mapping)
    return mapping
  }
  const parts = KEY_PARTS.map((part) => mappingOf(old.dictionaryOf(part), keys.dictionaryOf(part)))
  const labels = mappingOf(old.labels, keys.labels)
  const codes = new Uint32Array(KEY_PARTS.length)
  for (let flow = 0; flow < old.flowCount; flow++) {
    if (sums.records[flow] === 0) continue
    for (const [part, mapping] of parts.entries()) codes[part] = mapping.code(old.codes[part]![flow]!)
    flows[flow] = keys.internFlow(codes)
  }
  for (let entry = 0; entry < old.entryCount; entry++) {
    if (sums.entryRecords[entry] === 0) continue
    entries[entry] = keys.internEntry(
      flows[old.flowOf[entry]!]!,
      labels.code(old.sourceLabels[entry]!),
      labels.code(old.destLabels[entry]!),
    )
  }
  return { keys, flows, entries }
}
