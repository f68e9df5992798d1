/**
 * Decodes version 2 pages of indexes into a dictionary, which most pages of ours are. hyparquet takes them, too, value by
 * value into arrays of objects, and with a level for each value where none is null.
 */
import type { DataPageHeaderV2 } from 'hyparquet/src/types.js'
import { bitWidth, RunCursor } from './run-cursor.ts'
import { ParquetFault } from './thrift-check.ts'

export interface IndexedPage {
  readonly indexes: Int32Array
  /** Null where no value is null. */
  readonly definitionLevels: Int32Array | null
  readonly repetitionLevels: Int32Array
}

const NO_LEVELS = new Int32Array(0)

/**
 * `stored`: the page, whose levels are not compressed. `plain`: the bytes behind them, decompressed. The runs were checked
 * to be no longer than the page says. Throws a {@link ParquetFault}.
 */
export function indexedPage(
  stored: Uint8Array,
  plain: Uint8Array,
  header: DataPageHeaderV2,
  maxDefinitionLevel: number,
  maxRepetitionLevel: number,
): IndexedPage {
  const { num_values: values, num_nulls: nulls } = header
  const definitionFrom = header.repetition_levels_byte_length
  const levelsEnd = definitionFrom + header.definition_levels_byte_length
  const repetitionLevels =
    maxRepetitionLevel === 0
      ? NO_LEVELS
      : unpacked(stored.subarray(0, definitionFrom), bitWidth(maxRepetitionLevel), values)
  // Of a list, empty ones are no nulls for some writers.
  const hasLevels = maxDefinitionLevel > 0 && (nulls > 0 || maxRepetitionLevel > 0)
  const definitionLevels = hasLevels
    ? unpacked(stored.subarray(definitionFrom, levelsEnd), bitWidth(maxDefinitionLevel), values)
    : null
  if (!(nulls >= 0 && nulls <= values)) throw new ParquetFault('a page is damaged')
  const indexes = unpacked(plain.subarray(1), plain[0] ?? 0, values - nulls)
  return { indexes, definitionLevels, repetitionLevels }
}

/** `count` numbers of `width` bits from the hybrid of run lengths and packed bits. Throws a {@link ParquetFault}. */
export function unpacked(bytes: Uint8Array, width: number, count: number): Int32Array {
  const numbers = new Int32Array(count)
  // Some writers leave out runs of zeros that have no bits.
  if (width === 0) return numbers
  const runWidth = Math.ceil(width / 8)
  const run = new RunCursor(bytes, width)
  let done = 0
  while (done < count) {
    run.advance()
    const { from } = run
    const end = Math.min(count, done + run.count)
    if (run.isPacked) {
      if (from + Math.ceil(((end - done) * width) / 8) > bytes.length)
        throw new ParquetFault('a page is damaged')
      unpackBits(bytes, from, width, numbers, done, end)
    } else {
      let value = 0
      for (let i = 0; i < runWidth; i++) value |= (bytes[from + i] ?? 0) << (8 * i)
      if (from + runWidth > bytes.length) throw new ParquetFault('a page is damaged')
      numbers.fill(value, done, end)
    }
    done = end
  }
  return numbers
}

/** Numbers of more than 24 bits may lie in five bytes. */
const MAX_WIDTH_IN_FOUR_BYTES = 25

function unpackBits(
  bytes: Uint8Array,
  at: number,
  width: number,
  numbers: Int32Array,
  from: number,
  to: number,
): void {
  const mask = width === 32 ? -1 : 2 ** width - 1
  let bit = 0
  for (let i = from; i < to; i++, bit += width) {
    const first = at + (bit >>> 3)
    const shift = bit & 7
    // Behind the last byte there are zeros.
    const word =
      bytes[first]! | (bytes[first + 1]! << 8) | (bytes[first + 2]! << 16) | (bytes[first + 3]! << 24)
    const high = width > MAX_WIDTH_IN_FOUR_BYTES && shift > 0 ? bytes[first + 4]! << (32 - shift) : 0
    numbers[i] = ((word >>> shift) | high) & mask
  }
}
