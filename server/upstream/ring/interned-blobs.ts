import { randomInt } from 'node:crypto'

import { growToFit } from '../../../src/lib/grow-to-fit.ts'
import { finish, mix } from '../../../src/lib/murmur.ts'

/** Below this many freed bytes, compacting the arena is not worth its copying. */
const MIN_COMPACTED_BYTES = 64 * 1024
const NONE = -1

/**
 * Byte strings, each once, with reference counts: `add` gives a code, `retain` and `release` count its uses, and a code
 * without uses is freed and given to another blob later. All bytes are in one arena, which is compacted when more than
 * half of it is free, so that churn does not make it grow.
 */
export class InternedBlobs {
  #arena: Buffer = Buffer.alloc(1024)
  #arenaLength = 0
  #freedBytes = 0
  /** By code. `next` chains the blobs of one hash slot, or the free codes. */
  #starts = new Uint32Array(16)
  #lengths = new Uint32Array(16)
  #hashes = new Uint32Array(16)
  #references = new Uint32Array(16)
  #next = new Int32Array(16)
  /** The first blob of each hash slot. */
  #heads = new Int32Array(16).fill(NONE)
  #firstFree = NONE
  #codes = 0
  #size = 0
  /** So that nobody can choose names whose hashes collide. */
  readonly #seed = randomInt(2 ** 32)

  /** The number of blobs. */
  get size(): number {
    return this.#size
  }

  /** Bytes allocated. */
  get byteLength(): number {
    return this.#arena.length + this.#heads.byteLength + 5 * this.#next.byteLength
  }

  /** The code of the bytes; −1 when they are not held. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = this.#hashOf(bytes, start, end)
    let code = this.#heads[hash & (this.#heads.length - 1)]!
    while (code >= 0 && !(this.#hashes[code] === hash && this.equals(code, bytes, start, end))) {
      code = this.#next[code]!
    }
    return code
  }

  /** Adds bytes that are not held, with no use yet. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const code = this.#takeCode()
    const length = end - start
    this.#reserve(length)
    this.#arena.set(bytes.subarray(start, end), this.#arenaLength)
    this.#starts[code] = this.#arenaLength
    this.#lengths[code] = length
    this.#arenaLength += length
    this.#hashes[code] = this.#hashOf(bytes, start, end)
    this.#references[code] = 0
    this.#size++
    if (this.#size > this.#heads.length) this.#rehash()
    else this.#link(code)
    return code
  }

  equals(code: number, bytes: Uint8Array, start: number, end: number): boolean {
    const from = this.#starts[code]!
    const length = this.#lengths[code]!
    return end - start === length && this.#arena.compare(bytes, start, end, from, from + length) === 0
  }

  retain(code: number): void {
    this.#references[code]!++
  }

  /** Ends a use. Returns whether it was the last, so that the code is free now. */
  release(code: number): boolean {
    if (--this.#references[code]! > 0) return false
    this.#unlink(code)
    this.#freedBytes += this.#lengths[code]!
    this.#next[code] = this.#firstFree
    this.#firstFree = code
    this.#size--
    if (this.#freedBytes > MIN_COMPACTED_BYTES && this.#freedBytes > this.#arenaLength / 2) this.#compact()
    return true
  }

  lengthOf(code: number): number {
    return this.#lengths[code]!
  }

  /** Copies a blob into `target` at `at`, and returns where it ends. */
  copyTo(code: number, target: Uint8Array, at: number): number {
    const from = this.#starts[code]!
    const end = from + this.#lengths[code]!
    target.set(this.#arena.subarray(from, end), at)
    return at + end - from
  }

  /** A view of a blob, valid until the next call that adds or releases. */
  bytesOf(code: number): Uint8Array {
    const from = this.#starts[code]!
    return this.#arena.subarray(from, from + this.#lengths[code]!)
  }

  #takeCode(): number {
    const free = this.#firstFree
    if (free >= 0) {
      this.#firstFree = this.#next[free]!
      return free
    }
    const code = this.#codes++
    this.#starts = growToFit(this.#starts, code)
    this.#lengths = growToFit(this.#lengths, code)
    this.#hashes = growToFit(this.#hashes, code)
    this.#references = growToFit(this.#references, code)
    this.#next = growToFit(this.#next, code)
    return code
  }

  #reserve(more: number): void {
    const wanted = this.#arenaLength + more
    if (wanted <= this.#arena.length) return
    this.#moveTo(Buffer.allocUnsafeSlow(Math.ceil(wanted * 1.5)))
  }

  #moveTo(arena: Buffer): void {
    this.#arena.copy(arena, 0, 0, this.#arenaLength)
    this.#arena = arena
  }

  /** Copies the blobs in use to a new arena, one after the other. */
  #compact(): void {
    const arena = Buffer.allocUnsafeSlow(Math.ceil((this.#arenaLength - this.#freedBytes) * 1.25) + 1024)
    let at = 0
    for (let code = 0; code < this.#codes; code++) {
      if (this.#references[code] === 0) continue
      const end = this.copyTo(code, arena, at)
      this.#starts[code] = at
      at = end
    }
    this.#arena = arena
    this.#arenaLength = at
    this.#freedBytes = 0
  }

  #link(code: number): void {
    const slot = this.#hashes[code]! & (this.#heads.length - 1)
    this.#next[code] = this.#heads[slot]!
    this.#heads[slot] = code
  }

  #unlink(code: number): void {
    const slot = this.#hashes[code]! & (this.#heads.length - 1)
    let before = this.#heads[slot]!
    if (before === code) {
      this.#heads[slot] = this.#next[code]!
      return
    }
    while (this.#next[before] !== code) before = this.#next[before]!
    this.#next[before] = this.#next[code]!
  }

  /** Doubles the slots and links every blob anew, the free codes apart. */
  #rehash(): void {
    const isFree = new Uint8Array(this.#codes)
    for (let code = this.#firstFree; code >= 0; code = this.#next[code]!) isFree[code] = 1
    this.#heads = new Int32Array(this.#heads.length * 2).fill(NONE)
    for (let code = 0; code < this.#codes; code++) if (isFree[code] === 0) this.#link(code)
  }

  #hashOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = this.#seed ^ (end - start)
    let i = start
    for (; i + 4 <= end; i += 4) {
      hash = mix(hash, bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    }
    for (; i < end; i++) hash = mix(hash, bytes[i]!)
    return finish(hash)
  }
}
