/**
 * Counts the records of a live stream that its scope drops, each once. A reopened stream replays whole buckets and may
 * break again half-way, so each bucket counts the maximum over its replays.
 */
export class ScopeDropCounter {
  total = 0
  /** By the bucket's start: the most records that one stream sent, and how many the newest stream sent so far. */
  readonly #buckets = new Map<number, { max: number; current: number; stream: number }>()
  #stream = 0

  /** A stream was opened: it may replay buckets. */
  onReopen(): void {
    this.#stream++
  }

  /** Counts a record of the bucket that starts at `start` (Unix seconds). */
  add(start: number): void {
    let bucket = this.#buckets.get(start)
    if (bucket === undefined) {
      bucket = { max: 0, current: 0, stream: this.#stream }
      this.#buckets.set(start, bucket)
    }
    if (bucket.stream !== this.#stream) {
      bucket.stream = this.#stream
      bucket.current = 0
    }
    bucket.current++
    if (bucket.current <= bucket.max) return
    bucket.max = bucket.current
    this.total++
  }
}
