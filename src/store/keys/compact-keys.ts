import { KeyDictionary, KEY_PARTS } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import type { BlobDictionary } from '../columns/blob-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'
import type { KeySums } from './key-sums.ts'

/** Keys without what no row uses any more, and the new numbers of what is left; −1 for what is gone. */
export interface CompactedKeys {
  readonly keys: KeyDictionary
  readonly flows: Int32Array
  readonly entries: Int32Array
}

type AnyBlobs = Pick<BlobDictionary<unknown>, 'size' | 'blob' | 'internCanonical'>
type AnyDictionary = TextDictionary | NumberDictionary | AnyBlobs

/** Gives each code of one dictionary a code in another, when it is first met. */
class CodeMapping {
  readonly #codes: Int32Array
  readonly #from: AnyDictionary
  readonly #to: AnyDictionary

  constructor(from: AnyDictionary, to: AnyDictionary) {
    this.#from = from
    this.#to = to
    this.#codes = new Int32Array(from.size).fill(-1)
  }

  code(code: number): number {
    const known = this.#codes[code]!
    return known >= 0 ? known : (this.#codes[code] = this.#copy(code))
  }

  #copy(code: number): number {
    const from = this.#from
    const to = this.#to
    if (from instanceof TextDictionary && to instanceof TextDictionary) return to.internText(from.text(code))
    if (from instanceof NumberDictionary && to instanceof NumberDictionary)
      return to.intern(from.number(code))
    if ('blob' in from && 'blob' in to) return to.internCanonical(from.blob(code))
    throw new Error('Dictionaries of two kinds')
  }
}

/** Copies what has records. The order of flows and of entries stays. */
export function compactKeys(old: KeyDictionary, sums: KeySums): CompactedKeys {
  const keys = new KeyDictionary()
  const flows = new Int32Array(old.flowCount).fill(-1)
  const entries = new Int32Array(old.entryCount).fill(-1)
  const moves = new Map<AnyDictionary, CodeMapping>()
  const moveOf = (from: AnyDictionary, to: AnyDictionary): CodeMapping => {
    const known = moves.get(from)
    if (known !== undefined) return known
    const made = new CodeMapping(from, to)
    moves.set(from, made)
    return made
  }
  const parts = KEY_PARTS.map((part) => moveOf(old.dictionaryOf(part), keys.dictionaryOf(part)))
  const labels = moveOf(old.labels, keys.labels)
  const codes = new Uint32Array(KEY_PARTS.length)
  for (let flow = 0; flow < old.flowCount; flow++) {
    if (sums.records[flow] === 0) continue
    for (const [part, move] of parts.entries()) codes[part] = move.code(old.codes[part]![flow]!)
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
