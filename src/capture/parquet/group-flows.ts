/** Makes flows of the columns of one row group. */
import type { Flow, FlowKey } from '../../flows/flow.ts'
import { countOrNullOf, FieldError, isObject, type Json } from '../format/json-fields.ts'
import { timeOf } from '../format/json-time.ts'
import type { ColumnValues } from './column-values.ts'
import { type Columns, valueAt } from './key-at.ts'
import { MEMBERS_COLUMN } from './parquet-columns.ts'
import { parsedJson, plainNumber } from './plain-values.ts'
import { reasonOf, type RowEntries } from './row-entries.ts'

export type ParquetRow =
  | {
      readonly is: 'flow'
      readonly flow: Flow
      /** How many of its enum values are outside the enums that we know. */
      readonly unknown: number
      readonly unknownMembers: Json | null
    }
  | { readonly is: 'refused'; readonly reason: string }

/** Gives the rows in their order. What is wrong with a value costs its rows alone. */
export function* groupFlows(columns: Columns, rows: number, entries: RowEntries): Generator<ParquetRow> {
  const group = new Group(columns, entries)
  for (let row = 0; row < rows; row++) yield group.row(row)
}

class Group {
  readonly #entries: RowEntries
  readonly #members = new Map<unknown, Json | null>()
  readonly #startTime: ColumnValues | undefined
  readonly #endTime: ColumnValues | undefined
  readonly #packetsIn: ColumnValues | undefined
  readonly #packetsOut: ColumnValues | undefined
  readonly #bytesIn: ColumnValues | undefined
  readonly #bytesOut: ColumnValues | undefined
  readonly #started: ColumnValues | undefined
  readonly #completed: ColumnValues | undefined
  readonly #live: ColumnValues | undefined
  readonly #unknownMembers: ColumnValues | undefined

  constructor(columns: Columns, entries: RowEntries) {
    this.#entries = entries
    this.#startTime = columns.get('start_time')
    this.#endTime = columns.get('end_time')
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
    const known = this.#entries.keyAt(row)
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
      sourceLabels: this.#entries.sourceLabelsAt(row),
      destLabels: this.#entries.destLabelsAt(row),
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
}

function counterOf(column: ColumnValues | undefined, row: number, field: string): number | null {
  const number = column?.numberAt(row)
  if (number !== undefined) return Number.isNaN(number) ? null : countOrNullOf(number, field)
  const value = valueAt(column, row)
  return value === null || value === undefined ? null : countOrNullOf(plainNumber(value), field)
}
