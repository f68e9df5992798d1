/**
 * How many records of a stream were left out. A stream that was opened again repeats whole buckets, and may break again
 * before it is through one: so of a bucket the fullest coming counts.
 */
export class LeftOut {
  /** Records, each counted once. */
  total = 0
  /** By the bucket's start: the most that came of it on one stream, and how many came on the last stream that had it. */
  readonly #buckets = new Map<number, { most: number; now: number; stream: number }>()
  #stream = 0

  /** A stream was opened: it may repeat what came. */
  again(): void {
    this.#stream++
  }

  add(start: number): void {
    let bucket = this.#buckets.get(start)
    if (bucket === undefined) {
      bucket = { most: 0, now: 0, stream: this.#stream }
      this.#buckets.set(start, bucket)
    }
    if (bucket.stream !== this.#stream) {
      bucket.stream = this.#stream
      bucket.now = 0
    }
    bucket.now++
    if (bucket.now <= bucket.most) return
    bucket.most = bucket.now
    this.total++
  }
}
