import { writeAscii } from '../../lib/ascii.ts'
import { growToFit } from '../../lib/grow-to-fit.ts'
import { hashBytes, HIGH_SEED, LOW_SEED } from './byte-hash.ts'
import { OpenAddressingTable } from './open-addressing-table.ts'

// With ignoreBOM a byte-order mark is part of the text. Otherwise two sequences of bytes would decode to one text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
/** Reused to encode texts; grows with the longest. */
let scratch = new Uint8Array(1024)

/** What a V8 string takes besides its characters, and the reference to it. */
const STRING_OVERHEAD_BYTES = 24

/**
 * A dictionary of texts: interns UTF-8 bytes as codes and decodes each distinct text once. It is a hash table with open
 * addressing whose candidates are compared byte by byte, since two texts may have the same hash. The bytes given stay
 * the caller's. Nothing is removed.
 */
export class TextDictionary {
  /** By code. */
  readonly texts: string[] = []
  /** The two halves of a hash of each text, by code. They go into row ids; `hashHigh` also places it in the table. */
  hashHigh = new Uint32Array(16)
  hashLow = new Uint32Array(16)
  /** By code: the number of UTF-8 bytes. */
  #lengths = new Uint32Array(16)
  readonly #table = new OpenAddressingTable()
  #textBytes = 0

  get size(): number {
    return this.texts.length
  }

  get byteLength(): number {
    return (
      this.hashHigh.byteLength +
      this.hashLow.byteLength +
      this.#lengths.byteLength +
      this.#table.byteLength +
      this.#textBytes
    )
  }

  text(code: number): string {
    return this.texts[code]!
  }

  /**
   * The code of the text whose UTF-8 bytes stand from `start` to `end`. `hint` is the code it probably has: if the bytes
   * are equal, nothing is hashed.
   * @throws TypeError when the bytes are not UTF-8
   */
  intern(bytes: Uint8Array, start: number, end: number, hint = -1): number {
    if (hint >= 0 && this.#equals(hint, bytes, start, end)) return hint
    const hash = hashBytes(bytes, start, end, HIGH_SEED)
    let slot = this.#table.firstSlot(hash)
    for (let code = this.#table.codeAt(slot); code >= 0; code = this.#table.codeAt(slot)) {
      if (this.hashHigh[code] === hash && this.#equals(code, bytes, start, end)) return code
      slot = this.#table.nextSlot(slot, hash)
    }
    const text = decoder.decode(bytes.subarray(start, end))
    return this.#append(slot, text, {
      hash,
      low: hashBytes(bytes, start, end, LOW_SEED),
      length: end - start,
    })
  }

  /** The code of a text. A lone surrogate becomes U+FFFD, as in every encoding to UTF-8. */
  internText(text: string): number {
    if (scratch.length < text.length * 3) scratch = new Uint8Array(text.length * 3)
    const length = writeAscii(text, scratch, 0) ? text.length : encoder.encodeInto(text, scratch).written
    return this.intern(scratch, 0, length)
  }

  /** The code here of a text of another dictionary. Its hashes are copied, not computed. */
  internFrom(other: TextDictionary, otherCode: number): number {
    const text = other.text(otherCode)
    const hash = other.hashHigh[otherCode]!
    let slot = this.#table.firstSlot(hash)
    for (let code = this.#table.codeAt(slot); code >= 0; code = this.#table.codeAt(slot)) {
      if (this.hashHigh[code] === hash && this.texts[code] === text) return code
      slot = this.#table.nextSlot(slot, hash)
    }
    return this.#append(slot, text, {
      hash,
      low: other.hashLow[otherCode]!,
      length: other.#lengths[otherCode]!,
    })
  }

  /** Adds a text at the slot where the search for it ended; `length` in UTF-8 bytes. */
  #append(
    slot: number,
    text: string,
    { hash, low, length }: { readonly hash: number; readonly low: number; readonly length: number },
  ): number {
    const code = this.texts.push(text) - 1
    this.hashHigh = growToFit(this.hashHigh, code)
    this.hashLow = growToFit(this.hashLow, code)
    this.#lengths = growToFit(this.#lengths, code)
    this.hashHigh[code] = hash
    this.hashLow[code] = low
    this.#lengths[code] = length
    // V8 stores a text in two bytes per character if any of them is outside Latin-1.
    this.#textBytes += STRING_OVERHEAD_BYTES + (text.length === length ? text.length : 2 * text.length)
    this.#table.insert(slot, code + 1, this.hashHigh)
    return code
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#lengths[code] !== end - start) return false
    const text = this.texts[code]!
    if (text.length !== end - start) return text === decodeOrNull(bytes.subarray(start, end))
    for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false
    return true
  }
}

function decodeOrNull(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}
