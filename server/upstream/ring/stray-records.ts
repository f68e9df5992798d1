/** Seconds: what Goldmane holds, so that all records of one Goldmane lie this close together. */
const HELD_SECONDS = 3600
/** So many in a row, or two buckets of them in a row, are no accident. */
const MIN_STRAYS = 16
const MIN_BUCKETS = 2
const MAX_STRAY_BYTES = 1 << 20

export interface Stray {
  readonly bucket: number
  readonly message: Uint8Array
}

/**
 * Records far from what the ring holds. One of them may be damaged, and must not throw an hour of records away; many of
 * them in a row mean that Goldmane's clock was set, or that nothing was received for long. They are kept aside until that
 * is decided.
 */
export class StrayRecords {
  #strays: Stray[] = []
  #bytes = 0

  /**
   * Keeps a record aside. Returns all that were kept, in order of arrival, when they are to be believed; null before.
   */
  add(bucket: number, message: Uint8Array): readonly Stray[] | null {
    const first = this.#strays[0]
    if (first !== undefined && Math.abs(bucket - first.bucket) > HELD_SECONDS) this.clear()
    if (this.#bytes + message.length > MAX_STRAY_BYTES) this.clear()
    this.#strays.push({ bucket, message: message.slice() })
    this.#bytes += message.length
    const buckets = new Set(this.#strays.map((stray) => stray.bucket))
    if (this.#strays.length < MIN_STRAYS && buckets.size < MIN_BUCKETS) return null
    const believed = this.#strays
    this.clear()
    return believed
  }

  /** Called when a record is where it is expected: the strays before it were an accident. */
  clear(): void {
    if (this.#strays.length === 0) return
    this.#strays = []
    this.#bytes = 0
  }
}
