/** Reads the pages of one column in one row group, and checks them. */
import type { ColumnMetaData, RowGroup, SchemaTree } from 'hyparquet'
import { getMaxDefinitionLevel, getMaxRepetitionLevel } from 'hyparquet/src/schema.js'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'
import { type GroupBudget, type PlainPages, plainPages } from './parquet-pages.ts'
import { ParquetFault } from './thrift-check.ts'

export interface ColumnPages {
  readonly meta: ColumnMetaData
  readonly bytes: Uint8Array
  readonly pages: PlainPages
}

/** `path`: from the root to the column. Throws a {@link ParquetFault}, or any other error for what is damaged. */
export async function pagesOf(
  file: PositionedBytes,
  group: RowGroup,
  path: SchemaTree[],
  budget: GroupBudget,
): Promise<ColumnPages> {
  const name = (path.at(-1)?.path ?? []).join('.')
  const meta = group.columns.find(({ meta_data: data }) => data?.path_in_schema.join('.') === name)?.meta_data
  if (meta === undefined) throw new ParquetFault(`the column ${path[1]?.element.name} is missing in it`)
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
  return { meta, bytes, pages }
}

/** The plain bytes of a compressed part of a column's bytes. */
export function plainOf(packed: Uint8Array, bytes: Uint8Array, pages: PlainPages): Uint8Array {
  const plain = pages.get(packed.byteOffset - bytes.byteOffset)
  if (plain === undefined) throw new ParquetFault('a page is damaged')
  return plain
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
