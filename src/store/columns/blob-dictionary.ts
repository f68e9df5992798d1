import { growToFit } from '../../lib/grow-to-fit.ts'
import { ByteArena } from './byte-arena.ts'
import { hashBytes, HIGH_SEED, LOW_SEED } from './byte-hash.ts'
import { OpenAddressingTable } from './open-addressing-table.ts'

/** Encodes values as bytes and decodes them. The encoding is canonical: equal values give equal bytes. */
export interface BlobCodec<Value> {
  /** The returned view is valid until the next call: the codec may reuse its buffer. */
  readonly encode: (value: Value) => Uint8Array
  /** @throws Error when the bytes do not encode a value. */
  readonly decode: (bytes: Uint8Array) => Value
  /**
   * Whether the bytes are what `encode` makes of some value, so that they need not be decoded to be trusted. It may say no
   * where that is hard to tell.
   */
  readonly isCanonical?: (bytes: Uint8Array) => boolean
}

/** The blobs of a dictionary, whatever they encode. */
export type EncodedBlobs = Pick<BlobDictionary<unknown>, 'blob' | 'hashHigh' | 'hashLow'>

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
  readonly #arena = new ByteArena()
  /** By code: the blob's position in the arena, and its length. */
  #positions = new Uint32Array(16)
  #lengths = new Uint32Array(16)
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
      this.#positions.byteLength +
      this.#lengths.byteLength +
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
    return this.#arena.view(this.#positions[code]!, this.#lengths[code]!)
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
    const hash = hashBytes(bytes, start, end, HIGH_SEED)
    const known = this.#find(bytes, start, end, hash)
    if (known >= 0) return this.#canonical[known]!
    const blob = bytes.subarray(start, end)
    if (this.#codec.isCanonical?.(blob) === true)
      return this.#append(blob, hash, lowHashOf(blob), this.#count)
    const code = this.internValue(this.#codec.decode(blob))
    if (!this.#equals(code, bytes, start, end)) this.#append(blob, hash, lowHashOf(blob), code)
    return code
  }

  internValue(value: Value): number {
    const bytes = this.#codec.encode(value)
    const hash = hashBytes(bytes, 0, bytes.length, HIGH_SEED)
    const known = this.#find(bytes, 0, bytes.length, hash)
    return known >= 0 ? this.#canonical[known]! : this.#append(bytes, hash, lowHashOf(bytes), this.#count)
  }

  /** The code here of a canonical blob of another dictionary. Its hashes are copied, not computed. */
  internFrom(other: EncodedBlobs, otherCode: number): number {
    const blob = other.blob(otherCode)
    const hash = other.hashHigh[otherCode]!
    const known = this.#find(blob, 0, blob.length, hash)
    return known >= 0
      ? this.#canonical[known]!
      : this.#append(blob, hash, other.hashLow[otherCode]!, this.#count)
  }

  #find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    let slot = this.#table.firstSlot(hash)
    for (let code = this.#table.codeAt(slot); code >= 0; code = this.#table.codeAt(slot)) {
      if (this.hashHigh[code] === hash && this.#equals(code, bytes, start, end)) return code
      slot = this.#table.nextSlot(slot, hash)
    }
    return -1
  }

  #append(blob: Uint8Array, hash: number, low: number, canonical: number): number {
    const code = this.#count++
    this.#positions = growToFit(this.#positions, code)
    this.#lengths = growToFit(this.#lengths, code)
    this.#canonical = growToFit(this.#canonical, code)
    this.hashHigh = growToFit(this.hashHigh, code)
    this.hashLow = growToFit(this.hashLow, code)
    this.#positions[code] = this.#arena.append(blob)
    this.#lengths[code] = blob.length
    this.#canonical[code] = canonical
    this.hashHigh[code] = hash
    this.hashLow[code] = low
    let slot = this.#table.firstSlot(hash)
    while (this.#table.codeAt(slot) >= 0) slot = this.#table.nextSlot(slot, hash)
    this.#table.insert(slot, this.#count, this.hashHigh)
    return code
  }

  #equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = this.#lengths[code]!
    return length === end - start && this.#arena.equals(this.#positions[code]!, length, bytes, start)
  }
}

function lowHashOf(blob: Uint8Array): number {
  return hashBytes(blob, 0, blob.length, LOW_SEED)
}
