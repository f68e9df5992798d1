import { Chunk } from './chunk.ts'
import type { TimeRange } from '../protocol.ts'

/** Which rows a snapshot has: those that start in a range and were appended before a moment. */
export interface SnapshotBounds {
  /** Null for any time. */
  readonly time: TimeRange | null
  /**
   * The first sequence number that is left out: how many rows were appended, evicted ones included, when a view was
   * frozen. Infinity while it is not frozen.
   */
  readonly endSequence: number
  /** The play head: the start from which on rows are left out, Unix seconds. */
  readonly until?: number | null | undefined
}

/** The bounds with their play head as the end of the range, which is open below where any time was asked for. */
export function withHead({ time, endSequence, until }: SnapshotBounds): SnapshotBounds {
  if (until === undefined || until === null) return { time, endSequence }
  const { from, to } = time ?? { from: Number.NEGATIVE_INFINITY, to: until }
  return { time: { from, to: Math.min(to, until) }, endSequence }
}

/** The rows of one chunk that a snapshot may have. */
export interface ChunkSlice {
  readonly chunk: Chunk
  /** How many rows, counted from the chunk's first one. */
  readonly length: number
  /** Whether all of them start in the snapshot's range, so that a scan need not compare times. */
  readonly allInRange: boolean
}

/** Whether a start (Unix seconds) is in a range; any start is where the range is null. */
export function isInRange(time: TimeRange | null, start: number): boolean {
  return time === null || (start >= time.from && start < time.to)
}

/** All rows held, in the order of their arrival, in chunks of equal capacity of which only the last one is open. */
export class ChunkedRows {
  readonly chunks: Chunk[] = []
  /** Rows ever appended, evicted ones included: the sequence number of the next row. */
  appended = 0
  evicted = 0
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get length(): number {
    return this.appended - this.evicted
  }

  get byteLength(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  }

  /** Whether the next row opens a new chunk. */
  get isOpenChunkFull(): boolean {
    const open = this.chunks.at(-1)
    return open === undefined || open.length === open.capacity
  }

  /** Appends a row; `values` as in {@link Chunk.append}. */
  append(entry: number, values: Float64Array): void {
    let open = this.chunks.at(-1)
    if (open === undefined || open.length === open.capacity) {
      open = new Chunk(this.#capacity, this.appended)
      this.chunks.push(open)
    }
    open.append(entry, values)
    this.appended++
  }

  /**
   * Removes and returns the full chunk whose newest start is the earliest; of equal ones the first to arrive. It goes by
   * time, not by arrival, so that a file that begins with its newest records keeps them. Undefined when only one chunk
   * is left.
   */
  evictOldest(): Chunk | undefined {
    if (this.chunks.length < 2) return undefined
    let oldest = 0
    for (let i = 1; i < this.chunks.length - 1; i++) {
      if (this.chunks[i]!.newestStart < this.chunks[oldest]!.newestStart) oldest = i
    }
    const [evicted] = this.chunks.splice(oldest, 1)
    this.evicted += evicted?.length ?? 0
    return evicted
  }

  /** The slices that may have rows within bounds. Chunks that lie outside are skipped by their least and greatest start. */
  slices({ time, endSequence }: SnapshotBounds): ChunkSlice[] {
    const slices: ChunkSlice[] = []
    for (const chunk of this.chunks) {
      const length = Math.min(chunk.length, endSequence - chunk.firstSequence)
      if (length <= 0) continue
      if (time !== null && (chunk.newestStart < time.from || chunk.oldestStart >= time.to)) continue
      const allInRange = time === null || (chunk.oldestStart >= time.from && chunk.newestStart < time.to)
      slices.push({ chunk, length, allInRange })
    }
    return slices
  }

  /** Whether a snapshot of these bounds has every row, so that the sums of all rows are its sums. */
  includesAll({ time, endSequence }: SnapshotBounds): boolean {
    return (
      endSequence >= this.appended &&
      (time === null ||
        this.chunks.every(
          ({ oldestStart, newestStart }) => oldestStart >= time.from && newestStart < time.to,
        ))
    )
  }
}
