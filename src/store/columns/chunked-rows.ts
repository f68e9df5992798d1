import { Chunk } from './chunk.ts'
import type { TimeRange } from '../protocol.ts'

/** Which rows an answer is about: those that start in the range, and were appended before the mark. */
export interface SnapshotBounds {
  readonly time: TimeRange | null
  /** A row's number among all rows ever appended; Infinity where the view is not frozen. */
  readonly endSequence: number
}

/** The rows of one chunk that a scope may hold. */
export interface ChunkSlice {
  readonly chunk: Chunk
  /** Rows from the first one on. */
  readonly length: number
  /** Whether all of them start in the range, so that no start has to be looked at. */
  readonly allInRange: boolean
}

export function isInRange(time: TimeRange | null, start: number): boolean {
  return time === null || (start >= time.from && start < time.to)
}

/** The rows held, in the order of their arrival, in chunks. */
export class ChunkedRows {
  readonly chunks: Chunk[] = []
  /** Rows ever appended. */
  appended = 0
  /** Rows dropped. */
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

  /** Whether the next row opens another chunk. */
  get isOpenChunkFull(): boolean {
    const open = this.chunks.at(-1)
    return open === undefined || open.length === open.capacity
  }

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
   * Takes out the full chunk whose newest row is the oldest, the earliest to arrive among equals: a file that begins
   * with its newest records keeps them. Undefined when only one chunk is left.
   */
  evictOldest(): Chunk | undefined {
    if (this.chunks.length < 2) return undefined
    let oldest = 0
    for (let i = 1; i < this.chunks.length - 1; i++) {
      if (this.chunks[i]!.newestStart < this.chunks[oldest]!.newestStart) oldest = i
    }
    const [gone] = this.chunks.splice(oldest, 1)
    this.evicted += gone?.length ?? 0
    return gone
  }

  slices({ time, endSequence: mark }: SnapshotBounds): ChunkSlice[] {
    const slices: ChunkSlice[] = []
    for (const chunk of this.chunks) {
      const length = Math.min(chunk.length, mark - chunk.firstSequence)
      if (length <= 0) continue
      if (time !== null && (chunk.newestStart < time.from || chunk.oldestStart >= time.to)) continue
      const whole = time === null || (chunk.oldestStart >= time.from && chunk.newestStart < time.to)
      slices.push({ chunk, length, allInRange: whole })
    }
    return slices
  }

  /** Whether a scope holds every row. */
  includesAll({ time, endSequence: mark }: SnapshotBounds): boolean {
    return (
      mark >= this.appended &&
      (time === null ||
        this.chunks.every(
          ({ oldestStart: oldest, newestStart: newest }) => oldest >= time.from && newest < time.to,
        ))
    )
  }
}
