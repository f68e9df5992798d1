/** Reads the table of contents at the end of a Parquet file, and checks what is taken from it. */
import { type FileMetaData, parquetMetadata, parquetSchema, type SchemaTree } from 'hyparquet'
import { formatBytes } from '../../lib/format.ts'
import { type CaptureHeader, headerOf, isHeader } from '../format/capture-header.ts'
import { FieldError, isObject } from '../format/json-fields.ts'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'
import { type EntryPromise, promisesIn } from './entry-promises.ts'
import { COLUMNS, ENTRY_COLUMN, HEADERS_ENTRY, VERSION_ENTRY } from './parquet-columns.ts'
import { endOfStruct, ParquetFault } from './thrift-check.ts'

/** The length of the table of contents and the magic number. */
const TAIL_BYTES = 8
/** It takes about 100 bytes for each column of each row group, and as objects twenty times as much. */
const MAX_FOOTER_BYTES = 16 * 1024 * 1024
const MAX_SCHEMA_ELEMENTS = 2000
const VERSION = '1'
/** How many columns of another program a refusal names. */
const MAX_NAMED_COLUMNS = 12

export interface ParquetFooter {
  readonly metadata: FileMetaData
  /**
   * All columns of a file that was made of JSON by another program, whose rows are read as objects; null where the columns
   * are ours. Records of Whisker and Felix have some of our names, beside their policies as a struct.
   */
  readonly foreign: readonly SchemaTree[] | null
  /** The columns that are read, by their names, without the one of the entries' numbers. */
  readonly columns: ReadonlyMap<string, SchemaTree>
  /** The column of the entries' numbers, and for each row group what its numbers have to be. Null in other files. */
  readonly entries: { readonly column: SchemaTree; readonly promises: readonly EntryPromise[] } | null
  readonly headers: readonly CaptureHeader[]
  /** Why a header cannot be read. */
  readonly headerFaults: readonly string[]
}

/** Throws a {@link ParquetFault}, or any other error for what is damaged. */
export async function readFooter(file: PositionedBytes): Promise<ParquetFooter> {
  const tail = await file.read(Math.max(0, file.size - TAIL_BYTES), file.size)
  const magic = new TextDecoder().decode(tail.subarray(4))
  if (magic === 'PARE') throw new ParquetFault('it is encrypted')
  if (tail.length < TAIL_BYTES || magic !== 'PAR1')
    throw new ParquetFault('its end is missing, where Parquet has its table of contents')
  const length = new DataView(tail.buffer).getUint32(0, true)
  if (length > MAX_FOOTER_BYTES)
    throw new ParquetFault(`its table of contents is larger than ${formatBytes(MAX_FOOTER_BYTES)}`)
  if (length > file.size - TAIL_BYTES) throw new ParquetFault('its table of contents is damaged')
  const bytes = await file.read(file.size - TAIL_BYTES - length, file.size)
  endOfStruct(bytes, 0)
  const metadata = parquetMetadata(bytes, { geoparquet: false })
  if (metadata.schema.length > MAX_SCHEMA_ELEMENTS) throw new ParquetFault('it has too many columns')
  const { children } = parquetSchema(metadata)
  const names = new Set(children.map(({ element }) => element.name))
  const version = metadata.key_value_metadata?.find(({ key }) => key === VERSION_ENTRY)?.value ?? VERSION
  if (version !== VERSION)
    throw new ParquetFault(
      `it is of version ${version} of Flowtrace's captures, and version ${VERSION} is read here`,
    )
  const columns = children.filter(({ element }) => COLUMNS.includes(element.name))
  const hasStructs = children.some(
    ({ element, children: parts }) => element.name === 'policies' && parts.length > 0,
  )
  const isOurs = (names.has('source_name') || names.has('dest_name')) && !hasStructs
  const entryColumn = children.find(({ element }) => element.name === ENTRY_COLUMN)
  const promises = promisesIn(metadata)
  return {
    metadata,
    foreign: isOurs ? null : children,
    columns: new Map(columns.map((column) => [column.element.name, column])),
    entries: entryColumn === undefined || promises === null ? null : { column: entryColumn, promises },
    ...headersIn(metadata),
  }
}

/** Why a file is refused none of whose rows is a flow. */
export function foreignColumns(columns: readonly SchemaTree[]): string {
  const names = columns.map(({ element }) => element.name)
  const shown = names.slice(0, MAX_NAMED_COLUMNS).join(', ')
  const more = names.length > MAX_NAMED_COLUMNS ? ` and ${names.length - MAX_NAMED_COLUMNS} more` : ''
  return `its columns are not those of flows: it has ${shown}${more}; flows have source_name, dest_name, action and others`
}

function headersIn(metadata: FileMetaData): Pick<ParquetFooter, 'headers' | 'headerFaults'> {
  const headers: CaptureHeader[] = []
  const headerFaults: string[] = []
  const lines = metadata.key_value_metadata?.find(({ key }) => key === HEADERS_ENTRY)?.value ?? ''
  for (const line of lines.split('\n').filter((each) => each !== '')) {
    try {
      const value: unknown = JSON.parse(line)
      if (isObject(value) && isHeader(value)) headers.push(headerOf(value))
      else headerFaults.push('it is not a header')
    } catch (error) {
      if (!(error instanceof FieldError || error instanceof SyntaxError)) throw error
      headerFaults.push(error.message)
    }
  }
  return { headers, headerFaults }
}
