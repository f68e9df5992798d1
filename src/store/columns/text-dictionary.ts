import { writeAscii } from './ascii.ts'
import { growToFit } from './grow-to-fit.ts'
import { hashBytes, HIGH_SEED, LOW_SEED } from './byte-hash.ts'
import { OpenAddressingTable } from './open-addressing-table.ts'

// A byte-order mark is part of the text: without ignoreBOM two different byte runs would give one text.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
let scratch = new Uint8Array(1024)

/** Bytes of a V8 string of Latin-1 characters besides the characters, and of the reference to it. */
const STRING_OVERHEAD_BYTES = 24

/**
 * Texts by code, found by their raw UTF-8 bytes so that each is decoded once. A text is matched byte by byte: equal
 * hashes prove nothing.
 */
export class TextDictionary {
  readonly texts: string[] = []
  /** Two halves of a hash of the content, for ids. `high` also finds the slot. */
  hashHigh = new Uint32Array(16)
  hashLow = new Uint32Array(16)
  #lengths = new Uint32Array(16)
  readonly #slots = new OpenAddressingTable()
  #textBytes = 0

  get size(): number {
    return this.texts.length
  }

  get byteLength(): number {
    const { hashHigh: high, hashLow: low } = this
    const lengths = this.#lengths
    const slots = this.#slots
    return high.byteLength + low.byteLength + lengths.byteLength + slots.byteLength + this.#textBytes
  }

  text(code: number): string {
    return this.texts[code]!
  }

  /**
   * The code of a text given as UTF-8 bytes. `hint` is the code it probably has; right, it saves the hash.
   * @throws TypeError when the bytes are not UTF-8.
   */
  intern(bytes: Uint8Array, start: number, end: number, hint = -1): number {
    if (hint >= 0 && this.#equals(hint, bytes, start, end)) return hint
    const hash = hashBytes(bytes, start, end, HIGH_SEED)
    let slot = this.#slots.firstSlot(hash)
    for (let code = this.#slots.codeAt(slot); code >= 0; code = this.#slots.codeAt(slot)) {
      if (this.hashHigh[code] === hash && this.#equals(code, bytes, start, end)) return code
      slot = this.#slots.nextSlot(slot)
    }
    const text = decoder.decode(bytes.subarray(start, end))
    const code = this.texts.push(text) - 1
    this.hashHigh = growToFit(this.hashHigh, code)
    this.hashLow = growToFit(this.hashLow, code)
    this.#lengths = growToFit(this.#lengths, code)
    this.hashHigh[code] = hash
    this.hashLow[code] = hashBytes(bytes, start, end, LOW_SEED)
    this.#lengths[code] = end - start
    // V8 keeps a text with any character above Latin-1 in two bytes each.
    this.#textBytes += STRING_OVERHEAD_BYTES + (text.length === end - start ? text.length : 2 * text.length)
    this.#slots.insert(slot, code + 1, this.hashHigh)
    return code
  }

  /** The code of a text. A lone surrogate becomes U+FFFD, as in every encoding to UTF-8. */
  internText(text: string): number {
    if (scratch.length < text.length * 3) scratch = new Uint8Array(text.length * 3)
    const length = writeAscii(text, scratch, 0) ? text.length : encoder.encodeInto(text, scratch).written
    return this.intern(scratch, 0, length)
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
