import { Chunk } from './chunk.ts'
import type { TimeRange } from '../protocol.ts'

/** Which rows an answer is about: those that start in the range, and were appended before the mark. */
export interface Scope {
  readonly time: TimeRange | null
  /** A row's number among all rows ever appended; Infinity where the view is not frozen. */
  readonly mark: number
}

/** The rows of one chunk that a scope may hold. */
export interface Slice {
  readonly chunk: Chunk
  /** Rows from the first one on. */
  readonly length: number
  /** Whether all of them start in the range, so that no start has to be looked at. */
  readonly whole: boolean
}

export function inRange(time: TimeRange | null, start: number): boolean {
  return time === null || (start >= time.from && start < time.to)
}

/** The rows held, in the order of their arrival, in chunks. */
export class Rows {
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

  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0)
  }

  /** Whether the next row opens another chunk. */
  get full(): boolean {
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
      if (this.chunks[i]!.newest < this.chunks[oldest]!.newest) oldest = i
    }
    const [gone] = this.chunks.splice(oldest, 1)
    this.evicted += gone?.length ?? 0
    return gone
  }

  slices({ time, mark }: Scope): Slice[] {
    const slices: Slice[] = []
    for (const chunk of this.chunks) {
      const length = Math.min(chunk.length, mark - chunk.firstSequence)
      if (length <= 0) continue
      if (time !== null && (chunk.newest < time.from || chunk.oldest >= time.to)) continue
      const whole = time === null || (chunk.oldest >= time.from && chunk.newest < time.to)
      slices.push({ chunk, length, whole })
    }
    return slices
  }

  /** Whether a scope holds every row. */
  isAll({ time, mark }: Scope): boolean {
    return (
      mark >= this.appended &&
      (time === null || this.chunks.every(({ oldest, newest }) => oldest >= time.from && newest < time.to))
    )
  }
}
