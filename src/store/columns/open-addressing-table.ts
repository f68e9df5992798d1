/** The bits of a slot that hold a code, plus one. */
const CODE_BITS = 25
const CODE_MASK = 2 ** CODE_BITS - 1
/** The other bits of a slot: the same bits of the code's hash. */
const TAG_MASK = ~CODE_MASK

/**
 * A hash table with open addressing and linear probing that holds nothing but codes: small integers that its owner
 * gives out in ascending order from 0. The owner keeps what a code stands for, and its hash; it walks the slots from
 * {@link firstSlot} on, compares each candidate itself, and inserts a new code at the free slot that ended the search
 * (see TextDictionary). Nothing is removed, so no slot is a tombstone.
 *
 * A slot has seven bits of the hash beside the code. A walk passes the slots of other hashes by these bits, without
 * reading the memory of their codes.
 */
export class OpenAddressingTable {
  /** By slot: 0 in a free one, otherwise a code plus one with the bits of its hash. Its length is a power of two. */
  #slots = new Uint32Array(64)
  #mask = 63

  get byteLength(): number {
    return this.#slots.byteLength
  }

  /** The first slot that is free or may have what has this hash. */
  firstSlot(hash: number): number {
    return this.#seek(hash & this.#mask, hash)
  }

  nextSlot(slot: number, hash: number): number {
    return this.#seek((slot + 1) & this.#mask, hash)
  }

  /** The code in a slot; −1 in a free one, which ends the search. */
  codeAt(slot: number): number {
    return (this.#slots[slot]! & CODE_MASK) - 1
  }

  /**
   * Inserts the newest code, `count` − 1, at the slot where the search ended. `hashes` has the hashes of all codes: the
   * table doubles, and hashes anew, when two thirds of it are taken.
   * @throws RangeError beyond 33 million codes, which take more memory than any budget allows
   */
  insert(slot: number, count: number, hashes: Uint32Array): void {
    if (count > CODE_MASK) throw new RangeError(`a dictionary of more than ${CODE_MASK} values`)
    this.#slots[slot] = (hashes[count - 1]! & TAG_MASK) | count
    if (count * 3 <= this.#slots.length * 2) return
    this.#slots = new Uint32Array(this.#slots.length * 2)
    this.#mask = this.#slots.length - 1
    for (let code = 0; code < count; code++) {
      const hash = hashes[code]!
      let free = hash & this.#mask
      while (this.#slots[free] !== 0) free = (free + 1) & this.#mask
      this.#slots[free] = (hash & TAG_MASK) | (code + 1)
    }
  }

  #seek(from: number, hash: number): number {
    const slots = this.#slots
    let slot = from
    for (;;) {
      const value = slots[slot]!
      if (value === 0 || ((value ^ hash) & TAG_MASK) === 0) return slot
      slot = (slot + 1) & this.#mask
    }
  }
}
