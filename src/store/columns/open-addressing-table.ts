/**
 * The slots of an open-addressing hash table of codes. The owner keeps what a code stands for and its hash, and
 * compares; see TextDictionary for the way round.
 */
export class OpenAddressingTable {
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

  /** Puts the newest code, `count` − 1, where the search ended; `hashes` are those of all codes so far. */
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
