/**
 * The columns that the history keeps of a key, one for each field of the registry that reads keys. Fields about either
 * end have none: they are asked of the two columns of the ends.
 */
import type { FieldId, LabelFieldId, NumberFieldId, TextFieldId } from '../../flows/field.ts'

/** The fields about either end, with the fields of the two ends. */
export const EITHER_END = {
  ns: ['src.ns', 'dst.ns'],
  name: ['src.name', 'dst.name'],
  type: ['src.type', 'dst.type'],
  label: ['src.label', 'dst.label'],
} as const satisfies Partial<Record<FieldId, readonly [FieldId, FieldId]>>

/**
 * A field that has a column. A new field of the registry is one, so the compiler asks for its type in {@link
 * KEY_COLUMNS}.
 */
export type KeyColumnField = Exclude<TextFieldId | NumberFieldId | LabelFieldId, keyof typeof EITHER_END>

/** `text` and `number`: exactly one value. The others: a list, which may be empty. */
export type KeyColumnType = 'text' | 'number' | 'texts' | 'numbers'

/** In the order of the columns in a table. */
export const KEY_COLUMNS = {
  action: 'text',
  pending: 'text',
  changed: 'text',
  reporter: 'text',
  'src.ns': 'text',
  'src.name': 'text',
  'src.type': 'text',
  'src.label': 'texts',
  'dst.ns': 'text',
  'dst.name': 'text',
  'dst.type': 'text',
  'dst.label': 'texts',
  service: 'texts',
  'svc.ns': 'texts',
  proto: 'text',
  port: 'number',
  policy: 'texts',
  decided: 'texts',
  tier: 'texts',
  kind: 'texts',
  'policy.ns': 'texts',
  rule: 'numbers',
  trigger: 'texts',
} as const satisfies Record<KeyColumnField, KeyColumnType>

type WithoutDots<Text extends string> = Text extends `${infer Head}.${infer Tail}`
  ? `${Head}_${WithoutDots<Tail>}`
  : Text
export type KeyColumn = WithoutDots<KeyColumnField>

/** Returns the column of a field: `src_ns` of `src.ns`. */
export function keyColumnOf<Field extends KeyColumnField>(field: Field): WithoutDots<Field> {
  return field.replaceAll('.', '_') as WithoutDots<Field> // The type says what replaceAll does.
}

/**
 * The column with the texts of a key in lower case, as JavaScript folds them: a list of `column=text`, and for a label
 * also `column:key=value`, where only the value is folded. It is empty for a key whose texts are all ASCII, as those of
 * Kubernetes are: then the `lower` of every engine gives the same. For other keys engines differ (İ, Σ, the sign of Kelvin), so their
 * texts are compared in this list.
 */
export const FOLDED_COLUMN = 'folded'
