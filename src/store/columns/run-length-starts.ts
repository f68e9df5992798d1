import { growToFit } from '../../lib/grow-to-fit.ts'

/** Runs shorter than this on average save no time over a scan of the rows. */
const MIN_MEAN_RUN_ROWS = 8

/**
 * A run-length encoding of the start times of a chunk's rows: where each run of rows with an equal start begins.
 * Records of a bucket usually arrive together, so that a scan by time visits a few hundred runs instead of 65,536 rows.
 * A capture in another order has too many runs: the encoding is then given up and {@link isUsable} is false.
 */
export class RunLengthStarts {
  /** By run: its first row. */
  #firstRows: Uint32Array<ArrayBuffer> = new Uint32Array(16)
  #count = 0
  #lastStart = Number.NaN
  readonly #maxRuns: number

  /** `capacity`: how many rows the chunk can hold. */
  constructor(capacity: number) {
    this.#maxRuns = Math.ceil(capacity / MIN_MEAN_RUN_ROWS)
  }

  get byteLength(): number {
    return this.#firstRows.byteLength
  }

  /** False once there were too many runs: scan the rows instead. */
  get isUsable(): boolean {
    return this.#count <= this.#maxRuns
  }

  /** Adds the next row, in ascending order; `start` in Unix seconds. */
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

  /** Calls `visit` for each run of the first `length` rows, with its first row and the one after its last. */
  forEachRun(length: number, visit: (begin: number, end: number) => void): void {
    for (let run = 0; run < this.#count; run++) {
      const begin = this.#firstRows[run]!
      if (begin >= length) return
      visit(begin, run + 1 < this.#count ? Math.min(length, this.#firstRows[run + 1]!) : length)
    }
  }
}
