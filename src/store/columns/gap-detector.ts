import { BUCKET_SECONDS } from '../../flows/bucket.ts'

/** Unix seconds, [from, to). */
interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Finds gaps in a live stream: buckets between the oldest and the newest record held of which nothing was received. It
 * counts the records of each bucket, so that eviction can take them out.
 */
export class GapDetector {
  /** By bucket number, which is its start divided by 15 s: how many records are held. */
  readonly #counts = new Map<number, number>()
  /** Sorted by time, not overlapping. */
  readonly #received: { readonly from: number; to: number }[] = []
  /** Null when it is outdated: every answer to a page asks, and most of them have no new bucket. */
  #gaps: readonly Range[] | null = null

  /** Counts a record; `start` in Unix seconds. A record without a time (0) is in no bucket. */
  add(start: number): void {
    if (start <= 0) return
    const bucket = Math.floor(start / BUCKET_SECONDS)
    const count = this.#counts.get(bucket) ?? 0
    if (count === 0) this.#gaps = null
    this.#counts.set(bucket, count + 1)
  }

  /** Takes an evicted record out. */
  remove(start: number): void {
    if (start <= 0) return
    const bucket = Math.floor(start / BUCKET_SECONDS)
    const left = (this.#counts.get(bucket) ?? 0) - 1
    if (left > 0) this.#counts.set(bucket, left)
    else {
      this.#counts.delete(bucket)
      this.#gaps = null
    }
  }

  /**
   * Declares that everything in a range (Unix seconds) was received, even if the scope dropped most of it: an empty
   * bucket that lies in it completely is quiet, not a gap. Ranges must come in the order of time.
   */
  addReceivedRange(from: number, to: number): void {
    this.#gaps = null
    const last = this.#received.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else if (to > from) this.#received.push({ from, to })
  }

  /** The gaps, oldest first; each a range of one or more whole buckets. */
  gaps(): readonly Range[] {
    this.#gaps ??= this.#findGaps()
    return this.#gaps
  }

  gapCount(): number {
    return this.gaps().length
  }

  #findGaps(): readonly Range[] {
    const held = [...this.#counts.keys()].sort((a, b) => a - b)
    const empty = held.flatMap((bucket, i) => {
      const next = held[i + 1] ?? bucket + 1
      return next > bucket + 1 ? [{ from: (bucket + 1) * BUCKET_SECONDS, to: next * BUCKET_SECONDS }] : []
    })
    return this.#received.reduce<readonly Range[]>(
      (ranges, received) => ranges.flatMap((range) => subtractBuckets(range, received)),
      empty,
    )
  }
}

/** A range of whole buckets without those that `removed` covers completely. */
function subtractBuckets({ from, to }: Range, removed: Range): readonly Range[] {
  const before = { from, to: Math.min(to, Math.ceil(removed.from / BUCKET_SECONDS) * BUCKET_SECONDS) }
  const after = { from: Math.max(from, Math.floor(removed.to / BUCKET_SECONDS) * BUCKET_SECONDS), to }
  return removed.to <= from || removed.from >= to
    ? [{ from, to }]
    : [before, after].filter((part) => part.to > part.from)
}
