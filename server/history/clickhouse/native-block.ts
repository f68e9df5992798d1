/** A block of ClickHouse's format Native, which has each column as a whole: arrays are sent as they are, and not value by value. */
import { RowBinaryWriter } from './row-binary.ts'

/** The arrays lie in memory as the format has them: there is no Node for a processor with another order of bytes that we run on. */
type Values = Uint8Array | Uint16Array | Uint32Array | BigUint64Array

export class NativeBlock {
  readonly #pieces: Uint8Array[] = []
  readonly #rows: number

  /** The numbers of the columns, all of which are to be added, and of the rows of each. */
  constructor(columns: number, rows: number) {
    this.#rows = rows
    const head = new RowBinaryWriter(16)
    head.length(columns)
    head.length(rows)
    this.#pieces.push(head.take())
  }

  /** Adds a column; the array is not copied. */
  add(name: string, type: string, values: Values): void {
    this.#checkRows(values.length)
    this.#begin(name, type)
    this.#pieces.push(bytesOf(values))
  }

  /** Adds a column of counters, which are whole numbers up to 2^53; NaN for one that was not recorded. */
  addCounters(name: string, values: Float64Array): void {
    this.#checkRows(values.length)
    const missing = new Uint8Array(values.length)
    // The lower half first.
    const halves = new Uint32Array(values.length * 2)
    for (let row = 0; row < values.length; row++) {
      const value = values[row]!
      if (Number.isNaN(value)) missing[row] = 1
      else {
        halves[2 * row] = value
        halves[2 * row + 1] = value / 0x1_0000_0000
      }
    }
    this.#begin(name, 'Nullable(UInt64)')
    this.#pieces.push(missing, bytesOf(halves))
  }

  /** Adds a column of texts, of which each stands for so many rows. */
  addTexts(name: string, runs: readonly { readonly text: string; readonly rows: number }[]): void {
    this.#checkRows(runs.reduce((sum, { rows }) => sum + rows, 0))
    this.#begin(name, 'String')
    for (const { text, rows } of runs) {
      const writer = new RowBinaryWriter(text.length + 8)
      writer.text(text)
      const one = writer.take()
      this.#pieces.push(Buffer.alloc(one.length * rows, one))
    }
  }

  /** What was added, in pieces. */
  take(): readonly Uint8Array[] {
    return this.#pieces
  }

  #begin(name: string, type: string): void {
    const writer = new RowBinaryWriter(64)
    writer.text(name)
    writer.text(type)
    this.#pieces.push(writer.take())
  }

  #checkRows(rows: number): void {
    if (rows !== this.#rows) throw new Error(`a column of ${rows} rows in a block of ${this.#rows}`)
  }
}

function bytesOf(values: Values): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
