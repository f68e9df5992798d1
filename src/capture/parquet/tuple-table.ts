/** Numbers the distinct rows of some columns of numbers. */

/** A power of two, of which at most half is used. */
const FIRST_SLOTS = 1024

export class TupleTable {
  readonly #width: number
  /** The tuples, one behind the other. */
  #tuples: Int32Array
  #hashes = new Int32Array(FIRST_SLOTS)
  #count = 0
  /** By hash: the number of a tuple plus one; 0 where there is none. */
  #slots = new Int32Array(FIRST_SLOTS)

  /** `width`: how many columns each tuple has. */
  constructor(width: number) {
    this.#width = width
    this.#tuples = new Int32Array(FIRST_SLOTS * width)
  }

  /** How many distinct tuples there are. */
  get size(): number {
    return this.#count
  }

  /** For each row of the columns the number of its tuple, from 0 on; equal tuples have one number. */
  add(columns: readonly Int32Array[], rows: number): Int32Array {
    const hashes = new Int32Array(rows)
    for (const column of columns)
      for (let row = 0; row < rows; row++)
        hashes[row] = Math.imul(hashes[row]! ^ column[row]!, 0x9e3779b1) ^ (hashes[row]! >>> 15)
    for (let row = 0; row < rows; row++) hashes[row] = this.#numberOf(columns, row, hashes[row]!)
    return hashes
  }

  #numberOf(columns: readonly Int32Array[], row: number, mixed: number): number {
    const hash = mixed ^ (mixed >>> 16)
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (let number = this.#slots[slot]!; number !== 0; number = this.#slots[slot]!) {
      if (this.#hashes[number - 1] === hash && this.#isTuple(number - 1, columns, row)) return number - 1
      slot = (slot + 1) & mask
    }
    return this.#insert(columns, row, hash, slot)
  }

  #isTuple(number: number, columns: readonly Int32Array[], row: number): boolean {
    const from = number * this.#width
    for (let i = 0; i < columns.length; i++) if (this.#tuples[from + i] !== columns[i]![row]) return false
    return true
  }

  #insert(columns: readonly Int32Array[], row: number, hash: number, slot: number): number {
    const number = this.#count++
    if (this.#count > this.#hashes.length) {
      this.#hashes = copyOf(this.#hashes, 2 * this.#hashes.length)
      this.#tuples = copyOf(this.#tuples, 2 * this.#tuples.length)
    }
    this.#hashes[number] = hash
    for (let i = 0; i < columns.length; i++) this.#tuples[number * this.#width + i] = columns[i]![row]!
    this.#slots[slot] = this.#count
    if (2 * this.#count > this.#slots.length) this.#enlarge()
    return number
  }

  #enlarge(): void {
    const slots = new Int32Array(2 * this.#slots.length)
    for (let number = 0; number < this.#count; number++) {
      let slot = this.#hashes[number]! & (slots.length - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = number + 1
    }
    this.#slots = slots
  }
}

function copyOf(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const copy = new Int32Array(length)
  copy.set(array)
  return copy
}
