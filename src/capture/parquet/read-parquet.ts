/**
 * Reads a capture in Parquet: one of ours, or one that another program wrote from it with the same columns. A row group
 * that is damaged costs no other one.
 */
import type { RowGroup, SchemaTree } from 'hyparquet'
import { formatBytes, formatCount } from '../../lib/format.ts'
import type { CaptureHeader } from '../format/capture-header.ts'
import { holdsRecord, recordOutcome } from '../format/record.ts'
import { placelessRefusal } from '../format/refusal.ts'
import type { PositionedBytes } from '../scan/positioned-bytes.ts'
import type { ColumnValues } from './column-values.ts'
import { isAsWritten, unknownRows } from './entry-promises.ts'
import { groupFlows, type ParquetRows } from './group-flows.ts'
import { GroupBytes } from './group-bytes.ts'
import { jsonRows } from './json-rows.ts'
import { foreignColumns, type ParquetFooter, readFooter } from './parquet-footer.ts'
import { ENTRY_COLUMN, ENTRY_VALUE_COLUMNS } from './parquet-columns.ts'
import { EntriesByNumber, EntriesByValue, FlowTables, type RowEntries } from './row-entries.ts'
import { readColumn } from './read-column.ts'
import { ParquetFault } from './thrift-check.ts'

/** Row groups of other writers have up to a million rows. */
const MAX_GROUP_ROWS = 2 ** 20
/** Rows of a file of others until one has to be a record, or the file is refused as a whole. */
const MAX_LOOKED_ROWS = 1000
/** Of the rows of a foreign group as lines, in UTF-16 units: a few bytes can repeat a long text in every row. */
const MAX_GROUP_TEXT = 512 * 1024 * 1024
/** All columns of a group together, decompressed: it is held whole. */
const MAX_GROUP_BYTES = 512 * 1024 * 1024
/** Labels are several values for a row. A value takes some ten bytes. */
const MAX_GROUP_VALUES = 64 * 1024 * 1024

export type ParquetPiece =
  | { readonly is: 'headers'; readonly headers: readonly CaptureHeader[] }
  | ParquetRows
  /** Records as lines of JSON, of a file that another program made of such lines. The lines of all pieces are a text. */
  | { readonly is: 'lines'; readonly text: string }

/** Gives the pieces row group by row group. Throws only what reading the file throws. */
export async function* readParquet(file: PositionedBytes): AsyncGenerator<Iterable<ParquetPiece>> {
  let footer: ParquetFooter
  const reader = withReadErrors(file)
  try {
    footer = await readFooter(reader)
  } catch (error) {
    yield [refused(`This Parquet file cannot be read: ${reasonOf(error)}`)]
    return
  }
  const { metadata, headers, headerFaults } = footer
  yield [
    { is: 'headers', headers },
    ...headerFaults.map((fault) => refused(`The header in the file's metadata cannot be read: ${fault}`)),
  ]
  const tables = new FlowTables(footer.columns)
  const groupBytes = new GroupBytes(reader, metadata.row_groups)
  let from = 1
  /** Whether one of the first rows of a foreign file is a record, or something else that the reader of JSON knows. */
  let isRecognised = false
  let emptyLinesLeft = MAX_GROUP_ROWS
  for (const [i, group] of metadata.row_groups.entries()) {
    const rows = Number(group.num_rows)
    try {
      const bytes = await groupBytes.ofGroup(i)
      checkRows(rows)
      if (footer.foreign === null) {
        const { columns, entries } = await readGroup(bytes, footer, i, tables)
        yield groupFlows(columns, rows, entries, from)
      } else {
        const objects = await jsonRows(bytes, group, footer.foreign)
        const head: readonly object[] = isRecognised ? [] : firstOf(objects, MAX_LOOKED_ROWS)
        isRecognised ||= head.some(isRecordLike)
        if (!isRecognised) {
          yield [refused(`This Parquet file cannot be read: ${foreignColumns(footer.foreign)}`)]
          return
        }
        yield linesOf(joined(head, objects), i + 1)
      }
    } catch (error) {
      const records = `records ${formatCount(from)} to ${formatCount(from + rows - 1)}`
      yield [refused(`Row group ${formatCount(i + 1)} (${records}) cannot be read: ${reasonOf(error)}`)]
      // The number of a line is that of its record, also behind this group.
      if (footer.foreign !== null && rows >= 0 && rows <= emptyLinesLeft) {
        yield [{ is: 'lines', text: '\n'.repeat(rows) }]
        emptyLinesLeft -= rows
      }
    }
    from += rows
  }
}

function checkRows(rows: number): void {
  if (!(rows >= 0 && rows <= MAX_GROUP_ROWS))
    throw new ParquetFault(`it has more than ${formatCount(MAX_GROUP_ROWS)} records`)
}

function isRecordLike(row: object): boolean {
  const { is } = recordOutcome(row)
  return is === 'flow' || is === 'foreign' || holdsRecord(row)
}

function firstOf(rows: Iterator<object>, count: number): readonly object[] {
  const first: object[] = []
  while (first.length < count) {
    const next = rows.next()
    if (next.done === true) break
    first.push(next.value)
  }
  return first
}

/** `group`: the number of the row group, from 1 on. */
function* linesOf(rows: Iterable<object>, group: number): Generator<ParquetPiece> {
  let left = MAX_GROUP_TEXT
  for (const row of rows) {
    const text = jsonText(row)
    left -= text?.length ?? Number.POSITIVE_INFINITY
    if (text === null || left < 0) {
      const size = formatBytes(MAX_GROUP_TEXT)
      yield refused(
        `Row group ${formatCount(group)} is larger than ${size} as JSON, and the rest of it is left out`,
      )
      return
    }
    yield { is: 'lines', text: `${text}\n` }
  }
}

/** Null where it is longer than a text can be: a long text of a dictionary may stand in it many times. */
function jsonText(row: object): string | null {
  try {
    return JSON.stringify(row)
  } catch {
    return null
  }
}

function* joined(head: readonly object[], rest: Iterable<object>): Generator<object> {
  yield* head
  yield* rest
}

interface GroupValues {
  readonly columns: ReadonlyMap<string, ColumnValues>
  readonly entries: RowEntries
}

/** Reads a row group by the numbers of its entries where they can be trusted, and else by the values of all columns. */
async function readGroup(
  file: PositionedBytes,
  footer: ParquetFooter,
  index: number,
  tables: FlowTables,
): Promise<GroupValues> {
  const group = footer.metadata.row_groups[index]!
  const rows = Number(group.num_rows)
  const byNumber = await groupByNumber(file, footer, index, tables)
  if (byNumber !== null) return byNumber
  const columns = await groupColumns(file, group, [...footer.columns.values()], tables)
  return { columns, entries: new EntriesByValue(columns, rows, tables) }
}

/** Null where the group has no numbers, or others than our writer's. */
async function groupByNumber(
  file: PositionedBytes,
  { metadata, columns, entries }: ParquetFooter,
  index: number,
  tables: FlowTables,
): Promise<GroupValues | null> {
  const group = metadata.row_groups[index]!
  const promise = entries?.promises[index]
  if (entries === null || promise === undefined || !(await isAsWritten(file, group, promise))) return null
  const numbers = (await groupColumns(file, group, [entries.column], tables)).get(ENTRY_COLUMN)?.integers()
  if (numbers === undefined || numbers === null) return null
  const isKnown = (number: number) => tables.entries[number] !== undefined
  const firstRows = unknownRows(numbers, promise, entries.promises[index + 1]?.first, isKnown)
  if (firstRows === null) return null
  const isRead = ({ element }: SchemaTree) =>
    firstRows.length > 0 || !ENTRY_VALUE_COLUMNS.includes(element.name)
  const values = await groupColumns(file, group, [...columns.values()].filter(isRead), tables, true)
  return { columns: values, entries: new EntriesByNumber(numbers, firstRows, values, tables) }
}

async function groupColumns(
  file: PositionedBytes,
  group: RowGroup,
  columns: readonly SchemaTree[],
  { texts }: FlowTables,
  isSparse = false,
): Promise<ReadonlyMap<string, ColumnValues>> {
  const budget = { plainBytes: MAX_GROUP_BYTES, values: MAX_GROUP_VALUES }
  const values = new Map<string, ColumnValues>()
  // One after the other: the columns share the budget.
  for (const column of columns)
    // oxlint-disable-next-line no-await-in-loop
    values.set(column.element.name, await readColumn(file, group, column, budget, texts, isSparse))
  return values
}

function refused(reason: string): ParquetPiece {
  return { is: 'refused', refusal: placelessRefusal(reason) }
}

/** Thrown instead of what reading the file throws, which is not damage. */
class ReadError extends Error {
  override readonly name = 'ReadError'
}

function withReadErrors({ size, read }: PositionedBytes): PositionedBytes {
  return {
    size,
    read: async (from, to) => {
      try {
        return await read(from, to)
      } catch (error) {
        throw new ReadError('the file cannot be read', { cause: error })
      }
    },
  }
}

/** What is wrong with the file. Throws the cause of a {@link ReadError}. */
function reasonOf(error: unknown): string {
  if (error instanceof ReadError) throw error.cause
  if (error instanceof ParquetFault) return error.message
  // Damage makes hyparquet throw errors of its own, and those of reading beyond an array.
  return error instanceof Error ? `it is damaged (${error.message.slice(0, 100)})` : 'it is damaged'
}
