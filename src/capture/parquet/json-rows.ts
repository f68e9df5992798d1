/**
 * Reads the rows of a file that has not our columns as the JSON objects that another program made it of: structs as
 * objects, lists as arrays, a null left out. They are given as lines, which the reader of JSON knows.
 */
import type { RowGroup, SchemaTree } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { readColumn } from 'hyparquet/src/column.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import { formatCount } from '../../lib/format.ts'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'
import { pagesOf, plainOf } from './column-bytes.ts'
import { ParquetFault } from './thrift-check.ts'

/** Structs and lists, which are two levels, that a value may stand in. */
const MAX_DEPTH = 16
/** All columns of a group together: they are held as objects. */
const MAX_GROUP_BYTES = 256 * 1024 * 1024
const MAX_GROUP_VALUES = 16 * 1024 * 1024

const decoder = new TextDecoder()

/** Values as JSON has them: times as texts. */
const JSON_PARSERS = {
  ...DEFAULT_PARSERS,
  timestampFromMilliseconds: (value: bigint) => timeText(value),
  timestampFromMicroseconds: (value: bigint) => timeText(value, 1000n),
  timestampFromNanoseconds: (value: bigint) => timeText(value, 1_000_000n),
  dateFromDays: (value: number) => dateText(value),
  jsonFromBytes: (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : jsonOf(bytes)),
  geometryFromBytes: () => null,
  geographyFromBytes: () => null,
}

/** Gives the rows of a group. Throws a {@link ParquetFault}, or any other error for what is damaged. */
export async function jsonRows(
  file: PositionedBytes,
  group: RowGroup,
  columns: readonly SchemaTree[],
): Promise<Generator<object>> {
  const budget = { plainBytes: MAX_GROUP_BYTES, values: MAX_GROUP_VALUES }
  const rows = Number(group.num_rows)
  const values: (readonly [string, ArrayLike<unknown>])[] = []
  for (const column of columns) {
    const leaves = new Map<string, unknown[]>()
    for (const path of leavesOf([rootOf(column), column])) {
      if (path.length > MAX_DEPTH) throw new ParquetFault('its columns are nested too deeply')
      // One after the other: the columns share the budget.
      // oxlint-disable-next-line no-await-in-loop
      leaves.set(path.at(-1)!.path.join('.'), await leafValues(file, group, path, budget))
    }
    assembleNested(leaves, column, JSON_PARSERS)
    const assembled = leaves.get(column.path.join('.')) ?? []
    if (assembled.length !== rows) {
      const counts = `${formatCount(assembled.length)} values for ${formatCount(rows)} records`
      throw new ParquetFault(`the column ${column.element.name} has ${counts}`)
    }
    values.push([column.element.name, assembled])
  }
  return rowsOf(values, rows)
}

function* rowsOf(
  columns: readonly (readonly [string, ArrayLike<unknown>])[],
  rows: number,
): Generator<object> {
  for (let row = 0; row < rows; row++) {
    const members = columns.map(([name, values]) => [name, plainValue(values[row])] as const)
    yield Object.fromEntries(members.filter(([, value]) => value !== undefined))
  }
}

async function leafValues(
  file: PositionedBytes,
  group: RowGroup,
  schemaPath: SchemaTree[],
  budget: Parameters<typeof pagesOf>[3],
): Promise<unknown[]> {
  const { meta, bytes, pages } = await pagesOf(file, group, schemaPath, budget)
  const decompress = (packed: Uint8Array) => plainOf(packed, bytes, pages)
  const rows = Number(group.num_rows)
  const { data } = readColumn(
    { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 },
    { groupStart: 0, groupRows: rows, selectStart: 0, selectEnd: rows },
    {
      ...meta,
      pathInSchema: meta.path_in_schema,
      element: schemaPath.at(-1)!.element,
      schemaPath,
      parsers: JSON_PARSERS,
      compressors: { SNAPPY: decompress, GZIP: decompress, ZSTD: decompress },
    },
  )
  return data.flatMap((part) => Array.from(part as ArrayLike<unknown>))
}

function rootOf(column: SchemaTree): SchemaTree {
  return { count: 0, element: { name: 'root' }, children: [column], path: [] }
}

/** The way to each leaf below the last of a path. */
function leavesOf(path: SchemaTree[]): SchemaTree[][] {
  const children = path.at(-1)?.children ?? []
  return children.length === 0 ? [path] : children.flatMap((child) => leavesOf([...path, child]))
}

/** Undefined for null, which is left out of an object. */
function plainValue(value: unknown): unknown {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map((item) => plainValue(item) ?? null)
  if (typeof value !== 'object') return value
  const members = Object.entries(value).map(([name, member]) => [name, plainValue(member)] as const)
  return Object.fromEntries(members.filter(([, member]) => member !== undefined))
}

function timeText(value: bigint | null | undefined, perMillisecond = 1n): string | null {
  if (value === null || value === undefined) return null
  const date = new Date(Number(value / perMillisecond))
  return Number.isNaN(date.getTime()) ? String(value) : date.toISOString()
}

function dateText(days: number | null | undefined): string | null {
  return days === null || days === undefined
    ? null
    : (timeText(BigInt(days) * 86_400_000n)?.slice(0, 10) ?? null)
}

function jsonOf(bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes)
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
