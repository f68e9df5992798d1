/** Numbers the distinct texts of a file by their bytes, and decodes each once: a capture repeats its texts in every row group. */

/** A byte order mark is a character of a name like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** A power of two, of which at most half is used. */
const FIRST_SLOTS = 1024

export class TextTable {
  /** The bytes of all texts, one behind the other. */
  #bytes = new Uint8Array(64 * 1024)
  /** Where each text begins in them; behind the last one, where it ends. */
  readonly #starts: number[] = [0]
  readonly #hashes: number[] = []
  readonly #texts: (string | undefined)[] = []
  /** By hash: the number of a text plus one; 0 where there is none. */
  #slots = new Int32Array(FIRST_SLOTS)

  /** How many bytes all texts have. */
  get byteLength(): number {
    return this.#starts[this.#hashes.length]!
  }

  /** The number of the text that these bytes are, from 0 on. */
  add(bytes: Uint8Array): number {
    let hash = bytes.length
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193) // FNV-1a
    hash ^= hash >>> 15
    const mask = this.#slots.length - 1
    let slot = hash & mask
    for (let number = this.#slots[slot]!; number !== 0; number = this.#slots[slot]!) {
      if (this.#hashes[number - 1] === hash && this.#isText(number - 1, bytes)) return number - 1
      slot = (slot + 1) & mask
    }
    return this.#insert(bytes, hash, slot)
  }

  textOf(number: number): string {
    return (this.#texts[number] ??= decoder.decode(
      this.#bytes.subarray(this.#starts[number], this.#starts[number + 1]),
    ))
  }

  #isText(number: number, bytes: Uint8Array): boolean {
    const start = this.#starts[number]!
    if (this.#starts[number + 1]! - start !== bytes.length) return false
    for (let i = 0; i < bytes.length; i++) if (this.#bytes[start + i] !== bytes[i]) return false
    return true
  }

  #insert(bytes: Uint8Array, hash: number, slot: number): number {
    const start = this.byteLength
    const end = start + bytes.length
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(2 * end)
      larger.set(this.#bytes.subarray(0, start))
      this.#bytes = larger
    }
    this.#bytes.set(bytes, start)
    this.#starts.push(end)
    const count = this.#hashes.push(hash)
    this.#slots[slot] = count
    if (2 * count > this.#slots.length) this.#enlarge()
    return count - 1
  }

  #enlarge(): void {
    const slots = new Int32Array(2 * this.#slots.length)
    for (const [number, hash] of this.#hashes.entries()) {
      let slot = hash & (slots.length - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1)
      slots[slot] = number + 1
    }
    this.#slots = slots
  }
}
