/** Reads the values of one column in one row group. */
import type { RowGroup, SchemaTree } from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { readDataPage, readDataPageV2 } from 'hyparquet/src/datapage.js'
import type { DataPageHeaderV2 } from 'hyparquet/src/types.js'
import { readPlain } from 'hyparquet/src/plain.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js'
import { formatCount } from '../../lib/format.ts'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'
import { pagesOf, plainOf } from './column-bytes.ts'
import { ColumnValues, type ConvertedValues, lazyValues, type RawValues } from './column-values.ts'
import { indexedPage } from './indexed-page.ts'
import { LazyTexts } from './lazy-texts.ts'
import type { GroupBudget } from './parquet-pages.ts'
import type { TextTable } from './text-table.ts'
import { ParquetFault } from './thrift-check.ts'

/** Times are Unix seconds. */
const TIME_PARSERS = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (value: bigint) => seconds(value, 1000n),
  timestampFromMicroseconds: (value: bigint) => seconds(value, 1_000_000n),
  timestampFromNanoseconds: (value: bigint) => seconds(value, 1_000_000_000n),
}

/** Null stays null: a column may hold some. */
function seconds(value: bigint | null | undefined, perSecond: bigint): number | null {
  return value === null || value === undefined ? null : Number(value / perSecond)
}

type Decoder = Parameters<typeof readDataPageV2>[2]

/** What values are read into. */
interface Target {
  readonly values: ColumnValues
  readonly texts: TextTable
  readonly lazyTexts: LazyTexts | null
}

/**
 * `texts`: the table that texts are added to; of a column that `isSparse`, of which few rows are needed, when they are
 * asked for. Throws a {@link ParquetFault}, or any other error for what is damaged.
 */
export async function readColumn(
  file: PositionedBytes,
  group: RowGroup,
  column: SchemaTree,
  budget: GroupBudget,
  texts: TextTable,
  isSparse = false,
): Promise<ColumnValues> {
  const rows = Number(group.num_rows)
  const { leaf, path } = leafOf(column)
  const valuesBefore = budget.values
  const { meta, bytes, pages } = await pagesOf(file, group, path, budget)
  const isText = meta.type === 'BYTE_ARRAY' && leaf.element.logical_type?.type === 'STRING'
  const lazyTexts = isSparse && isText ? new LazyTexts(texts) : null
  const values = new ColumnValues(
    texts,
    valuesBefore - budget.values,
    getMaxRepetitionLevel(path) === 0 ? null : { rows },
    lazyTexts,
  )
  const decompress = (packed: Uint8Array) => plainOf(packed, bytes, pages)
  const decoder: Decoder = {
    ...meta,
    pathInSchema: meta.path_in_schema,
    element: leaf.element,
    schemaPath: path,
    parsers: TIME_PARSERS,
    compressors: { SNAPPY: decompress, GZIP: decompress, ZSTD: decompress },
  }
  readPages(bytes, decoder, decompress, { values, texts, lazyTexts })
  if (values.rows !== rows) {
    const counts = `${formatCount(values.rows)} values for ${formatCount(rows)} records`
    throw new ParquetFault(`the column ${column.element.name} has ${counts}`)
  }
  return values
}

/** The pages were checked by `plainPages`. */
function readPages(
  bytes: Uint8Array,
  decoder: Decoder,
  decompress: (packed: Uint8Array) => Uint8Array,
  { values, texts, lazyTexts }: Target,
): void {
  const maxDefinitionLevel = getMaxDefinitionLevel(decoder.schemaPath)
  const maxRepetitionLevel = getMaxRepetitionLevel(decoder.schemaPath)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  let dictionary: ConvertedValues | undefined
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader)
    const stored = bytes.subarray(reader.offset, reader.offset + header.compressed_page_size)
    reader.offset += header.compressed_page_size
    if (header.dictionary_page_header !== undefined) {
      const plain = decoder.codec === 'UNCOMPRESSED' ? stored : decompress(stored)
      const count = header.dictionary_page_header.num_values
      if (lazyTexts !== null) {
        dictionary = lazyValues(lazyTexts.addPage(plain, count), count)
        continue
      }
      const entries = { view: new DataView(plain.buffer, plain.byteOffset, plain.byteLength), offset: 0 }
      const raw = readPlain(entries, decoder.type, count, decoder.element.type_length)
      dictionary = converted(raw, decoder, texts)
      continue
    }
    const version2 = header.data_page_header_v2
    const page = header.data_page_header ?? version2
    if (page === undefined) throw new ParquetFault('a page is damaged')
    const isIndexed = page.encoding === 'RLE_DICTIONARY' || page.encoding === 'PLAIN_DICTIONARY'
    if (isIndexed && dictionary === undefined) throw new ParquetFault('a page is damaged')
    if (isIndexed && dictionary !== undefined && version2 !== undefined) {
      const plain = valuesOfVersion2(stored, version2, decoder, decompress)
      const { indexes, definitionLevels, repetitionLevels } = indexedPage(
        stored,
        plain,
        version2,
        maxDefinitionLevel,
        maxRepetitionLevel,
      )
      values.addPage(dictionary, indexes, definitionLevels, maxDefinitionLevel, repetitionLevels)
      continue
    }
    const isPlainOnly = page.encoding === 'PLAIN' && maxDefinitionLevel + maxRepetitionLevel === 0
    if (lazyTexts !== null && isPlainOnly && version2 !== undefined) {
      const first = lazyTexts.addPage(
        valuesOfVersion2(stored, version2, decoder, decompress),
        version2.num_values,
      )
      values.addPage(lazyValues(first, version2.num_values), null, null, 0, [])
      continue
    }
    const { definitionLevels, repetitionLevels, dataPage } =
      header.data_page_header === undefined
        ? readDataPageV2(stored, header, decoder)
        : readDataPage(
            decoder.codec === 'UNCOMPRESSED' ? stored : decompress(stored),
            header.data_page_header,
            decoder,
          )
    const levels = definitionLevels ?? null
    if (isIndexed && dictionary !== undefined)
      // The indexes of a dictionary are numbers, whatever its values are.
      values.addPage(dictionary, dataPage as ArrayLike<number>, levels, maxDefinitionLevel, repetitionLevels)
    else
      values.addPage(converted(dataPage, decoder, texts), null, levels, maxDefinitionLevel, repetitionLevels)
  }
}

/** The bytes behind the levels, decompressed. */
function valuesOfVersion2(
  stored: Uint8Array,
  header: DataPageHeaderV2,
  { codec }: Decoder,
  decompress: (packed: Uint8Array) => Uint8Array,
): Uint8Array {
  const levelBytes = header.repetition_levels_byte_length + header.definition_levels_byte_length
  const packed = stored.subarray(levelBytes)
  return codec === 'UNCOMPRESSED' || header.is_compressed === false ? packed : decompress(packed)
}

function converted(
  raw: RawValues & Parameters<typeof convert>[0],
  decoder: Decoder,
  texts: TextTable,
): ConvertedValues {
  let isText = false
  const numberOf = (bytes: Uint8Array): number => {
    isText = true
    return texts.add(bytes)
  }
  const parsers = { ...decoder.parsers, stringFromBytes: numberOf, jsonFromBytes: numberOf }
  const values: RawValues = convert(raw, { ...decoder, parsers })
  if (isText) return { is: 'texts', values: Int32Array.from(values as ArrayLike<number>) }
  return { ...(numbersOf(values) ?? { is: 'others', values }) }
}

/** Null where one of them is no number. Doubles are left alone: one may be NaN, which stands for null among numbers. */
function numbersOf(values: RawValues): ConvertedValues | null {
  if (values instanceof BigInt64Array) return { is: 'numbers', values: doublesOf(values) }
  if (values instanceof Float32Array || values instanceof Float64Array) return null
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < numbers.length; i++) {
    const value = values[i]
    if ((typeof value !== 'number' && typeof value !== 'bigint') || Number.isNaN(value)) return null
    numbers[i] = Number(value)
  }
  return { is: 'numbers', values: numbers }
}

/** As Number() of each, without an object for each. */
function doublesOf(values: BigInt64Array): Float64Array {
  const halves = new Int32Array(values.buffer, values.byteOffset, 2 * values.length)
  const numbers = new Float64Array(values.length)
  for (let i = 0; i < numbers.length; i++) numbers[i] = halves[2 * i + 1]! * 2 ** 32 + (halves[2 * i]! >>> 0)
  return numbers
}

/** The one leaf of a column: itself, or the element of a list. */
function leafOf(column: SchemaTree): { readonly leaf: SchemaTree; readonly path: SchemaTree[] } {
  const root: SchemaTree = { count: 0, element: { name: 'root' }, children: [column], path: [] }
  const path = [root, column]
  let leaf = column
  while (leaf.children.length > 0) {
    const [child, another] = leaf.children
    if (child === undefined || another !== undefined)
      throw new ParquetFault(
        `the column ${column.element.name} is a struct; it is read as text or, for labels, a list`,
      )
    leaf = child
    path.push(leaf)
  }
  if (getMaxRepetitionLevel(path) > 1)
    throw new ParquetFault(`the column ${column.element.name} is a list of lists`)
  return { leaf, path }
}
