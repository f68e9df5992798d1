/** Roll-ups of flows: signatures and groups, as src/flows/identity.ts defines them. */
import { GROUP_FIELDS, SIGNATURE_FIELDS, type SignatureField } from '../../flows/identity.ts'
import { displayName, workloadOf } from '../../flows/spelling.ts'
import { finish, mix } from '../../lib/murmur.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import { formatHash, HIGH_SEED, LOW_SEED, parseHash } from '../columns/byte-hash.ts'
import { OpenAddressingTable } from '../columns/open-addressing-table.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'
import { TextRanks } from './text-ranks.ts'
import { EndCodes } from './end-codes.ts'
import { type KeyDictionary, type KeyPart, partIndex } from './key-dictionary.ts'
import type { TraceFacts } from './trace-facts.ts'

/** More than there are names, so that a namespace and a name fit one safe integer. */
const NAME_LIMIT = 2 ** 26

/** What a roll-up compares beside the decision, and the first character of its ids. */
interface RollUpKind {
  readonly prefix: string
  readonly fields: readonly SignatureField[]
  /** Whether names are compared as workloads. */
  readonly byWorkload: boolean
}

export const SIGNATURE: RollUpKind = { prefix: 's', fields: SIGNATURE_FIELDS, byWorkload: false }
export const GROUP: RollUpKind = { prefix: 'g', fields: GROUP_FIELDS, byWorkload: true }

/** One compared part of a key: its codes, and the hashes of what they stand for. */
interface ComparedPart {
  readonly index: number
  readonly isName: boolean
  readonly dictionary: { readonly hashHigh: ArrayLike<number>; readonly hashLow: ArrayLike<number> }
}

/** By set: the rank of its source and of its destination among those of all sets, as texts `namespace/name`. */
export interface NameRanks {
  readonly source: Uint32Array
  readonly destination: Uint32Array
}

/**
 * Interns the sets of flows of one key dictionary that are alike, as integers from 0. A flow's set is looked up once, in
 * a hash table with open addressing, when sets are first asked for after the flow was added.
 */
export class RollUp {
  count = 0
  /** By set: the two halves of a hash of its content, which is its id. */
  idHigh = new Uint32Array(16)
  idLow = new Uint32Array(16)
  /** By flow, for the first `#knownFlows`. */
  #ofFlow = new Uint32Array(16)
  #knownFlows = 0
  readonly #keys: KeyDictionary
  readonly #kind: RollUpKind
  readonly #facts: TraceFacts
  readonly #parts: readonly ComparedPart[]
  readonly #workloads = new TextDictionary()
  /** By name: one more than the code of its workload; 0 while it was not looked up. */
  #workloadOfName = new Uint32Array(16)
  readonly #table = new OpenAddressingTable()
  #hashes = new Uint32Array(16)
  /** By set: one of its flows. */
  #example = new Uint32Array(16)

  /** The names as texts show them; and by name one more than its code in there, 0 while it was not looked up. */
  readonly #shown = new TextDictionary()
  #shownOfName = new Uint32Array(16)
  readonly #sourceRanks = new TextRanks(() => (set) => this.#textOf(set, 'sourceNamespace', 'sourceName'))
  readonly #destinationRanks = new TextRanks(() => (set) => this.#textOf(set, 'destNamespace', 'destName'))
  readonly #sourceCodes = new EndCodes((set) => this.#endOf(set, 'sourceNamespace', 'sourceName'))
  readonly #destinationCodes = new EndCodes((set) => this.#endOf(set, 'destNamespace', 'destName'))

  constructor(keys: KeyDictionary, kind: RollUpKind, facts: TraceFacts) {
    this.#keys = keys
    this.#kind = kind
    this.#facts = facts
    this.#parts = kind.fields.map((field) => {
      const isName = kind.byWorkload && (field === 'sourceName' || field === 'destName')
      const dictionary = isName ? this.#workloads : keys.dictionaryOf(field)
      return { index: partIndex(field), isName, dictionary }
    })
  }

  /** By flow: its set. Longer than the dictionary, and replaced when it grows. */
  ofFlows(): Uint32Array {
    const keys = this.#keys
    this.#ofFlow = growToFit(this.#ofFlow, keys.flowCount)
    for (; this.#knownFlows < keys.flowCount; this.#knownFlows++)
      this.#ofFlow[this.#knownFlows] = this.#internFlow(this.#knownFlows)
    return this.#ofFlow
  }

  /** A set's id: 15 characters that are the same in every session. */
  idOf(set: number): string {
    return this.#kind.prefix + formatHash(this.idHigh[set]!, this.idLow[set]!)
  }

  /** The set of an id from {@link idOf}; −1 when there is none. A linear scan. */
  ofId(id: string): number {
    if (!id.startsWith(this.#kind.prefix)) return -1
    this.ofFlows()
    const { high, low } = parseHash(id.slice(this.#kind.prefix.length))
    for (let set = 0; set < this.count; set++)
      if (this.idHigh[set] === high && this.idLow[set] === low && this.idOf(set) === id) return set
    return -1
  }

  /** Any flow of the set: all agree in the parts that are compared. */
  exampleOf(set: number): number {
    return this.#example[set]!
  }

  /** The ranks of the names, new ones after a set was added. Two sets keep their order when others come between them. */
  nameRanks(): NameRanks {
    return {
      source: this.#sourceRanks.ranks(this.count),
      destination: this.#destinationRanks.ranks(this.count),
    }
  }

  /** As {@link nameRanks}, in no order. */
  nameCodes(): NameRanks {
    return {
      source: this.#sourceCodes.codes(this.count),
      destination: this.#destinationCodes.codes(this.count),
    }
  }

  #textOf(set: number, namespaces: KeyPart, names: KeyPart): string {
    const keys = this.#keys
    const flow = this.#example[set]!
    const namespace = keys.namespaces.text(keys.codesOf(namespaces)[flow]!)
    return `${namespace}/${this.#shown.text(this.#shownCodeOf(keys.codesOf(names)[flow]!))}`
  }

  /** A number for a set's end. */
  #endOf(set: number, namespaces: KeyPart, names: KeyPart): number {
    const flow = this.#example[set]!
    const name = this.#shownCodeOf(this.#keys.codesOf(names)[flow]!)
    return this.#keys.codesOf(namespaces)[flow]! * NAME_LIMIT + name
  }

  #shownCodeOf(name: number): number {
    this.#shownOfName = growToFit(this.#shownOfName, name)
    if (this.#shownOfName[name] === 0) {
      const text = this.#keys.names.text(name)
      const shown = displayName(this.#kind.byWorkload ? workloadOf(text) : text)
      this.#shownOfName[name] = this.#shown.internText(shown) + 1
    }
    return this.#shownOfName[name]! - 1
  }

  #codeOf({ index, isName }: ComparedPart, flow: number): number {
    const code = this.#keys.codes[index]![flow]!
    if (!isName) return code
    this.#workloadOfName = growToFit(this.#workloadOfName, code)
    if (this.#workloadOfName[code] === 0) {
      const workload = workloadOf(this.#keys.names.text(code))
      this.#workloadOfName[code] = this.#workloads.internText(workload) + 1
    }
    return this.#workloadOfName[code]! - 1
  }

  #internFlow(flow: number): number {
    const slots = this.#table
    const decision = this.#facts.decisionOf(flow)
    let hash = mix(0, decision)
    for (const part of this.#parts) hash = mix(hash, this.#codeOf(part, flow))
    hash = finish(hash)
    let slot = slots.firstSlot(hash)
    for (let set = slots.codeAt(slot); set >= 0; set = slots.codeAt(slot)) {
      if (this.#hashes[set] === hash && this.#isSame(this.#example[set]!, flow)) return set
      slot = slots.nextSlot(slot, hash)
    }
    const set = this.count++
    const { decisions } = this.#facts
    let high = mix(HIGH_SEED, decisions.hashHigh[decision]!)
    let low = mix(LOW_SEED, decisions.hashLow[decision]!)
    for (const part of this.#parts) {
      const code = this.#codeOf(part, flow)
      high = mix(high, part.dictionary.hashHigh[code]!)
      low = mix(low, part.dictionary.hashLow[code]!)
    }
    this.idHigh = growToFit(this.idHigh, set)
    this.idLow = growToFit(this.idLow, set)
    this.#hashes = growToFit(this.#hashes, set)
    this.#example = growToFit(this.#example, set)
    this.idHigh[set] = finish(high)
    this.idLow[set] = finish(low)
    this.#hashes[set] = hash
    this.#example[set] = flow
    slots.insert(slot, set + 1, this.#hashes)
    return set
  }

  #isSame(a: number, b: number): boolean {
    return (
      this.#parts.every((part) => this.#codeOf(part, a) === this.#codeOf(part, b)) &&
      this.#facts.decisionOf(a) === this.#facts.decisionOf(b)
    )
  }
}
