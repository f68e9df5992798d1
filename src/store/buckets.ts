/** Goldmane's window, in seconds. */
export const BUCKET = 15

/** How many records each 15 s bucket has, to tell where none were received. */
export class Buckets {
  private readonly counts = new Map<number, number>()

  /** A record without a time is in no bucket. */
  add(start: number): void {
    if (start <= 0) return
    const bucket = Math.floor(start / BUCKET)
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1)
  }

  remove(start: number): void {
    if (start <= 0) return
    const bucket = Math.floor(start / BUCKET)
    const left = (this.counts.get(bucket) ?? 0) - 1
    if (left > 0) this.counts.set(bucket, left)
    else this.counts.delete(bucket)
  }

  /** The buckets between the oldest and the newest one in which nothing was received, as ranges of seconds. */
  missing(): readonly { readonly from: number; readonly to: number }[] {
    const held = [...this.counts.keys()].sort((a, b) => a - b)
    return held.flatMap((bucket, i) => {
      const next = held[i + 1] ?? bucket + 1
      return next > bucket + 1 ? [{ from: (bucket + 1) * BUCKET, to: next * BUCKET }] : []
    })
  }

  gaps(): number {
    return this.missing().length
  }
}
