import type { EntryId } from './history-store.ts'

/** One value for each row of a bucket. */
export interface EntryCodeColumns {
  readonly ks: Uint32Array
  readonly actions: Uint8Array
}

const FIRST_CAPACITY = 1024

/**
 * A hash table with open addressing and linear probing, from the entries of one cluster to their codes and their actions' codes. 26 to 52
 * bytes an entry, where a Map of bigints takes some 100, and a bucket is looked up without making a bigint of each entry.
 */
export class EntryCodeTable {
  /** Each slot's entry, the lower half first as in a BigUint64Array: DuckDB has no library for a processor with another order. */
  #halves = new Uint32Array(FIRST_CAPACITY * 2)
  /** By slot: 0 in a free one, else the code plus one. */
  #codes = new Uint32Array(FIRST_CAPACITY)
  #actions = new Uint8Array(FIRST_CAPACITY)
  #size = 0

  get size(): number {
    return this.#size
  }

  has(entry: EntryId): boolean {
    return this.#codes[this.#slotOf(...halvesOf(entry))] !== 0
  }

  /** Sets the code of an entry that has none yet. */
  add(entry: EntryId, k: number, action: number): void {
    if ((this.#size + 1) * 2 > this.#codes.length) this.#grow()
    this.#put(...halvesOf(entry), k + 1, action)
    this.#size += 1
  }

  /** Fills in the codes of the entries. Returns the rows of those that have none. */
  fill(entries: BigUint64Array, { ks, actions }: EntryCodeColumns): readonly number[] {
    const halves = new Uint32Array(entries.buffer, entries.byteOffset, entries.length * 2)
    const unknown: number[] = []
    for (let row = 0; row < entries.length; row++) {
      const slot = this.#slotOf(halves[2 * row]!, halves[2 * row + 1]!)
      const code = this.#codes[slot]!
      if (code === 0) {
        unknown.push(row)
        continue
      }
      ks[row] = code - 1
      actions[row] = this.#actions[slot]!
    }
    return unknown
  }

  /** The slot of an entry, or the free one where it belongs. */
  #slotOf(low: number, high: number): number {
    const mask = this.#codes.length - 1
    // An entry is a part of a SHA-256: its bits need no further hash.
    let slot = low & mask
    while (this.#codes[slot] !== 0 && (this.#halves[2 * slot] !== low || this.#halves[2 * slot + 1] !== high))
      slot = (slot + 1) & mask
    return slot
  }

  #put(low: number, high: number, code: number, action: number): void {
    const slot = this.#slotOf(low, high)
    this.#halves[2 * slot] = low
    this.#halves[2 * slot + 1] = high
    this.#codes[slot] = code
    this.#actions[slot] = action
  }

  #grow(): void {
    const [halves, codes, actions] = [this.#halves, this.#codes, this.#actions]
    this.#halves = new Uint32Array(halves.length * 2)
    this.#codes = new Uint32Array(codes.length * 2)
    this.#actions = new Uint8Array(codes.length * 2)
    for (let slot = 0; slot < codes.length; slot++) {
      if (codes[slot] !== 0) this.#put(halves[2 * slot]!, halves[2 * slot + 1]!, codes[slot]!, actions[slot]!)
    }
  }
}

function halvesOf(entry: EntryId): readonly [number, number] {
  return [Number(entry & 0xffff_ffffn), Number(entry >> 32n)]
}
