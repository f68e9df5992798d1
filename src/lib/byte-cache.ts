/**
 * Remembers values by byte strings that are put together from pieces. A hash finds a candidate, and every byte of it is
 * compared, so that two strings are never taken for one.
 */
import { finish, mix } from './murmur.ts'

const WORD = 4

interface Known<Value> {
  /** The string, filled up with zeros to whole words. */
  readonly words: Uint32Array
  readonly length: number
  readonly value: Value
  /** Another one with the same hash. */
  readonly next: Known<Value> | undefined
}

export class ByteMemory<Value> {
  /** Bytes of all strings that are remembered. */
  bytesHeld = 0
  readonly #known = new Map<number, Known<Value>>()
  /** The string that is put together. */
  #bytes = new Uint8Array(4096)
  #words = new Uint32Array(this.#bytes.buffer)
  #length = 0
  #hash = 0

  /** Begins another string. */
  begin(): void {
    this.#length = 0
    this.#hash = -1
  }

  /** Adds the bytes from `from` to `to`. */
  add(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from)
    this.#bytes.set(bytes.subarray(from, to), this.#length)
    this.#length += to - from
    this.#hash = -1
  }

  /** Adds one byte. */
  addByte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = byte
    this.#hash = -1
  }

  /** What is remembered of the string. */
  find(): Value | undefined {
    this.#finish()
    let known = this.#known.get(this.#hash)
    while (known !== undefined && !this.#is(known)) known = known.next
    return known?.value
  }

  /** Remembers a value for the string, which was not known. */
  learn(value: Value): void {
    this.#finish()
    const words = this.#words.slice(0, Math.ceil(this.#length / WORD))
    this.#known.set(this.#hash, { words, length: this.#length, value, next: this.#known.get(this.#hash) })
    this.bytesHeld += words.byteLength
  }

  /** How many bytes the string has. */
  get size(): number {
    return this.#length
  }

  clear(): void {
    this.#known.clear()
    this.bytesHeld = 0
  }

  #is({ words, length }: Known<Value>): boolean {
    if (length !== this.#length) return false
    const ours = this.#words
    for (let i = 0; i < words.length; i++) if (words[i] !== ours[i]) return false
    return true
  }

  /** Fills the last word up and finds the hash, once for a string. */
  #finish(): void {
    if (this.#hash >= 0) return
    const end = Math.ceil(this.#length / WORD)
    this.#bytes.fill(0, this.#length, end * WORD)
    const words = this.#words
    let hash = this.#length
    for (let i = 0; i < end; i++) hash = mix(hash, words[i]!)
    // 30 bits: V8 keeps such a number without an object, and a map of them is quick.
    this.#hash = finish(hash) >>> 2
  }

  /** Makes room for so many bytes more, and for what fills the last word up. */
  #reserve(more: number): void {
    const wanted = this.#length + more + WORD
    if (wanted <= this.#bytes.length) return
    const longer = new Uint8Array(Math.ceil((wanted * 1.5) / WORD) * WORD)
    longer.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = longer
    this.#words = new Uint32Array(longer.buffer)
  }
}
