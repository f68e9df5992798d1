import { Keys, PARTS } from './key-dictionary.ts'
import { NumberDictionary } from '../columns/number-dictionary.ts'
import type { RunDictionary } from '../columns/blob-dictionary.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'
import type { Sums } from './key-sums.ts'

/** Keys without what no row uses any more, and the new numbers of what is left; −1 for what is gone. */
export interface Compacted {
  readonly keys: Keys
  readonly flows: Int32Array
  readonly entries: Int32Array
}

type AnyRuns = Pick<RunDictionary<unknown>, 'size' | 'run' | 'internCanonical'>
type AnyDictionary = TextDictionary | NumberDictionary | AnyRuns

/** Gives each code of one dictionary a code in another, when it is first met. */
class Move {
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
    if ('run' in from && 'run' in to) return to.internCanonical(from.run(code))
    throw new Error('Dictionaries of two kinds')
  }
}

/** Copies what has records. The order of flows and of entries stays. */
export function compact(old: Keys, sums: Sums): Compacted {
  const keys = new Keys()
  const flows = new Int32Array(old.flowCount).fill(-1)
  const entries = new Int32Array(old.entryCount).fill(-1)
  const moves = new Map<AnyDictionary, Move>()
  const moveOf = (from: AnyDictionary, to: AnyDictionary): Move => {
    const known = moves.get(from)
    if (known !== undefined) return known
    const made = new Move(from, to)
    moves.set(from, made)
    return made
  }
  const parts = PARTS.map((part) => moveOf(old.dictionaryOf(part), keys.dictionaryOf(part)))
  const labels = moveOf(old.labels, keys.labels)
  const codes = new Uint32Array(PARTS.length)
  for (let flow = 0; flow < old.flowCount; flow++) {
    if (sums.records[flow] === 0) continue
    for (const [part, move] of parts.entries()) codes[part] = move.code(old.codes[part]![flow]!)
    flows[flow] = keys.flow(codes)
  }
  for (let entry = 0; entry < old.entryCount; entry++) {
    if (sums.entryRecords[entry] === 0) continue
    entries[entry] = keys.entry(
      flows[old.flowOf[entry]!]!,
      labels.code(old.sourceLabels[entry]!),
      labels.code(old.destLabels[entry]!),
    )
  }
  return { keys, flows, entries }
}
