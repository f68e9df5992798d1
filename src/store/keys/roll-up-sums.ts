import { COUNTER_COUNT } from './counter-sums.ts'
import type { KeyDictionary } from './key-dictionary.ts'
import type { KeySums } from './key-sums.ts'
import type { RollUp } from './roll-up.ts'

/** Sums of some flows by set of a roll-up. Arrays are by set; values are set where `keys` is not 0. */
export class RollUpSums {
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
  constructor(keys: KeyDictionary, rollUp: RollUp, sums: KeySums, flowBits: Uint8Array) {
    const ofFlow = rollUp.ofFlows()
    const { count } = rollUp
    this.records = new Float64Array(count)
    this.keys = new Uint32Array(count)
    this.first = new Float64Array(count)
    this.last = new Float64Array(count)
    this.flow = new Uint32Array(count)
    this.#counters = Array.from({ length: COUNTER_COUNT }, () => new Float64Array(count).fill(Number.NaN))
    for (let flow = 0; flow < flowBits.length; flow++) {
      if (flowBits[flow] === 0) continue
      const set = ofFlow[flow]!
      const isFirst = this.keys[set]!++ === 0
      this.records[set]! += sums.records[flow]!
      const first = sums.first[flow]!
      const last = sums.last[flow]!
      if (isFirst || first < this.first[set]!) this.first[set] = first
      if (isFirst || last > this.last[set]!) this.last[set] = last
      if (isFirst || isNewer(keys, sums, flow, this.flow[set]!)) this.flow[set] = flow
    }
    for (const [i, column] of this.#counters.entries()) sums.addCounterBySet(i, flowBits, ofFlow, column)
  }

  /** One counter of a set, by its index in goldmane.Flow's order; NaN where no record has it. */
  counter(index: number, set: number): number {
    return this.#counters[index]![set]!
  }

  /** A copy of a set's seven counters; NaN where no record has one. */
  countersOf(set: number): Float64Array {
    return Float64Array.from(this.#counters, (column) => column[set]!)
  }
}

/** Whether flow `a` has a newer record than `b`, or at the same time the greater id. */
export function isNewer(keys: KeyDictionary, sums: KeySums, a: number, b: number): boolean {
  if (sums.newestStart[a] !== sums.newestStart[b]) return sums.newestStart[a]! > sums.newestStart[b]!
  if (keys.idHigh[a] !== keys.idHigh[b]) return keys.idHigh[a]! > keys.idHigh[b]!
  return keys.idLow[a]! > keys.idLow[b]!
}
