/** A key with its labels as a row of the table `keys`: its hashes, the values that filters look at, and the body. */
import {
  KEY_COLUMNS,
  type KeyColumn,
  type KeyColumnField,
  keyColumnOf,
  type KeyColumnType,
} from '../../../src/filter/plan/key-column.ts'
import { fieldOf } from '../../../src/flows/field.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { assert, ensure, unreachable } from '../../../src/lib/assert.ts'
import { conversationId, groupId, signatureId } from '../entry-id.ts'
import { encodeBody } from './key-body.ts'

/** A text in a column is well-formed Unicode; the body has the key exactly. */
export type ColumnValue = string | number | readonly string[] | readonly number[]

export interface KeyRow {
  readonly grp: bigint
  readonly sig: bigint
  readonly conv: bigint
  readonly columns: Readonly<Record<KeyColumn, ColumnValue>>
  /** The column `folded`, see src/filter/plan/key-column.ts. */
  readonly folded: readonly string[]
  readonly body: string
}

export interface KeyColumnDescription {
  readonly field: KeyColumnField
  readonly column: KeyColumn
  readonly type: KeyColumnType
}

/** The columns in the order of the table, without the hashes, `folded` and the body. */
export const KEY_COLUMN_LIST: readonly KeyColumnDescription[] = Object.entries(KEY_COLUMNS).map(
  ([name, type]) => {
    const field = name as KeyColumnField // The table's keys are such fields.
    return { field, column: keyColumnOf(field), type }
  },
)

/** With how the values of each column are read. */
const COLUMNS = KEY_COLUMN_LIST.map((described) => ({
  ...described,
  valuesOf: valuesOfField(described.field),
}))

export function keyRowOf(subject: LabelledKey): KeyRow {
  const columns: Partial<Record<KeyColumn, ColumnValue>> = {}
  let isAllAscii = true
  for (const { field, column, type, valuesOf } of COLUMNS) {
    const value = columnValue(field, type, valuesOf(subject))
    columns[column] = value
    isAllAscii &&= isAscii(value)
  }
  const whole = columns as Record<KeyColumn, ColumnValue> // the list has all of them
  return {
    grp: groupId(subject),
    sig: signatureId(subject),
    conv: conversationId(subject),
    columns: whole,
    folded: isAllAscii ? [] : foldedTexts(whole),
    body: encodeBody(subject),
  }
}

function valuesOfField(field: KeyColumnField): (subject: LabelledKey) => readonly (string | number)[] {
  const found = fieldOf(field)
  return found.type === 'label' ? (subject) => found.labels(subject) : (subject) => found.values(subject)
}

function columnValue(
  field: KeyColumnField,
  type: KeyColumnType,
  values: readonly (string | number)[],
): ColumnValue {
  switch (type) {
    case 'text':
      return String(onlyOne(field, values))
    case 'number':
      return Number(onlyOne(field, values))
    case 'texts':
      return values.map(String)
    case 'numbers':
      return values.map(Number)
    default:
      return unreachable(type, 'type of column')
  }
}

function onlyOne<T>(field: KeyColumnField, values: readonly T[]): T {
  assert(values.length === 1, `${field} has one value`)
  return ensure(values[0], field)
}

const IS_ASCII = /^[\0-\x7F]*$/

function isAscii(value: ColumnValue): boolean {
  if (typeof value === 'object') return value.every(isAscii)
  return typeof value === 'number' || IS_ASCII.test(value)
}

/** The column `folded` of a key with a text that is not ASCII; it is empty for all others. */
function foldedTexts(columns: Readonly<Record<KeyColumn, ColumnValue>>): readonly string[] {
  return KEY_COLUMN_LIST.flatMap(({ column }) =>
    [columns[column]].flat().flatMap((text) => {
      if (typeof text !== 'string') return []
      const whole = `${column}=${text.toLowerCase()}`
      return isLabels(column) ? [whole, `${column}:${withFoldedValue(text)}`] : [whole]
    }),
  )
}

function isLabels(column: KeyColumn): boolean {
  return column === 'src_label' || column === 'dst_label'
}

/** A label `key=value` with the value in lower case; one without `=` has the empty value. */
function withFoldedValue(label: string): string {
  const at = label.indexOf('=')
  return at < 0 ? `${label}=` : label.slice(0, at + 1) + label.slice(at + 1).toLowerCase()
}
