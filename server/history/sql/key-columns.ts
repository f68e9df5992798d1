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

export function keyRowOf(subject: LabelledKey): KeyRow {
  const columns = KEY_COLUMN_LIST.map(
    ({ field, column, type }) => [column, columnValue(field, type, subject)] as const,
  )
  return {
    grp: groupId(subject),
    sig: signatureId(subject),
    conv: conversationId(subject),
    columns: Object.fromEntries(columns) as Record<KeyColumn, ColumnValue>, // the list has all of them
    folded: foldedTexts(columns),
    body: encodeBody(subject),
  }
}

function valuesOf(field: KeyColumnField, subject: LabelledKey): readonly (string | number)[] {
  const found = fieldOf(field)
  return found.type === 'label' ? found.labels(subject) : found.values(subject)
}

function columnValue(field: KeyColumnField, type: KeyColumnType, subject: LabelledKey): ColumnValue {
  const values = valuesOf(field, subject)
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

/** The column `folded`: none where all texts are ASCII. */
function foldedTexts(columns: readonly (readonly [KeyColumn, ColumnValue])[]): readonly string[] {
  const texts = columns.flatMap(([column, value]) =>
    [value].flat().flatMap((text) => (typeof text === 'string' ? [{ column, text }] : [])),
  )
  if (texts.every(({ text }) => IS_ASCII.test(text))) return []
  return texts.flatMap(({ column, text }) => {
    const whole = `${column}=${text.toLowerCase()}`
    return isLabels(column) ? [whole, `${column}:${withFoldedValue(text)}`] : [whole]
  })
}

function isLabels(column: KeyColumn): boolean {
  return column === 'src_label' || column === 'dst_label'
}

/** A label `key=value` with the value in lower case; one without `=` has the empty value. */
function withFoldedValue(label: string): string {
  const at = label.indexOf('=')
  return at < 0 ? `${label}=` : label.slice(0, at + 1) + label.slice(at + 1).toLowerCase()
}
