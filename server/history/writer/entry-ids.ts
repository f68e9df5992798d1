import { growToFit } from '../../../src/lib/grow-to-fit.ts'
import type { BucketSnapshot } from '../../upstream/ring/bucket-snapshot.ts'
import { entryId } from '../entry-id.ts'

/**
 * Caches the ids of the ring's entries. Hashing an entry takes some 20 µs, and an entry has a record in every bucket. One
 * cache is for one ring, and as large as the entries that the ring holds.
 */
export class EntryIds {
  #serials = new Float64Array(16)
  /** The two halves of the ids. */
  #high = new Uint32Array(16)
  #low = new Uint32Array(16)

  /** Whether the id of the row's entry is in the cache. */
  has(rows: BucketSnapshot, row: number): boolean {
    return this.#serials[rows.entryOf(row)] === rows.serialOf(row)
  }

  /** Computes the id of the row's entry. Throws for a key or labels that cannot be decoded. */
  add(rows: BucketSnapshot, row: number): void {
    const id = entryId(rows.decode(row))
    const entry = rows.entryOf(row)
    this.#serials = growToFit(this.#serials, entry)
    this.#high = growToFit(this.#high, entry)
    this.#low = growToFit(this.#low, entry)
    this.#serials[entry] = rows.serialOf(row)
    this.#high[entry] = Number(id >> 32n)
    this.#low[entry] = Number(id & 0xffff_ffffn)
  }

  /** The upper 32 bits of the id of an entry that is in the cache. */
  highOf(entry: number): number {
    return this.#high[entry]!
  }

  lowOf(entry: number): number {
    return this.#low[entry]!
  }
}
