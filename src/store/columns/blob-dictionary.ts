import { growToFit } from '../../lib/grow-to-fit.ts'
import { hashBytes, HIGH_SEED, LOW_SEED } from './byte-hash.ts'
import { OpenAddressingTable } from './open-addressing-table.ts'

/** Encodes values as bytes and decodes them. The encoding is canonical: equal values give equal bytes. */
export interface BlobCodec<Value> {
  /** The returned view is valid until the next call: the codec may reuse its buffer. */
  readonly encode: (value: Value) => Uint8Array
  /** @throws Error when the bytes do not encode a value. */
  readonly decode: (bytes: Uint8Array) => Value
}

/** Bounds the cache of decoded values. The rows that a table shows share a few traces and label lists. */
const MAX_CACHED_VALUES = 512
/** Longer blobs are decoded at every look-up, so that the cache stays below 2 MB of encoded values. */
const MAX_CACHED_BLOB_BYTES = 4096

/**
 * A dictionary of blobs: interns encoded values (policy traces, label lists) as bytes and decodes them lazily, with a
 * cache in front.
 *
 * Blobs that differ may encode one value (default fields written out, hits in another order). Each of them is stored,
 * so that it is found by its bytes without decoding, and all map to the code of the canonical blob. Hence `size`
 * counts blobs, not values: loops over codes skip those that are not {@link isCanonical}.
 *
 * The dictionary owns its bytes; callers keep theirs. Nothing is removed.
 */
export class BlobDictionary<Value> {
  /** The two halves of a hash of each blob, by code. They go into row ids; `hashHigh` also places it in the table. */
  hashHigh = new Uint32Array(16)
  hashLow = new Uint32Array(16)
  readonly #codec: BlobCodec<Value>
  /** All blobs one after the other. Replaced by a longer copy when it is full. */
  #arena = new Uint8Array(1024)
  readonly #arenaWords = new WordView()
  readonly #givenWords = new WordView()
  #arenaLength = 0
  /** By code: where the blob ends in the arena. It starts where the one before it ends. */
  #ends = new Uint32Array(16)
  /** By code: the code of the canonical blob of the same value. */
  #canonical = new Uint32Array(16)
  #count = 0
  readonly #table = new OpenAddressingTable()
  readonly #cache = new Map<number, Value>()

  constructor(codec: BlobCodec<Value>) {
    this.#codec = codec
  }

  get size(): number {
    return this.#count
  }

  get byteLength(): number {
    return (
      this.#arena.byteLength +
      this.#ends.byteLength +
      this.#canonical.byteLength +
      this.hashHigh.byteLength +
      this.hashLow.byteLength +
      this.#table.byteLength
    )
  }

  /** Decodes the value of a code, or takes it from the cache. Callers share the object and must not change it. */
  value(code: number): Value {
    const cached = this.#cache.get(code)
    if (cached !== undefined) return cached
    const blob = this.blob(code)
    const value = this.#codec.decode(blob)
    if (blob.length <= MAX_CACHED_BLOB_BYTES) {
      if (this.#cache.size >= MAX_CACHED_VALUES) this.#cache.clear()
      this.#cache.set(code, value)
    }
    return value
  }

  /** The bytes of a code, as a view of the arena: valid until the next value is interned. */
  blob(code: number): Uint8Array {
    return this.#arena.subarray(this.#startOf(code), this.#ends[code])
  }

  /** Whether {@link intern} returns this code. False for a further encoding of a value that has a code already. */
  isCanonical(code: number): boolean {
    return this.#canonical[code] === code
  }

  /**
   * The code of the value that `bytes` encode from `start` to `end`. `hint` is the code it probably has: if the bytes
   * are equal, nothing is hashed.
   * @throws what the codec throws when the bytes are new and do not encode a value
   */
  intern(bytes: Uint8Array, start: number, end: number, hint = -1): number {
    if (hint >= 0 && this.#equals(hint, bytes, start, end)) return hint
    const known = this.#find(bytes, start, end)
    if (known >= 0) return this.#canonical[known]!
    const blob = bytes.subarray(start, end)
    const code = this.internValue(this.#codec.decode(blob))
    if (!this.#equals(code, bytes, start, end)) this.#append(blob, code)
    return code
  }

  internValue(value: Value): number {
    return this.internCanonical(this.#codec.encode(value))
  }

  /** The code of a blob that the codec's `encode` made, which need not be decoded to be trusted. */
  internCanonical(bytes: Uint8Array): number {
    const known = this.#find(bytes, 0, bytes.length)
    return known >= 0 ? this.#canonical[known]! : this.#append(bytes, this.#count)
  }

  #startOf(code: number): number {
    return code === 0 ? 0 : this.#ends[code - 1]!
  }

  #find(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(bytes, start, end, HIGH_SEED)
    let slot = this.#table.firstSlot(hash)
    for (let code = this.#table.codeAt(slot); code >= 0; code = this.#table.codeAt(slot)) {
      if (this.hashHigh[code] === hash && this.#equals(code, bytes, start, end)) return code
      slot = this.#table.nextSlot(slot, hash)
    }
    return -1
  }

  #append(blob: Uint8Array, canonical: number): number {
    const code = this.#count++
    this.#arena = growToFit(this.#arena, this.#arenaLength + blob.length)
    this.#arena.set(blob, this.#arenaLength)
    this.#arenaLength += blob.length
    this.#ends = growToFit(this.#ends, code)
    this.#canonical = growToFit(this.#canonical, code)
    this.hashHigh = growToFit(this.hashHigh, code)
    this.hashLow = growToFit(this.hashLow, code)
    this.#ends[code] = this.#arenaLength
    this.#canonical[code] = canonical
    const hash = hashBytes(blob, 0, blob.length, HIGH_SEED)
    this.hashHigh[code] = hash
    this.hashLow[code] = hashBytes(blob, 0, blob.length, LOW_SEED)
    let slot = this.#table.firstSlot(hash)
    while (this.#table.codeAt(slot) >= 0) slot = this.#table.nextSlot(slot, hash)
    this.#table.insert(slot, this.#count, this.hashHigh)
    return code
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#startOf(code)
    const length = end - start
    if (this.#ends[code]! - from !== length) return false
    const arena = this.#arena
    const own = this.#arenaWords.of(arena.buffer)
    const given = this.#givenWords.of(bytes.buffer)
    const shift = bytes.byteOffset + start
    let i = 0
    // Most records that arrive are of known blobs, and comparing them is a fifth of the work: four bytes at a time.
    for (; i + 4 <= length; i += 4) if (own.getInt32(from + i) !== given.getInt32(shift + i)) return false
    for (; i < length; i++) if (arena[from + i] !== bytes[start + i]) return false
    return true
  }
}

/** A DataView of the buffer that was used last. Making one for each comparison would cost more than it saves. */
class WordView {
  #buffer: ArrayBufferLike = new ArrayBuffer(0)
  #view: DataView = new DataView(this.#buffer)

  of(buffer: ArrayBufferLike): DataView {
    if (buffer === this.#buffer) return this.#view
    this.#buffer = buffer
    this.#view = new DataView(buffer)
    return this.#view
  }
}
