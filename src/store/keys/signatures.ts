/** Signatures: sets of flows with the same ends, port, protocol, reporter, verdict and deciding hit. */
import { decisionIdentity, SIGNATURE_FIELDS } from '../../flows/identity.ts'
import { finish, mix } from '../../lib/murmur.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import { formatHash, HIGH_SEED, LOW_SEED } from '../columns/byte-hash.ts'
import { type KeyDictionary, partIndex } from './key-dictionary.ts'
import { OpenAddressingTable } from '../columns/open-addressing-table.ts'
import { emptyCounters } from './counter-sums.ts'
import type { KeySums } from './key-sums.ts'
import { TextDictionary } from '../columns/text-dictionary.ts'

const PARTS = SIGNATURE_FIELDS.map((part) => ({ part, index: partIndex(part) }))
const POLICIES = partIndex('policies')

/** The first character of a signature's id, which tells it from a flow's. */
const ID_PREFIX = 's'

/**
 * Interns the signatures of the flows of one key dictionary, as integers from 0. A flow's signature is looked up once,
 * in a hash table with open addressing, when signatures are first asked for after the flow was added.
 */
export class Signatures {
  count = 0
  /** By signature: the two halves of a hash of its content, which is its id. */
  idHigh = new Uint32Array(16)
  idLow = new Uint32Array(16)
  /** By flow, for the first `#knownFlows`. */
  #ofFlow = new Uint32Array(16)
  #knownFlows = 0
  readonly #keys: KeyDictionary
  readonly #decisions = new TextDictionary()
  /** By trace: one more than the code of its deciding hit; 0 while it was not looked up. */
  #decisionOfTrace = new Uint32Array(16)
  readonly #table = new OpenAddressingTable()
  #hashes = new Uint32Array(16)
  /** By signature: one of its flows. */
  #example = new Uint32Array(16)

  constructor(keys: KeyDictionary) {
    this.#keys = keys
  }

  /** By flow: its signature. Longer than the dictionary, and replaced when it grows. */
  ofFlows(): Uint32Array {
    const keys = this.#keys
    this.#ofFlow = growToFit(this.#ofFlow, keys.flowCount)
    for (; this.#knownFlows < keys.flowCount; this.#knownFlows++)
      this.#ofFlow[this.#knownFlows] = this.#internFlow(this.#knownFlows)
    return this.#ofFlow
  }

  /** A signature's id: 15 characters that are the same in every session. */
  idOf(signature: number): string {
    return ID_PREFIX + formatHash(this.idHigh[signature]!, this.idLow[signature]!)
  }

  /** The signature of an id from {@link idOf}; −1 when there is none. A linear scan. */
  ofId(id: string): number {
    this.ofFlows()
    for (let signature = 0; signature < this.count; signature++) {
      if (id.startsWith(ID_PREFIX) && this.idOf(signature) === id) return signature
    }
    return -1
  }

  /** Any flow of the signature: all agree in the parts that the signature has. */
  exampleOf(signature: number): number {
    return this.#example[signature]!
  }

  #decision(flow: number): number {
    const trace = this.#keys.codes[POLICIES]![flow]!
    this.#decisionOfTrace = growToFit(this.#decisionOfTrace, trace)
    if (this.#decisionOfTrace[trace] === 0) {
      const { enforced } = this.#keys.traces.value(trace)
      this.#decisionOfTrace[trace] = this.#decisions.internText(decisionIdentity(enforced)) + 1
    }
    return this.#decisionOfTrace[trace]! - 1
  }

  #internFlow(flow: number): number {
    const keys = this.#keys
    const slots = this.#table
    const decision = this.#decision(flow)
    let hash = mix(0, decision)
    for (const { index } of PARTS) hash = mix(hash, keys.codes[index]![flow]!)
    hash = finish(hash)
    let slot = slots.firstSlot(hash)
    for (let signature = slots.codeAt(slot); signature >= 0; signature = slots.codeAt(slot)) {
      if (this.#hashes[signature] === hash && this.#isSame(this.#example[signature]!, flow)) return signature
      slot = slots.nextSlot(slot)
    }
    const signature = this.count++
    let high = mix(HIGH_SEED, this.#decisions.hashHigh[decision]!)
    let low = mix(LOW_SEED, this.#decisions.hashLow[decision]!)
    for (const { part, index } of PARTS) {
      const code = keys.codes[index]![flow]!
      const dictionary = keys.dictionaryOf(part)
      high = mix(high, dictionary.hashHigh[code]!)
      low = mix(low, dictionary.hashLow[code]!)
    }
    this.idHigh = growToFit(this.idHigh, signature)
    this.idLow = growToFit(this.idLow, signature)
    this.#hashes = growToFit(this.#hashes, signature)
    this.#example = growToFit(this.#example, signature)
    this.idHigh[signature] = finish(high)
    this.idLow[signature] = finish(low)
    this.#hashes[signature] = hash
    this.#example[signature] = flow
    slots.insert(slot, signature + 1, this.#hashes)
    return signature
  }

  #isSame(a: number, b: number): boolean {
    const { codes } = this.#keys
    return (
      PARTS.every(({ index }) => codes[index]![a] === codes[index]![b]) &&
      this.#decision(a) === this.#decision(b)
    )
  }
}

/** Sums of some flows by signature. Arrays are by signature; values are set where `keys` is not 0. */
export class SignatureSums {
  readonly records: Float64Array
  /** How many flows. */
  readonly keys: Uint32Array
  /** The least start and the greatest end, Unix seconds. */
  readonly first: Float64Array
  readonly last: Float64Array
  /** The flow with the newest record, whose key and labels the row shows; of several the one with the greatest id. */
  readonly flow: Uint32Array
  readonly #counters: Float64Array[]

  /** `flowBits`, by flow: 0 for a flow that is left out. */
  constructor(keys: KeyDictionary, signatures: Signatures, sums: KeySums, flowBits: Uint8Array) {
    const ofFlow = signatures.ofFlows()
    const { count } = signatures
    this.records = new Float64Array(count)
    this.keys = new Uint32Array(count)
    this.first = new Float64Array(count)
    this.last = new Float64Array(count)
    this.flow = new Uint32Array(count)
    this.#counters = Array.from(emptyCounters(), (initial) => new Float64Array(count).fill(initial))
    for (let flow = 0; flow < flowBits.length; flow++) {
      if (flowBits[flow] === 0) continue
      const signature = ofFlow[flow]!
      const isFirst = this.keys[signature]!++ === 0
      this.records[signature]! += sums.records[flow]!
      const first = sums.first[flow]!
      const last = sums.last[flow]!
      if (isFirst || first < this.first[signature]!) this.first[signature] = first
      if (isFirst || last > this.last[signature]!) this.last[signature] = last
      if (isFirst || isNewer(keys, sums, flow, this.flow[signature]!)) this.flow[signature] = flow
    }
    for (const [i, column] of this.#counters.entries()) {
      for (let flow = 0; flow < flowBits.length; flow++) {
        if (flowBits[flow] === 0) continue
        const more = sums.counter(i, flow)
        if (Number.isNaN(more)) continue
        const signature = ofFlow[flow]!
        column[signature] = Number.isNaN(column[signature]!) ? more : column[signature]! + more
      }
    }
  }

  /** One counter of a signature, by its index in goldmane.Flow's order; NaN where no record has it. */
  counter(index: number, signature: number): number {
    return this.#counters[index]![signature]!
  }

  /** A copy of a signature's seven counters; NaN where no record has one. */
  countersOf(signature: number): Float64Array {
    return Float64Array.from(this.#counters, (column) => column[signature]!)
  }
}

function isNewer(keys: KeyDictionary, sums: KeySums, a: number, b: number): boolean {
  if (sums.newestStart[a] !== sums.newestStart[b]) return sums.newestStart[a]! > sums.newestStart[b]!
  if (keys.idHigh[a] !== keys.idHigh[b]) return keys.idHigh[a]! > keys.idHigh[b]!
  return keys.idLow[a]! > keys.idLow[b]!
}
