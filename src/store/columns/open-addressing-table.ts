/**
 * A hash table with open addressing and linear probing that holds nothing but codes: small integers that its owner
 * gives out in ascending order from 0. The owner keeps what a code stands for, and its hash; it walks the slots from
 * {@link firstSlot} on, compares each candidate itself, and inserts a new code at the free slot that ended the search
 * (see TextDictionary). Nothing is removed, so no slot is a tombstone.
 */
export class OpenAddressingTable {
  /** By slot: a code, or −1. Its length is a power of two. */
  #table = new Int32Array(64).fill(-1)
  #mask = 63

  get byteLength(): number {
    return this.#table.byteLength
  }

  firstSlot(hash: number): number {
    return hash & this.#mask
  }

  nextSlot(slot: number): number {
    return (slot + 1) & this.#mask
  }

  /** The code in a slot; −1 in a free one, which ends the search. */
  codeAt(slot: number): number {
    return this.#table[slot]!
  }

  /**
   * Inserts the newest code, `count` − 1, at the slot where the search ended. `hashes` has the hashes of all codes: the
   * table doubles, and hashes anew, when two thirds of it are taken.
   */
  insert(slot: number, count: number, hashes: Uint32Array): void {
    this.#table[slot] = count - 1
    if (count * 3 <= this.#table.length * 2) return
    this.#table = new Int32Array(this.#table.length * 2).fill(-1)
    this.#mask = this.#table.length - 1
    for (let code = 0; code < count; code++) {
      let free = this.firstSlot(hashes[code]!)
      while (this.codeAt(free) >= 0) free = this.nextSlot(free)
      this.#table[free] = code
    }
  }
}
