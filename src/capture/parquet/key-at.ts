/** Makes the key of a row of its columns. */
import {
  ACTIONS,
  ENDPOINT_TYPES,
  type Flow,
  type FlowKey,
  type PolicyHit,
  REPORTERS,
} from '../../flows/flow.ts'
import { enumOf, FieldError, NAMES_NO_ENDS, portOf } from '../format/json-fields.ts'
import { hitsOf } from '../format/hits.ts'
import { unknownIn } from '../format/unknown-values.ts'
import type { ColumnValues } from './column-values.ts'
import type { PORT_COLUMNS, TEXT_COLUMNS, WORD_COLUMNS } from './parquet-columns.ts'
import { parsedJson, plainNumber } from './plain-values.ts'

export type Columns = ReadonlyMap<string, ColumnValues>

/** Traces by their JSON. */
export type SharedTraces = Map<string, readonly PolicyHit[]>

export interface KnownKey {
  readonly key: FlowKey
  /** How many of its enum values are outside the enums that we know. */
  readonly unknown: number
}

/** Throws for what is no key. */
export function keyAt(columns: Columns, row: number, traces: SharedTraces): KnownKey {
  const text = (column: keyof typeof TEXT_COLUMNS) => textIn(valueAt(columns.get(column), row), column)
  const port = (column: keyof typeof PORT_COLUMNS) =>
    portOf(plainNumber(valueAt(columns.get(column), row)), column)
  const word = (column: keyof typeof WORD_COLUMNS) => plainNumber(valueAt(columns.get(column), row))
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
      enforced: traceOf(valueAt(columns.get('enforced_policies'), row), 'enforced_policies', traces),
      pending: traceOf(valueAt(columns.get('pending_policies'), row), 'pending_policies', traces),
    },
  }
  const { enforced, pending } = key.policies
  // A trace alone, as people copy it from a dashboard, names no end.
  if (key.sourceName === '' && key.destName === '' && enforced.length + pending.length === 0)
    throw new Error(NAMES_NO_ENDS)
  return { key, unknown: unknownIn({ key } as Flow) }
}

/** Null, too, of a column that the file does not have, or that is a list. */
export function valueAt(column: ColumnValues | undefined, row: number): unknown {
  if (column === undefined) return null
  return column.isList ? column.listAt(row) : column.at(row)
}

function traceOf(value: unknown, field: string, traces: SharedTraces): readonly PolicyHit[] {
  if (value === null || value === undefined || value === '') return []
  const known = typeof value === 'string' ? traces.get(value) : undefined
  if (known !== undefined) return known
  const hits = hitsOf(parsedJson(value, field), field)
  if (typeof value === 'string') traces.set(value, hits)
  return hits
}

function textIn(value: unknown, field: string): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return ''
  // The protocol of some is a number.
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  throw new FieldError(field, plainNumber(value), 'a text')
}
