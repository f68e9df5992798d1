/** Reads one gzip member with our own inflate: slower than the platform's, exact to the last byte before a damage. */
import { BitInput } from './bit-input.ts'
import { crc32 } from './crc32.ts'
import { headerOf } from './gzip-header.ts'
import { Inflate } from './inflate.ts'

/** The checksum and the length of the plain data. */
const TRAILER_BYTES = 8

export type MemberEnd = {
  /** What follows the member in the piece, or what follows the damage. */
  readonly rest: Uint8Array
} & (
  | { readonly is: 'whole' }
  /** The data was decoded to its end, but is not what was compressed. `agrees`: at least its length is. */
  | { readonly is: 'changed'; readonly agrees: boolean }
  /** Nothing behind this place can be decoded. */
  | { readonly is: 'broken'; readonly reason: string }
)

export class GzipMember {
  readonly #input = new BitInput()
  readonly #inflate = new Inflate()
  #stage: 'header' | 'data' | 'trailer' = 'header'
  #checksum = 0
  /** How many plain bytes were given. */
  length = 0
  #hasBegun = false

  /** Whether any bytes were read. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  /** Gives the plain data of a piece. Returns how the member ended, or undefined when it needs another piece. */
  *read(piece: Uint8Array): Generator<Uint8Array, MemberEnd | undefined> {
    const input = this.#input
    input.append(piece)
    this.#hasBegun = true
    if (this.#stage === 'header') {
      const header = headerOf(input.rest())
      if (header.is === 'short') return undefined
      if (header.is === 'fault') return this.#broken(header.reason)
      input.skipBytes(header.length)
      this.#stage = 'data'
    }
    while (this.#stage === 'data') {
      const stop = this.#inflate.decode(input)
      const plain = this.#inflate.take()
      this.#checksum = crc32(plain, this.#checksum)
      this.length += plain.length
      if (plain.length > 0) yield plain
      if (stop.is === 'short') return undefined
      if (stop.is === 'fault') return this.#broken(stop.reason)
      if (stop.is === 'end') {
        input.alignToByte()
        this.#stage = 'trailer'
      }
    }
    return this.#readTrailer()
  }

  #broken(reason: string): MemberEnd {
    const rest = this.#input.rest()
    // The search for another header must not find the same one.
    return { is: 'broken', reason, rest: this.#stage === 'header' ? rest.subarray(1) : rest }
  }

  #readTrailer(): MemberEnd | undefined {
    const bytes = this.#input.rest()
    if (bytes.length < TRAILER_BYTES) return undefined
    const trailer = new DataView(bytes.buffer, bytes.byteOffset, TRAILER_BYTES)
    const rest = bytes.subarray(TRAILER_BYTES)
    const agrees = trailer.getUint32(4, true) === this.length % 2 ** 32
    if (agrees && trailer.getUint32(0, true) === this.#checksum) return { is: 'whole', rest }
    return { is: 'changed', agrees, rest }
  }
}
