/**
 * Checks and decompresses the pages of a column before hyparquet decodes them. It allocates what a page's header asks
 * for and repeats a value as often as a run says, so that a hostile file of some bytes could fill the memory.
 */
import { decompress as decompressZstd } from 'fzstd'
import { snappyUncompress } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { formatCount } from '../../lib/format.ts'
import { GzipMember } from '../scan/gzip-member.ts'
import { frameHeaderOf } from '../scan/zstd-frame.ts'
import { checkDelta } from './delta-check.ts'
import { bitWidth, RunCursor } from './run-cursor.ts'
import { endOfStruct, ParquetFault } from './thrift-check.ts'

/** What the columns of a row group may still take. Each page lowers it. */
export interface GroupBudget {
  plainBytes: number
  values: number
}

/** Of a column: its levels tell where values are null or lists begin. */
export interface ColumnShape {
  readonly codec: string
  readonly isBoolean: boolean
  readonly isInteger: boolean
  readonly maxDefinitionLevel: number
  readonly maxRepetitionLevel: number
}

/** The plain bytes of each compressed piece, by its offset in the column's bytes. */
export type PlainPages = ReadonlyMap<number, Uint8Array>

type PageHeader = ReturnType<typeof parquetHeader>
type DataPage = NonNullable<PageHeader['data_page_header'] | PageHeader['data_page_header_v2']>

/** Packed values that may be padding. */
const MAX_PADDED_VALUES = 4096

/** Throws a {@link ParquetFault}, or what a damaged compressed page makes the decompressors throw. */
export function plainPages(bytes: Uint8Array, shape: ColumnShape, budget: GroupBudget): PlainPages {
  const pages = new Map<number, Uint8Array>()
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  // As hyparquet does, which leaves a last byte alone.
  while (reader.offset < bytes.length - 1) {
    endOfStruct(bytes, reader.offset)
    const header = parquetHeader(reader)
    const size = header.compressed_page_size
    if (!(size >= 0 && size <= bytes.length - reader.offset)) throw new ParquetFault('a page is cut off')
    checkPage(
      bytes.subarray(reader.offset, reader.offset + size),
      reader.offset,
      header,
      shape,
      budget,
      pages,
    )
    reader.offset += size
  }
  return pages
}

function checkPage(
  stored: Uint8Array,
  at: number,
  header: PageHeader,
  shape: ColumnShape,
  budget: GroupBudget,
  pages: Map<number, Uint8Array>,
): void {
  const values =
    header.dictionary_page_header?.num_values ??
    header.data_page_header?.num_values ??
    header.data_page_header_v2?.num_values ??
    0
  spend(budget, 'values', values)
  const version2 = header.data_page_header_v2
  const levelBytes =
    version2 === undefined
      ? 0
      : version2.repetition_levels_byte_length + version2.definition_levels_byte_length
  if (!(levelBytes >= 0 && levelBytes <= stored.length)) throw new ParquetFault('a page is damaged')
  const packed = stored.subarray(levelBytes)
  const plainLength = header.uncompressed_page_size - levelBytes
  spend(budget, 'plainBytes', plainLength)
  const isCompressed = shape.codec !== 'UNCOMPRESSED' && version2?.is_compressed !== false
  const plain = isCompressed ? decompressed(packed, shape.codec, plainLength) : packed
  if (isCompressed) pages.set(at + levelBytes, plain)
  const page = header.data_page_header ?? version2
  if (page === undefined) return
  const levels = [shape.maxRepetitionLevel, shape.maxDefinitionLevel]
  let from = 0
  if (version2 !== undefined) {
    const lengths = [version2.repetition_levels_byte_length, version2.definition_levels_byte_length]
    for (const [i, level] of levels.entries()) {
      const to = from + (lengths[i] ?? 0)
      if (level > 0) checkRuns(stored.subarray(from, to), bitWidth(level), values)
      from = to
    }
    from = 0
  } else {
    for (const level of levels) {
      if (level === 0) continue
      const length = plain.length - from < 4 ? Infinity : uint32(plain, from)
      if (length > plain.length - from - 4) throw new ParquetFault('a page is damaged')
      checkRuns(plain.subarray(from + 4, from + 4 + length), bitWidth(level), values)
      from += 4 + length
    }
  }
  checkValues(plain.subarray(from), page, values, shape, version2 !== undefined)
}

function checkValues(
  bytes: Uint8Array,
  { encoding }: DataPage,
  values: number,
  { isBoolean, isInteger }: ColumnShape,
  isVersion2: boolean,
): void {
  switch (encoding) {
    case 'PLAIN':
      return
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY': {
      const width = bytes[0] ?? 0
      if (width > 32) throw new ParquetFault('a page is damaged')
      return width === 0 && !isVersion2 ? undefined : checkRuns(bytes.subarray(1), width, values)
    }
    case 'RLE':
      if (!isBoolean) throw new ParquetFault('a page is damaged')
      return checkRuns(bytes.subarray(4), 1, values)
    case 'DELTA_BINARY_PACKED':
      if (!isInteger) throw new ParquetFault('a page is damaged')
      checkDelta(bytes, values, false)
      return
    case 'DELTA_LENGTH_BYTE_ARRAY':
      checkDelta(bytes, values, true)
      return
    // It repeats the text before, so that a few bytes can stand for gigabytes.
    case 'DELTA_BYTE_ARRAY':
    case 'BYTE_STREAM_SPLIT':
    case 'BIT_PACKED':
    case 'GROUP_VAR_INT':
    default:
      throw new ParquetFault(`it has values in the encoding ${encoding}, which is not read here`)
  }
}

/** Checks that the runs of the hybrid of run lengths and packed bits repeat no value too often. Nulls have no index. */
function checkRuns(bytes: Uint8Array, width: number, values: number): void {
  const run = new RunCursor(bytes, width)
  let seen = 0
  while (seen < values && !run.isAtEnd) {
    run.advance()
    // Packed bits come in groups, whose last values are padding; DuckDB also writes runs of nothing.
    const most = values - seen + (run.isPacked ? MAX_PADDED_VALUES : 0)
    if (run.count > most) throw new ParquetFault('a page is damaged')
    seen += run.count
  }
}

function decompressed(packed: Uint8Array, codec: string, length: number): Uint8Array {
  switch (codec) {
    case 'SNAPPY': {
      const plain = new Uint8Array(length)
      if (length > 0 || packed.length > 0) snappyUncompress(packed, plain)
      return plain
    }
    case 'ZSTD': {
      if (length === 0) return new Uint8Array(0)
      const header = frameHeaderOf(packed.subarray(0, 18))
      if (header.is !== 'frame') throw new ParquetFault('a page is damaged')
      return decompressZstd(packed, new Uint8Array(length)).slice()
    }
    case 'GZIP':
      return gunzipped(packed, length)
    default:
      throw new ParquetFault(`it is compressed with ${codec}, which is not read here`)
  }
}

function gunzipped(packed: Uint8Array, length: number): Uint8Array {
  const plain = new Uint8Array(length)
  let at = 0
  for (const part of new GzipMember().read(packed)) {
    if (part.length > length - at) throw new ParquetFault('a page is damaged')
    plain.set(part, at)
    at += part.length
  }
  if (at !== length) throw new ParquetFault('a page is damaged')
  return plain
}

function spend(budget: GroupBudget, what: keyof GroupBudget, amount: number): void {
  if (!(amount >= 0)) throw new ParquetFault('a page is damaged')
  budget[what] -= amount
  if (budget[what] >= 0) return
  const unit = what === 'values' ? 'values' : 'bytes'
  throw new ParquetFault(`its row group is too large: a page has ${formatCount(amount)} more ${unit}`)
}

function uint32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true)
}
