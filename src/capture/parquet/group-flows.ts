/** Makes flows of the columns of one row group. */
import {
  ACTIONS,
  ENDPOINT_TYPES,
  type Flow,
  type FlowKey,
  type PolicyHit,
  REPORTERS,
} from '../../flows/flow.ts'
import {
  enumOf,
  FieldError,
  isObject,
  type Json,
  NAMES_NO_ENDS,
  portOf,
  textsOf,
} from '../format/json-fields.ts'
import { countOrNullOf } from '../format/json-fields.ts'
import { hitsOf } from '../format/hits.ts'
import { timeOf } from '../format/json-time.ts'
import { unknownIn } from '../format/unknown-values.ts'
import type { ColumnValues } from './column-values.ts'
import { MEMBERS_COLUMN, PORT_COLUMNS, TEXT_COLUMNS, TRACE_COLUMNS, WORD_COLUMNS } from './parquet-columns.ts'
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
  /** Lists of labels by their joined texts, and by their JSON: records share them as they share keys. */
  readonly #labels = new Map<string, readonly string[]>()
  readonly #labelsByJson = new Map<string, readonly string[]>()
  readonly #members = new Map<unknown, Json | null>()
  readonly #traces = new Map<unknown, readonly PolicyHit[]>()
  readonly #times: readonly [ColumnValues, ColumnValues]
  readonly #labelColumns: readonly [ColumnValues, ColumnValues]

  constructor(columns: Columns, rows: number) {
    this.#columns = columns
    const present = KEY_COLUMNS.map((name) => columns.get(name)).filter((column) => column !== undefined)
    this.#ids = rowIds(present, rows)
    this.#keys = this.#ids.firstRows.map((row) => read(() => this.#keyAt(row)))
    this.#times = [this.#column('start_time'), this.#column('end_time')]
    this.#labelColumns = [this.#column('source_labels'), this.#column('dest_labels')]
  }

  row(row: number): ParquetRow {
    const known = this.#keys[this.#ids.ids[row] ?? 0]
    if (known === undefined || !('value' in known))
      return { is: 'refused', reason: known?.reason ?? 'it is empty' }
    const rest = read(() => this.#flowAt(row, known.value.key))
    if (!('value' in rest)) return { is: 'refused', reason: rest.reason }
    return { is: 'flow', ...rest.value, unknown: known.value.unknown }
  }

  #column(name: string): ColumnValues {
    return this.#columns.get(name) ?? MISSING
  }

  #flowAt(row: number, key: FlowKey): { readonly flow: Flow; readonly unknownMembers: Json | null } {
    const flow: Flow = {
      key,
      startTime: timeOf(plain(this.#times[0][row]), 'start_time'),
      endTime: timeOf(plain(this.#times[1][row]), 'end_time'),
      sourceLabels: this.#labelsOf(this.#labelColumns[0][row], 'source_labels'),
      destLabels: this.#labelsOf(this.#labelColumns[1][row], 'dest_labels'),
      packetsIn: this.#counter('packets_in', row),
      packetsOut: this.#counter('packets_out', row),
      bytesIn: this.#counter('bytes_in', row),
      bytesOut: this.#counter('bytes_out', row),
      numConnectionsStarted: this.#counter('num_connections_started', row),
      numConnectionsCompleted: this.#counter('num_connections_completed', row),
      numConnectionsLive: this.#counter('num_connections_live', row),
    }
    return { flow, unknownMembers: this.#membersOf(this.#column(MEMBERS_COLUMN)[row]) }
  }

  #counter(name: string, row: number): number | null {
    return countOrNullOf(plain(this.#column(name)[row]) ?? null, name)
  }

  #labelsOf(value: unknown, field: string): readonly string[] {
    if (value === null || value === undefined || value === '') return NO_LABELS
    if (typeof value === 'string') {
      let labels = this.#labelsByJson.get(value)
      if (labels === undefined) {
        labels = textsOf(parsed(value, field), field)
        this.#labelsByJson.set(value, labels)
      }
      return labels
    }
    if (!Array.isArray(value)) throw new FieldError(field, plain(value), 'a list of texts')
    // hyparquet gives the lists of a list column with one list around each.
    const list: readonly unknown[] = value
      .flat(2)
      .filter((label: unknown) => label !== null && label !== undefined)
    return list.length === 0 ? NO_LABELS : this.#shared(list, field)
  }

  #shared(list: readonly unknown[], field: string): readonly string[] {
    const text = list.join('\n')
    const found = this.#labels.get(text)
    if (found !== undefined && found.length === list.length && found.every((label, i) => label === list[i]))
      return found
    const labels = textsOf(list, field)
    this.#labels.set(text, labels)
    return labels
  }

  #membersOf(value: unknown): Json | null {
    if (value === null || value === undefined || value === '') return null
    let members = this.#members.get(value)
    if (members === undefined) {
      const json = parsed(value, MEMBERS_COLUMN)
      if (!isObject(json)) throw new FieldError(MEMBERS_COLUMN, plain(value), 'a JSON object')
      members = json
      this.#members.set(value, members)
    }
    return members
  }

  #keyAt(row: number): KnownKey {
    const text = (column: keyof typeof TEXT_COLUMNS) => textIn(this.#column(column)[row], column)
    const port = (column: keyof typeof PORT_COLUMNS) => portOf(plain(this.#column(column)[row]), column)
    const word = (column: keyof typeof WORD_COLUMNS) => plain(this.#column(column)[row])
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
      hits = hitsOf(parsed(value, field), field)
      this.#traces.set(value, hits)
    }
    return hits
  }
}

const NO_LABELS: readonly string[] = []

function read<T>(value: () => T): Read<T> {
  try {
    return { value: value() }
  } catch (error) {
    if (error instanceof Error) return { reason: error.message }
    throw error
  }
}

/** Numbers of 64 bits as those that the readers of JSON take. */
function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value
}

function textIn(value: unknown, field: string): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  // The protocol of some is a number.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new FieldError(field, plain(value), 'a text')
}

function parsed(value: unknown, field: string): unknown {
  if (typeof value !== 'string') throw new FieldError(field, plain(value), 'JSON')
  try {
    return JSON.parse(value)
  } catch {
    throw new FieldError(field, value, 'JSON')
  }
}
