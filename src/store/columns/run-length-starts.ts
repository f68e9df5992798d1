import { grown } from './grow-to-fit.ts'

/** Where rows come in another order than that of time, runs are too short to be of use. */
const LEAST_LENGTH = 8

/**
 * The runs of rows that start at the same time. Records of a bucket mostly come one after the other, so that whoever
 * scans rows by time looks at a few hundred runs instead.
 */
export class TimeRuns {
  /** By run: its first row. */
  #begins: Uint32Array<ArrayBuffer> = new Uint32Array(16)
  #count = 0
  #last = Number.NaN
  readonly #limit: number

  /** `capacity`: how many rows there may be. */
  constructor(capacity: number) {
    this.#limit = Math.ceil(capacity / LEAST_LENGTH)
  }

  get bytes(): number {
    return this.#begins.byteLength
  }

  /** Whether there are so few of them that they are kept. */
  get areKept(): boolean {
    return this.#count <= this.#limit
  }

  /** Rows are added in the order of their numbers. */
  add(row: number, start: number): void {
    if (start === this.#last || !this.areKept) return
    this.#last = start
    if (this.#count === this.#limit) {
      this.#count++
      this.#begins = new Uint32Array(0)
      return
    }
    this.#begins = grown(this.#begins, this.#count)
    this.#begins[this.#count++] = row
  }

  /** Calls back with each run of the first `length` rows: its first row, and the one after its last. */
  each(length: number, visit: (begin: number, end: number) => void): void {
    for (let run = 0; run < this.#count; run++) {
      const begin = this.#begins[run]!
      if (begin >= length) return
      visit(begin, run + 1 < this.#count ? Math.min(length, this.#begins[run + 1]!) : length)
    }
  }
}
