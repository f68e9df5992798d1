import { BUCKET_SECONDS } from '../../flows/bucket.ts'

interface Range {
  readonly from: number
  readonly to: number
}

/** How many records each 15 s bucket has, to tell where none were received. */
export class GapDetector {
  readonly #counts = new Map<number, number>()
  /** In order, apart from each other. */
  readonly #received: { readonly from: number; to: number }[] = []

  /** A record without a time is in no bucket. */
  add(start: number): void {
    if (start <= 0) return
    const bucket = Math.floor(start / BUCKET_SECONDS)
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1)
  }

  remove(start: number): void {
    if (start <= 0) return
    const bucket = Math.floor(start / BUCKET_SECONDS)
    const left = (this.#counts.get(bucket) ?? 0) - 1
    if (left > 0) this.#counts.set(bucket, left)
    else this.#counts.delete(bucket)
  }

  /**
   * Says that all there was from one time to another (Unix seconds) was received, though little of it may be held: there
   * an empty bucket is a quiet one. To be called in the order of time.
   */
  addReceivedRange(from: number, to: number): void {
    const last = this.#received.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else if (to > from) this.#received.push({ from, to })
  }

  /** The buckets between the oldest and the newest one in which nothing was received, as ranges of seconds. */
  gaps(): readonly Range[] {
    const held = [...this.#counts.keys()].sort((a, b) => a - b)
    const empty = held.flatMap((bucket, i) => {
      const next = held[i + 1] ?? bucket + 1
      return next > bucket + 1 ? [{ from: (bucket + 1) * BUCKET_SECONDS, to: next * BUCKET_SECONDS }] : []
    })
    return this.#received.reduce<readonly Range[]>(
      (ranges, heard) => ranges.flatMap((range) => outside(range, heard)),
      empty,
    )
  }

  gapCount(): number {
    return this.gaps().length
  }
}

/** The whole buckets of a range that another one does not reach. */
function outside({ from, to }: Range, heard: Range): readonly Range[] {
  const before = { from, to: Math.min(to, Math.ceil(heard.from / BUCKET_SECONDS) * BUCKET_SECONDS) }
  const after = { from: Math.max(from, Math.floor(heard.to / BUCKET_SECONDS) * BUCKET_SECONDS), to }
  return heard.to <= from || heard.from >= to
    ? [{ from, to }]
    : [before, after].filter((part) => part.to > part.from)
}
