import { growToFit } from '../../../src/lib/grow-to-fit.ts'

/** An entry number (4 bytes, little-endian) and the length of what follows (1). */
const HEAD_BYTES = 5
/** In the place of the length: the index of a raw record (4 bytes, little-endian) follows. */
const RAW = 0xff
const RAW_INDEX_BYTES = 4
/** What an array with its buffer takes besides its bytes, about. */
const ARRAY_BYTES = 200

/**
 * The records of one bucket, in order of arrival: of each its entry and its counters as they were encoded, about 25 bytes.
 * Append-only, so that a position in it stays valid. A record that is more than that is kept whole, apart.
 */
export class HeldBucket {
  /** Unix seconds. */
  readonly start: number
  /** Tells it from a later bucket of the same start. */
  readonly serial: number
  count = 0
  /** False once it has left the ring: then its entries may be those of others. */
  isHeld = true
  /** What readers may see: where it ends, its number of records, and the publish that last changed it. */
  publishedLength = 0
  publishedCount = 0
  lastPublish = 0
  #length = 0
  #data = new Uint8Array(256)
  /** A bit for each key that has a record. */
  #keys = new Uint8Array(16)
  readonly #raw: Uint8Array[] = []
  #rawBytes = 0

  constructor(start: number, serial: number) {
    this.start = start
    this.serial = serial
  }

  /** Bytes allocated. */
  get byteLength(): number {
    return this.#data.length + this.#keys.length + this.#rawBytes + 3 * ARRAY_BYTES
  }

  hasKey(key: number): boolean {
    return (((this.#keys[key >>> 3] ?? 0) >>> (key & 7)) & 1) === 1
  }

  /** Sets the bits of the keys that have a record. Returns the bits, in a longer array where needed. */
  addKeysTo(bits: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const keys = this.#keys
    const sum = growToFit(bits, keys.length - 1)
    for (let i = 0; i < keys.length; i++) sum[i]! |= keys[i]!
    return sum
  }

  /** Adds a record, whose encoded counters are the bytes from `start` to `end`. */
  add(key: number, entry: number, bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    let at = this.#beginRecord(key, entry, length, length)
    const data = this.#data
    for (let i = start; i < end; i++) data[at++] = bytes[i]!
    this.#length = at
  }

  /** Adds a record as a whole message, which is kept, not copied. */
  addRaw(key: number, entry: number, message: Uint8Array): void {
    const at = this.#beginRecord(key, entry, RAW, RAW_INDEX_BYTES)
    writeUint32(this.#data, at, this.#raw.length)
    this.#length = at + RAW_INDEX_BYTES
    this.#raw.push(message)
    this.#rawBytes += message.length + ARRAY_BYTES
  }

  publish(publish: number): void {
    this.publishedLength = this.#length
    this.publishedCount = this.count
    this.lastPublish = publish
  }

  /** Gives back what was allocated ahead. */
  trim(): void {
    if (this.#data.length > this.#length * 1.05 + 64) this.#data = this.#data.slice(0, this.#length)
  }

  /** The bytes of the records, to be read with the functions below. Valid until the next record is added. */
  get data(): Uint8Array {
    return this.#data
  }

  /** Where the records end, published or not. */
  get length(): number {
    return this.#length
  }

  rawOf(at: number): Uint8Array {
    return this.#raw[readUint32(this.#data, at + HEAD_BYTES)]!
  }

  #beginRecord(key: number, entry: number, lengthByte: number, length: number): number {
    this.#keys = growToFit(this.#keys, key >>> 3)
    this.#keys[key >>> 3]! |= 1 << (key & 7)
    this.count++
    const at = this.#length
    this.#data = growToFit(this.#data, at + HEAD_BYTES + length)
    writeUint32(this.#data, at, entry)
    this.#data[at + 4] = lengthByte
    return at + HEAD_BYTES
  }
}

/** The entry of the record at `at`. */
export function entryAt(data: Uint8Array, at: number): number {
  return readUint32(data, at)
}

export function isRawAt(data: Uint8Array, at: number): boolean {
  return data[at + 4] === RAW
}

/** Where the counters of the record at `at` begin. They end where the record does. */
export function countersAt(at: number): number {
  return at + HEAD_BYTES
}

/** Where the record at `at` ends and the next one begins. */
export function endOfRecordAt(data: Uint8Array, at: number): number {
  const length = data[at + 4]!
  return at + HEAD_BYTES + (length === RAW ? RAW_INDEX_BYTES : length)
}

function readUint32(data: Uint8Array, at: number): number {
  return (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) | (data[at + 3]! << 24)) >>> 0
}

function writeUint32(data: Uint8Array, at: number, value: number): void {
  data[at] = value & 0xff
  data[at + 1] = (value >>> 8) & 0xff
  data[at + 2] = (value >>> 16) & 0xff
  data[at + 3] = value >>> 24
}
