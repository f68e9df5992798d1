/** The key and the labels of each row of a row group, of which records share most. */
import { LabelLists, labelsAt, type SharedLists } from './label-lists.ts'
import { type Columns, keyAt, type KnownKey, type SharedTraces } from './key-at.ts'
import { KEY_COLUMNS } from './parquet-columns.ts'
import { TextTable } from './text-table.ts'
import { TupleTable } from './tuple-table.ts'

/** A value, or why it cannot be read. */
export type Read<T> = { readonly value: T } | { readonly reason: string }

export interface Entry extends KnownKey {
  readonly sourceLabels: readonly string[]
  readonly destLabels: readonly string[]
}

export interface RowEntries {
  readonly at: (row: number) => Read<Entry>
}

/** Texts of a file that are held; beyond it the tables begin anew with the next row group. */
const MAX_TEXT_BYTES = 128 * 1024 * 1024
const MAX_KEYS = 2 ** 20

/** What the row groups of a file share: they repeat texts, keys, traces and labels. */
export class FlowTables {
  texts = new TextTable()
  keyNumbers: TupleTable
  readonly keys: Read<KnownKey>[] = []
  /** By the numbers that the file gives them. */
  readonly entries: (Read<Entry> | undefined)[] = []
  entryCount = 0
  /** Codes of the values of key columns that are neither texts nor small integers. */
  readonly otherCodes = new Map<unknown, number>()
  readonly traces: SharedTraces = new Map()
  readonly labels: SharedLists = new Map()
  readonly #keyColumns: number

  /** `columns`: those of the file. */
  constructor(columns: ReadonlyMap<string, unknown>) {
    this.#keyColumns = KEY_COLUMNS.filter((name) => columns.has(name)).length
    this.keyNumbers = new TupleTable(this.#keyColumns)
  }

  /** Must be called before the columns of a group are read. */
  beginGroup(): void {
    const keys = this.keys.length + this.entryCount
    if (this.texts.byteLength <= MAX_TEXT_BYTES && keys <= MAX_KEYS) return
    this.texts = new TextTable()
    this.keyNumbers = new TupleTable(this.#keyColumns)
    this.keys.length = 0
    this.entries.length = 0
    this.entryCount = 0
    this.otherCodes.clear()
    this.traces.clear()
    this.labels.clear()
  }
}

/** Finds equal keys and labels by their values. */
export class EntriesByValue implements RowEntries {
  readonly #columns: Columns
  readonly #tables: FlowTables
  /** For each row the number of its key. */
  readonly #keyIds: Int32Array
  readonly #sourceLabels: LabelLists
  readonly #destLabels: LabelLists

  constructor(columns: Columns, rows: number, tables: FlowTables) {
    this.#columns = columns
    this.#tables = tables
    const present = KEY_COLUMNS.map((name) => columns.get(name)).filter((column) => column !== undefined)
    const codes = present.map((column) => column.codes(tables.otherCodes))
    this.#keyIds = tables.keyNumbers.add(codes, rows)
    this.#sourceLabels = new LabelLists(columns.get('source_labels'), 'source_labels', tables.labels)
    this.#destLabels = new LabelLists(columns.get('dest_labels'), 'dest_labels', tables.labels)
  }

  at(row: number): Read<Entry> {
    const { keys, traces } = this.#tables
    const key = (keys[this.#keyIds[row] ?? 0] ??= read(() => keyAt(this.#columns, row, traces)))
    if ('reason' in key) return key
    try {
      const { key: flowKey, unknown } = key.value
      const [sourceLabels, destLabels] = [this.#sourceLabels.at(row), this.#destLabels.at(row)]
      return { value: { key: flowKey, unknown, sourceLabels, destLabels } }
    } catch (error) {
      return { reason: reasonOf(error) }
    }
  }
}

/** Takes them by the numbers of the file's own column. */
export class EntriesByNumber implements RowEntries {
  readonly #numbers: Int32Array
  readonly #entries: FlowTables['entries']

  /** `firstRows`: those of the entries that are not in the tables. `columns`: the values of these rows, if there are any. */
  constructor(numbers: Int32Array, firstRows: readonly number[], columns: Columns, tables: FlowTables) {
    this.#numbers = numbers
    this.#entries = tables.entries
    for (const row of firstRows) tables.entries[numbers[row]!] = read(() => entryAt(columns, row, tables))
    tables.entryCount += firstRows.length
  }

  at(row: number): Read<Entry> {
    return this.#entries[this.#numbers[row]!]!
  }
}

function entryAt(columns: Columns, row: number, { traces, labels }: FlowTables): Entry {
  return {
    ...keyAt(columns, row, traces),
    sourceLabels: labelsAt(columns.get('source_labels'), row, 'source_labels', labels),
    destLabels: labelsAt(columns.get('dest_labels'), row, 'dest_labels', labels),
  }
}

function read<T>(value: () => T): Read<T> {
  try {
    return { value: value() }
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}

/** The message of an error that tells what is wrong with a value. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message
  throw error
}
