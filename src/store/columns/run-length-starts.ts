import { growToFit } from './grow-to-fit.ts'

/** Where rows come in another order than that of time, runs are too short to be of use. */
const MIN_MEAN_RUN_ROWS = 8

/**
 * The runs of rows that start at the same time. Records of a bucket mostly come one after the other, so that whoever
 * scans rows by time looks at a few hundred runs instead.
 */
export class RunLengthStarts {
  /** By run: its first row. */
  #firstRows: Uint32Array<ArrayBuffer> = new Uint32Array(16)
  #count = 0
  #lastStart = Number.NaN
  readonly #maxRuns: number

  /** `capacity`: how many rows there may be. */
  constructor(capacity: number) {
    this.#maxRuns = Math.ceil(capacity / MIN_MEAN_RUN_ROWS)
  }

  get byteLength(): number {
    return this.#firstRows.byteLength
  }

  /** Whether there are so few of them that they are kept. */
  get isUsable(): boolean {
    return this.#count <= this.#maxRuns
  }

  /** Rows are added in the order of their numbers. */
  add(row: number, start: number): void {
    if (start === this.#lastStart || !this.isUsable) return
    this.#lastStart = start
    if (this.#count === this.#maxRuns) {
      this.#count++
      this.#firstRows = new Uint32Array(0)
      return
    }
    this.#firstRows = growToFit(this.#firstRows, this.#count)
    this.#firstRows[this.#count++] = row
  }

  /** Calls back with each run of the first `length` rows: its first row, and the one after its last. */
  forEachRun(length: number, visit: (begin: number, end: number) => void): void {
    for (let run = 0; run < this.#count; run++) {
      const begin = this.#firstRows[run]!
      if (begin >= length) return
      visit(begin, run + 1 < this.#count ? Math.min(length, this.#firstRows[run + 1]!) : length)
    }
  }
}
