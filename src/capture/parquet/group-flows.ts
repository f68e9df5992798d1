/** Makes flows of the columns of one row group. */
import {
  ACTIONS,
  ENDPOINT_TYPES,
  type Flow,
  type FlowKey,
  type PolicyHit,
  REPORTERS,
} from '../../flows/flow.ts'
import { enumOf, FieldError, isObject, type Json, NAMES_NO_ENDS, portOf } from '../format/json-fields.ts'
import { countOrNullOf } from '../format/json-fields.ts'
import { hitsOf } from '../format/hits.ts'
import { timeOf } from '../format/json-time.ts'
import { unknownIn } from '../format/unknown-values.ts'
import type { ColumnValues } from './column-values.ts'
import { LabelLists, type SharedLists } from './label-lists.ts'
import { MEMBERS_COLUMN, PORT_COLUMNS, TEXT_COLUMNS, TRACE_COLUMNS, WORD_COLUMNS } from './parquet-columns.ts'
import { parsedJson, plainNumber } from './plain-values.ts'
import { TextTable } from './text-table.ts'
import { TupleTable } from './tuple-table.ts'

export type ParquetRow =
  | {
      readonly is: 'flow'
      readonly flow: Flow
      /** How many of its enum values are outside the enums that we know. */
      readonly unknown: number
      readonly unknownMembers: Json | null
    }
  | { readonly is: 'refused'; readonly reason: string }

type Columns = ReadonlyMap<string, ColumnValues>

/** A value, or why it cannot be read. */
type Read<T> = { readonly value: T } | { readonly reason: string }

interface KnownKey {
  readonly key: FlowKey
  readonly unknown: number
}

const KEY_COLUMNS = [
  ...Object.keys(TEXT_COLUMNS),
  ...Object.keys(WORD_COLUMNS),
  ...Object.keys(PORT_COLUMNS),
  ...TRACE_COLUMNS,
]

/** Texts of a file that are held; beyond it the tables begin anew with the next row group. */
const MAX_TEXT_BYTES = 128 * 1024 * 1024
const MAX_KEYS = 2 ** 20

/** What the row groups of a file share: they repeat texts, keys, traces and labels. */
export class FlowTables {
  texts = new TextTable()
  keyNumbers: TupleTable
  readonly keys: Read<KnownKey>[] = []
  /** Codes of the values of key columns that are neither texts nor small integers. */
  readonly otherCodes = new Map<unknown, number>()
  readonly traces = new Map<string, readonly PolicyHit[]>()
  readonly labels: SharedLists = new Map()
  readonly #keyColumns: number

  /** `columns`: those of the file. */
  constructor(columns: ReadonlyMap<string, unknown>) {
    this.#keyColumns = KEY_COLUMNS.filter((name) => columns.has(name)).length
    this.keyNumbers = new TupleTable(this.#keyColumns)
  }

  /** Must be called before the columns of a group are read. */
  beginGroup(): void {
    if (this.texts.byteLength <= MAX_TEXT_BYTES && this.keys.length <= MAX_KEYS) return
    this.texts = new TextTable()
    this.keyNumbers = new TupleTable(this.#keyColumns)
    this.keys.length = 0
    this.otherCodes.clear()
    this.traces.clear()
    this.labels.clear()
  }
}

/** Gives the rows in their order. What is wrong with a value costs its rows alone. */
export function* groupFlows(columns: Columns, rows: number, tables: FlowTables): Generator<ParquetRow> {
  const group = new Group(columns, rows, tables)
  for (let row = 0; row < rows; row++) yield group.row(row)
}

class Group {
  readonly #columns: Columns
  readonly #tables: FlowTables
  /** For each row the number of its key. */
  readonly #keyIds: Int32Array
  readonly #members = new Map<unknown, Json | null>()
  readonly #startTime: ColumnValues | undefined
  readonly #endTime: ColumnValues | undefined
  readonly #sourceLabels: LabelLists
  readonly #destLabels: LabelLists
  readonly #packetsIn: ColumnValues | undefined
  readonly #packetsOut: ColumnValues | undefined
  readonly #bytesIn: ColumnValues | undefined
  readonly #bytesOut: ColumnValues | undefined
  readonly #started: ColumnValues | undefined
  readonly #completed: ColumnValues | undefined
  readonly #live: ColumnValues | undefined
  readonly #unknownMembers: ColumnValues | undefined

  constructor(columns: Columns, rows: number, tables: FlowTables) {
    this.#columns = columns
    this.#tables = tables
    const present = KEY_COLUMNS.map((name) => columns.get(name)).filter((column) => column !== undefined)
    const codes = present.map((column) => column.codes(tables.otherCodes))
    this.#keyIds = tables.keyNumbers.add(codes, rows)
    this.#startTime = columns.get('start_time')
    this.#endTime = columns.get('end_time')
    this.#sourceLabels = new LabelLists(columns.get('source_labels'), 'source_labels', tables.labels)
    this.#destLabels = new LabelLists(columns.get('dest_labels'), 'dest_labels', tables.labels)
    this.#packetsIn = columns.get('packets_in')
    this.#packetsOut = columns.get('packets_out')
    this.#bytesIn = columns.get('bytes_in')
    this.#bytesOut = columns.get('bytes_out')
    this.#started = columns.get('num_connections_started')
    this.#completed = columns.get('num_connections_completed')
    this.#live = columns.get('num_connections_live')
    this.#unknownMembers = columns.get(MEMBERS_COLUMN)
  }

  row(row: number): ParquetRow {
    const keyId = this.#keyIds[row] ?? 0
    const known = (this.#tables.keys[keyId] ??= read(() => this.#keyAt(row)))
    if (!('value' in known)) return { is: 'refused', reason: known.reason }
    const { key, unknown } = known.value
    try {
      const flow = this.#flowAt(row, key)
      return { is: 'flow', flow, unknown, unknownMembers: this.#membersOf(this.#unknownMembers?.at(row)) }
    } catch (error) {
      return { is: 'refused', reason: reasonOf(error) }
    }
  }

  #flowAt(row: number, key: FlowKey): Flow {
    return {
      key,
      startTime: timeOf(plainNumber(valueAt(this.#startTime, row)), 'start_time'),
      endTime: timeOf(plainNumber(valueAt(this.#endTime, row)), 'end_time'),
      sourceLabels: this.#sourceLabels.at(row),
      destLabels: this.#destLabels.at(row),
      packetsIn: counterOf(this.#packetsIn, row, 'packets_in'),
      packetsOut: counterOf(this.#packetsOut, row, 'packets_out'),
      bytesIn: counterOf(this.#bytesIn, row, 'bytes_in'),
      bytesOut: counterOf(this.#bytesOut, row, 'bytes_out'),
      numConnectionsStarted: counterOf(this.#started, row, 'num_connections_started'),
      numConnectionsCompleted: counterOf(this.#completed, row, 'num_connections_completed'),
      numConnectionsLive: counterOf(this.#live, row, 'num_connections_live'),
    }
  }

  #membersOf(value: unknown): Json | null {
    if (value === null || value === undefined || value === '') return null
    let members = this.#members.get(value)
    if (members === undefined) {
      const json = parsedJson(value, MEMBERS_COLUMN)
      if (!isObject(json)) throw new FieldError(MEMBERS_COLUMN, plainNumber(value), 'a JSON object')
      members = json
      this.#members.set(value, members)
    }
    return members
  }

  #keyAt(row: number): KnownKey {
    const text = (column: keyof typeof TEXT_COLUMNS) =>
      textIn(valueAt(this.#columns.get(column), row), column)
    const port = (column: keyof typeof PORT_COLUMNS) =>
      portOf(plainNumber(valueAt(this.#columns.get(column), row)), column)
    const word = (column: keyof typeof WORD_COLUMNS) => plainNumber(valueAt(this.#columns.get(column), row))
    const key: FlowKey = {
      sourceName: text('source_name'),
      sourceNamespace: text('source_namespace'),
      sourceType: enumOf(ENDPOINT_TYPES, word('source_type'), 'source_type'),
      destName: text('dest_name'),
      destNamespace: text('dest_namespace'),
      destType: enumOf(ENDPOINT_TYPES, word('dest_type'), 'dest_type'),
      destPort: port('dest_port'),
      destServiceName: text('dest_service_name'),
      destServiceNamespace: text('dest_service_namespace'),
      destServicePortName: text('dest_service_port_name'),
      destServicePort: port('dest_service_port'),
      proto: text('proto'),
      reporter: enumOf(REPORTERS, word('reporter'), 'reporter'),
      action: enumOf(ACTIONS, word('action'), 'action'),
      policies: {
        enforced: this.#traceOf(valueAt(this.#columns.get('enforced_policies'), row), 'enforced_policies'),
        pending: this.#traceOf(valueAt(this.#columns.get('pending_policies'), row), 'pending_policies'),
      },
    }
    const { enforced, pending } = key.policies
    // A trace alone, as people copy it from a dashboard, names no end.
    if (key.sourceName === '' && key.destName === '' && enforced.length + pending.length === 0)
      throw new Error(NAMES_NO_ENDS)
    return { key, unknown: unknownIn({ key } as Flow) }
  }

  #traceOf(value: unknown, field: string): readonly PolicyHit[] {
    if (value === null || value === undefined || value === '') return []
    const { traces } = this.#tables
    const known = typeof value === 'string' ? traces.get(value) : undefined
    if (known !== undefined) return known
    const hits = hitsOf(parsedJson(value, field), field)
    if (typeof value === 'string') traces.set(value, hits)
    return hits
  }
}

function read<T>(value: () => T): Read<T> {
  try {
    return { value: value() }
  } catch (error) {
    return { reason: reasonOf(error) }
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message
  throw error
}

/** Null, too, of a column that the file does not have, or that is a list. */
function valueAt(column: ColumnValues | undefined, row: number): unknown {
  if (column === undefined) return null
  return column.isList ? column.listAt(row) : column.at(row)
}

function counterOf(column: ColumnValues | undefined, row: number, field: string): number | null {
  const number = column?.numberAt(row)
  if (number !== undefined) return Number.isNaN(number) ? null : countOrNullOf(number, field)
  const value = valueAt(column, row)
  return value === null || value === undefined ? null : countOrNullOf(plainNumber(value), field)
}

function textIn(value: unknown, field: string): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  // The protocol of some is a number.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new FieldError(field, plainNumber(value), 'a text')
}
