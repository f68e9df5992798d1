/**
 * Walks over the runs of Parquet's RLE and bit-packing hybrid, in which levels and indexes into dictionaries are: a run is a
 * value that repeats, or numbers packed into bits.
 */
import { ParquetFault } from './thrift-check.ts'

/** Of the varint before each run, which is of 32 bits. */
const LAST_SHIFT = 28

export class RunCursor {
  readonly #bytes: Uint8Array
  readonly #width: number
  /** Of the run that {@link advance} came to. */
  isPacked = false
  /** How many numbers the run says that it has. Those of packed bits come in groups of 8, whose last ones are padding. */
  count = 0
  /** Where its value, or its packed bits, begin. The bytes may end before they do. */
  from = 0
  #next = 0

  /** `width`: bits of a number. */
  constructor(bytes: Uint8Array, width: number) {
    this.#bytes = bytes
    this.#width = width
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#bytes.length
  }

  /** Goes on to the next run. Throws a {@link ParquetFault} where there is none. */
  advance(): void {
    let at = this.#next
    let header = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[at++]
      if (byte === undefined || shift > LAST_SHIFT) throw new ParquetFault('a page is damaged')
      header += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    this.isPacked = header % 2 === 1
    this.count = this.isPacked ? ((header - 1) / 2) * 8 : header / 2
    this.from = at
    this.#next = at + (this.isPacked ? (this.count / 8) * this.#width : Math.ceil(this.#width / 8))
  }
}

/** The bits of a level, of which `maxLevel` is the greatest. */
export function bitWidth(maxLevel: number): number {
  return 32 - Math.clz32(maxLevel)
}
