import { growToFit } from './grow-to-fit.ts'
import { hashBytes, HIGH_SEED, LOW_SEED } from './byte-hash.ts'
import { OpenAddressingTable } from './open-addressing-table.ts'

/** How a value is written as bytes. Encoding is canonical: equal values give equal bytes. */
export interface BlobCodec<Value> {
  readonly encode: (value: Value) => Uint8Array
  /** @throws when the bytes are not such a value. */
  readonly decode: (bytes: Uint8Array) => Value
}

/** Decoded values that are kept: windows of the table show the same few again and again. */
const MAX_CACHED_VALUES = 512
/** Bytes of a run above which its value is not kept. */
const MAX_CACHED_BLOB_BYTES = 4096

/**
 * Values kept as the bytes they came in, and decoded when somebody looks. One value may come in several encodings
 * (default fields written out, hits in another order): each run is kept, and all have the code of the canonical one.
 */
export class BlobDictionary<Value> {
  hashHigh = new Uint32Array(16)
  hashLow = new Uint32Array(16)
  readonly #codec: BlobCodec<Value>
  #arena = new Uint8Array(1024)
  #used = 0
  /** Where each run ends; it starts where the one before ended. */
  #ends = new Uint32Array(16)
  /** The code of the canonical run of the same value. */
  #canonical = new Uint32Array(16)
  #count = 0
  readonly #slots = new OpenAddressingTable()
  readonly #cache = new Map<number, Value>()

  constructor(codec: BlobCodec<Value>) {
    this.#codec = codec
  }

  get size(): number {
    return this.#count
  }

  get byteLength(): number {
    const { hashHigh: high, hashLow: low } = this
    const arena = this.#arena
    const ends = this.#ends
    const canonical = this.#canonical
    const slots = this.#slots
    return (
      arena.byteLength +
      ends.byteLength +
      canonical.byteLength +
      high.byteLength +
      low.byteLength +
      slots.byteLength
    )
  }

  /** Asked for again, it may be the same object. */
  value(code: number): Value {
    const known = this.#cache.get(code)
    if (known !== undefined) return known
    const run = this.blob(code)
    const value = this.#codec.decode(run)
    if (run.length <= MAX_CACHED_BLOB_BYTES) {
      if (this.#cache.size >= MAX_CACHED_VALUES) this.#cache.clear()
      this.#cache.set(code, value)
    }
    return value
  }

  /** The bytes of a code: a view that the next intern may void. */
  blob(code: number): Uint8Array {
    return this.#arena.subarray(this.#startOf(code), this.#ends[code])
  }

  /** Whether the code is one that {@link intern} gives out, not another encoding of it. */
  isCanonical(code: number): boolean {
    return this.#canonical[code] === code
  }

  /** @throws what the codec throws when the bytes were not seen before and are not a value. */
  intern(bytes: Uint8Array, start: number, end: number, hint = -1): number {
    if (hint >= 0 && this.#equals(hint, bytes, start, end)) return hint
    const known = this.#find(bytes, start, end)
    if (known >= 0) return this.#canonical[known]!
    const run = bytes.subarray(start, end)
    const code = this.internValue(this.#codec.decode(run))
    if (!this.#equals(code, bytes, start, end)) this.#append(run, code)
    return code
  }

  internValue(value: Value): number {
    return this.internCanonical(this.#codec.encode(value))
  }

  /** The code of bytes that `encode` made. */
  internCanonical(bytes: Uint8Array): number {
    const known = this.#find(bytes, 0, bytes.length)
    return known >= 0 ? this.#canonical[known]! : this.#append(bytes, this.#count)
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : this.#ends[code - 1]!
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end, HIGH_SEED)
    let slot = this.#slots.firstSlot(hash)
    for (let code = this.#slots.codeAt(slot); code >= 0; code = this.#slots.codeAt(slot)) {
      if (this.hashHigh[code] === hash && this.#equals(code, bytes, start, end)) return code
      slot = this.#slots.nextSlot(slot)
    }
    return -1
  }

  #append(run: Uint8Array, canonical: number): number {
    const code = this.#count++
    this.#arena = growToFit(this.#arena, this.#used + run.length)
    this.#arena.set(run, this.#used)
    this.#used += run.length
    this.#ends = growToFit(this.#ends, code)
    this.#canonical = growToFit(this.#canonical, code)
    this.hashHigh = growToFit(this.hashHigh, code)
    this.hashLow = growToFit(this.hashLow, code)
    this.#ends[code] = this.#used
    this.#canonical[code] = canonical
    const hash = hashBytes(run, 0, run.length, HIGH_SEED)
    this.hashHigh[code] = hash
    this.hashLow[code] = hashBytes(run, 0, run.length, LOW_SEED)
    let slot = this.#slots.firstSlot(hash)
    while (this.#slots.codeAt(slot) >= 0) slot = this.#slots.nextSlot(slot)
    this.#slots.insert(slot, this.#count, this.hashHigh)
    return code
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#startOf(code)
    const length = end - start
    if (this.#ends[code]! - from !== length) return false
    const arena = this.#arena
    for (let i = 0; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false
    return true
  }
}
