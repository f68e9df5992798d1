/** Reads the values of one column in one row group. */
import type { ColumnMetaData, RowGroup, SchemaTree } from 'hyparquet'
import { readColumn } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { getMaxDefinitionLevel, getMaxRepetitionLevel, isFlatColumn } from 'hyparquet/src/schema.js'
import { formatCount } from '../../lib/format.ts'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'
import { type GroupBudget, plainPages } from './parquet-pages.ts'
import { ParquetFault } from './thrift-check.ts'

/** A byte order mark is a character of a name like any other. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** As hyparquet's, but times are Unix seconds with fractions, and JSON stays the text that it is. */
const PARSERS = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (value: bigint) => seconds(value, 1000n),
  timestampFromMicroseconds: (value: bigint) => seconds(value, 1_000_000n),
  timestampFromNanoseconds: (value: bigint) => seconds(value, 1_000_000_000n),
  stringFromBytes: (bytes: Uint8Array | undefined) => text(bytes),
  jsonFromBytes: (bytes: Uint8Array | undefined) => text(bytes),
}

/** Null stays null: a column may hold some. */
function seconds(value: bigint | null | undefined, perSecond: bigint): number | null {
  return value === null || value === undefined ? null : Number(value / perSecond)
}

function text(bytes: Uint8Array | null | undefined): string | null {
  return bytes === null || bytes === undefined ? null : decoder.decode(bytes)
}

/** One value for each row: of a list, the list; null where there is none. */
export type ColumnValues = ArrayLike<unknown>

/** Throws a {@link ParquetFault}, or any other error for what is damaged. */
export async function columnValues(
  file: PositionedBytes,
  group: RowGroup,
  column: SchemaTree,
  budget: GroupBudget,
): Promise<ColumnValues> {
  const rows = Number(group.num_rows)
  const { leaf, path } = leafOf(column)
  const meta = group.columns.find(
    ({ meta_data: data }) => data?.path_in_schema.join('.') === leaf.path.join('.'),
  )?.meta_data
  if (meta === undefined) throw new ParquetFault(`the column ${column.element.name} is missing in it`)
  const [from, to] = rangeOf(meta, file.size)
  const bytes = await file.read(from, to)
  if (bytes.length < to - from) throw new ParquetFault('the file has become shorter')
  const pages = plainPages(
    bytes,
    {
      codec: meta.codec,
      isBoolean: meta.type === 'BOOLEAN',
      isInteger: meta.type === 'INT32' || meta.type === 'INT64',
      maxDefinitionLevel: getMaxDefinitionLevel(path),
      maxRepetitionLevel: getMaxRepetitionLevel(path),
    },
    budget,
  )
  const decompress = (packed: Uint8Array) => {
    const plain = pages.get(packed.byteOffset - bytes.byteOffset)
    if (plain === undefined) throw new ParquetFault('a page is damaged')
    return plain
  }
  const { data } = readColumn(
    { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 },
    { groupStart: 0, groupRows: rows, selectStart: 0, selectEnd: rows },
    {
      ...meta,
      pathInSchema: meta.path_in_schema,
      element: leaf.element,
      schemaPath: path,
      parsers: PARSERS,
      compressors: { SNAPPY: decompress, GZIP: decompress, ZSTD: decompress },
    },
  )
  const [only, ...others] = data
  const values: ColumnValues =
    only !== undefined && others.length === 0 ? only : data.flatMap((part) => Array.from(part))
  if (values.length !== rows) {
    const counts = `${formatCount(values.length)} values for ${formatCount(rows)} records`
    throw new ParquetFault(`the column ${column.element.name} has ${counts}`)
  }
  return values
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
  if (!isFlatColumn(path) && getMaxRepetitionLevel(path) !== 1)
    throw new ParquetFault(`the column ${column.element.name} is a list of lists`)
  return { leaf, path }
}

/** Where a column's bytes are in the file. */
function rangeOf(meta: ColumnMetaData, size: number): readonly [number, number] {
  const data = Number(meta.data_page_offset)
  const dictionary = Number(meta.dictionary_page_offset ?? 0)
  const from = dictionary > 0 && dictionary < data ? dictionary : data
  const to = from + Number(meta.total_compressed_size)
  if (!(from >= 0 && to >= from && to <= size)) throw new ParquetFault('its table of contents is damaged')
  return [from, to]
}
