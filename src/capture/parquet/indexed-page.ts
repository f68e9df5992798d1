/**
 * Decodes version 2 pages of indexes into a dictionary, which most pages of ours are. hyparquet takes them, too, value by
 * value into arrays of objects, and with a level for each value where none is null.
 */
import type { DataPageHeaderV2 } from 'hyparquet/src/types.js'
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
      : unpacked(stored.subarray(0, definitionFrom), widthOf(maxRepetitionLevel), values)
  // Of a list, empty ones are no nulls for some writers.
  const hasLevels = maxDefinitionLevel > 0 && (nulls > 0 || maxRepetitionLevel > 0)
  const definitionLevels = hasLevels
    ? unpacked(stored.subarray(definitionFrom, levelsEnd), widthOf(maxDefinitionLevel), values)
    : null
  if (!(nulls >= 0 && nulls <= values)) throw new ParquetFault('a page is damaged')
  const indexes = unpacked(plain.subarray(1), plain[0] ?? 0, values - nulls)
  return { indexes, definitionLevels, repetitionLevels }
}

function widthOf(maxLevel: number): number {
  return 32 - Math.clz32(maxLevel)
}

/** `count` numbers of `width` bits from the hybrid of run lengths and packed bits. Throws a {@link ParquetFault}. */
export function unpacked(bytes: Uint8Array, width: number, count: number): Int32Array {
  const numbers = new Int32Array(count)
  // Some writers leave out runs of zeros that have no bits.
  if (width === 0) return numbers
  const runWidth = Math.ceil(width / 8)
  let at = 0
  let done = 0
  while (done < count) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 28) throw new ParquetFault('a page is damaged')
      header += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    if (header % 2 === 0) {
      let value = 0
      for (let i = 0; i < runWidth; i++) value |= (bytes[at + i] ?? 0) << (8 * i)
      if (at + runWidth > bytes.length) throw new ParquetFault('a page is damaged')
      const end = Math.min(count, done + header / 2)
      numbers.fill(value, done, end)
      at += runWidth
      done = end
    } else {
      const packed = ((header - 1) / 2) * 8
      const end = Math.min(count, done + packed)
      if (at + Math.ceil(((end - done) * width) / 8) > bytes.length)
        throw new ParquetFault('a page is damaged')
      unpackBits(bytes, at, width, numbers, done, end)
      at += (packed / 8) * width
      done = end
    }
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
