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
import { LabelLists } from './label-lists.ts'
import { MEMBERS_COLUMN, PORT_COLUMNS, TEXT_COLUMNS, TRACE_COLUMNS, WORD_COLUMNS } from './parquet-columns.ts'
import { parsedJson, plainNumber } from './plain-values.ts'
import { type RowIds, rowIds } from './value-ids.ts'

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

/** Gives the rows in their order. What is wrong with a value costs its rows alone. */
export function* groupFlows(columns: Columns, rows: number): Generator<ParquetRow> {
  const group = new Group(columns, rows)
  for (let row = 0; row < rows; row++) yield group.row(row)
}

/** A value, or why it cannot be read. */
type Read<T> = { readonly value: T } | { readonly reason: string }

interface KnownKey {
  readonly key: FlowKey
  readonly unknown: number
}

const MISSING: ColumnValues = []
const KEY_COLUMNS = [
  ...Object.keys(TEXT_COLUMNS),
  ...Object.keys(WORD_COLUMNS),
  ...Object.keys(PORT_COLUMNS),
  ...TRACE_COLUMNS,
]

class Group {
  readonly #columns: Columns
  readonly #ids: RowIds
  readonly #keys: readonly Read<KnownKey>[]
  readonly #members = new Map<unknown, Json | null>()
  readonly #traces = new Map<unknown, readonly PolicyHit[]>()
  readonly #startTime: ColumnValues
  readonly #endTime: ColumnValues
  readonly #sourceLabels: LabelLists
  readonly #destLabels: LabelLists
  readonly #packetsIn: ColumnValues
  readonly #packetsOut: ColumnValues
  readonly #bytesIn: ColumnValues
  readonly #bytesOut: ColumnValues
  readonly #started: ColumnValues
  readonly #completed: ColumnValues
  readonly #live: ColumnValues
  readonly #unknownMembers: ColumnValues

  constructor(columns: Columns, rows: number) {
    this.#columns = columns
    const present = KEY_COLUMNS.map((name) => columns.get(name)).filter((column) => column !== undefined)
    this.#ids = rowIds(present, rows)
    this.#keys = this.#ids.firstRows.map((row) => read(() => this.#keyAt(row)))
    this.#startTime = this.#column('start_time')
    this.#endTime = this.#column('end_time')
    this.#sourceLabels = new LabelLists(this.#column('source_labels'), 'source_labels')
    this.#destLabels = new LabelLists(this.#column('dest_labels'), 'dest_labels')
    this.#packetsIn = this.#column('packets_in')
    this.#packetsOut = this.#column('packets_out')
    this.#bytesIn = this.#column('bytes_in')
    this.#bytesOut = this.#column('bytes_out')
    this.#started = this.#column('num_connections_started')
    this.#completed = this.#column('num_connections_completed')
    this.#live = this.#column('num_connections_live')
    this.#unknownMembers = this.#column(MEMBERS_COLUMN)
  }

  row(row: number): ParquetRow {
    const keyId = this.#ids.ids[row] ?? 0
    const known = this.#keys[keyId]
    if (known === undefined || !('value' in known))
      return { is: 'refused', reason: known?.reason ?? 'it is empty' }
    const { key, unknown } = known.value
    try {
      const flow = this.#flowAt(row, key, keyId)
      return { is: 'flow', flow, unknown, unknownMembers: this.#membersOf(this.#unknownMembers[row]) }
    } catch (error) {
      return { is: 'refused', reason: reasonOf(error) }
    }
  }

  #column(name: string): ColumnValues {
    return this.#columns.get(name) ?? MISSING
  }

  #flowAt(row: number, key: FlowKey, keyId: number): Flow {
    return {
      key,
      startTime: timeOf(plainNumber(this.#startTime[row]), 'start_time'),
      endTime: timeOf(plainNumber(this.#endTime[row]), 'end_time'),
      sourceLabels: this.#sourceLabels.at(row, keyId),
      destLabels: this.#destLabels.at(row, keyId),
      packetsIn: counterOf(this.#packetsIn[row], 'packets_in'),
      packetsOut: counterOf(this.#packetsOut[row], 'packets_out'),
      bytesIn: counterOf(this.#bytesIn[row], 'bytes_in'),
      bytesOut: counterOf(this.#bytesOut[row], 'bytes_out'),
      numConnectionsStarted: counterOf(this.#started[row], 'num_connections_started'),
      numConnectionsCompleted: counterOf(this.#completed[row], 'num_connections_completed'),
      numConnectionsLive: counterOf(this.#live[row], 'num_connections_live'),
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
    const text = (column: keyof typeof TEXT_COLUMNS) => textIn(this.#column(column)[row], column)
    const port = (column: keyof typeof PORT_COLUMNS) => portOf(plainNumber(this.#column(column)[row]), column)
    const word = (column: keyof typeof WORD_COLUMNS) => plainNumber(this.#column(column)[row])
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
        enforced: this.#traceOf(this.#column('enforced_policies')[row], 'enforced_policies'),
        pending: this.#traceOf(this.#column('pending_policies')[row], 'pending_policies'),
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
    let hits = this.#traces.get(value)
    if (hits === undefined) {
      hits = hitsOf(parsedJson(value, field), field)
      this.#traces.set(value, hits)
    }
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

function counterOf(value: unknown, field: string): number | null {
  return value === null || value === undefined ? null : countOrNullOf(plainNumber(value), field)
}

function textIn(value: unknown, field: string): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  // The protocol of some is a number.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new FieldError(field, plainNumber(value), 'a text')
}
