/**
 * A cache of values by byte strings, which the caller assembles from pieces. The hash of a string finds its candidates,
 * and every byte of them is compared, so that two strings with the same hash are told apart.
 */
import { finish, mix } from './murmur.ts'

/** Strings are hashed and compared by words of 32 bits. */
const BYTES_PER_WORD = 4

interface Entry<Value> {
  /** The string, padded with zeros to whole words. */
  readonly words: Uint32Array
  readonly length: number
  readonly value: Value
  /** The next one with the same hash. */
  readonly next: Entry<Value> | undefined
}

export class ByteCache<Value> {
  /** Bytes of all cached strings, padding included. */
  bytesHeld = 0
  readonly #entries = new Map<number, Entry<Value>>()
  /** The current string, which is being assembled. */
  #bytes = new Uint8Array(4096)
  #words = new Uint32Array(this.#bytes.buffer)
  #length = 0
  #hash = 0

  /** Starts a new string. */
  begin(): void {
    this.#length = 0
    this.#hash = -1
  }

  /** Appends the bytes from `from` until before `to`. */
  add(bytes: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from)
    this.#bytes.set(bytes.subarray(from, to), this.#length)
    this.#length += to - from
    this.#hash = -1
  }

  /** Appends one byte. */
  addByte(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = byte
    this.#hash = -1
  }

  /** The value of the current string; undefined where it is not cached. */
  find(): Value | undefined {
    this.#completeHash()
    let entry = this.#entries.get(this.#hash)
    while (entry !== undefined && !this.#isCurrent(entry)) entry = entry.next
    return entry?.value
  }

  /** Caches a value for the current string, which must not be cached yet. Returns the bytes that the cache keeps of it. */
  put(value: Value): Uint8Array {
    this.#completeHash()
    const words = this.#words.slice(0, Math.ceil(this.#length / BYTES_PER_WORD))
    this.#entries.set(this.#hash, { words, length: this.#length, value, next: this.#entries.get(this.#hash) })
    this.bytesHeld += words.byteLength
    return new Uint8Array(words.buffer, 0, this.#length)
  }

  /** How many bytes the current string has. */
  get size(): number {
    return this.#length
  }

  clear(): void {
    this.#entries.clear()
    this.bytesHeld = 0
  }

  #isCurrent({ words, length }: Entry<Value>): boolean {
    if (length !== this.#length) return false
    const ours = this.#words
    for (let i = 0; i < words.length; i++) if (words[i] !== ours[i]) return false
    return true
  }

  /** Pads the last word and computes the hash, once for a string. */
  #completeHash(): void {
    if (this.#hash >= 0) return
    const end = Math.ceil(this.#length / BYTES_PER_WORD)
    this.#bytes.fill(0, this.#length, end * BYTES_PER_WORD)
    const words = this.#words
    let hash = this.#length
    for (let i = 0; i < end; i++) hash = mix(hash, words[i]!)
    // 30 bits: V8 stores such a number in the pointer itself (a Smi) instead of as a heap object.
    this.#hash = finish(hash) >>> 2
  }

  /** Makes room for so many bytes more, and for the padding. */
  #reserve(more: number): void {
    const wanted = this.#length + more + BYTES_PER_WORD
    if (wanted <= this.#bytes.length) return
    const longer = new Uint8Array(Math.ceil((wanted * 1.5) / BYTES_PER_WORD) * BYTES_PER_WORD)
    longer.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = longer
    this.#words = new Uint32Array(longer.buffer)
  }
}
