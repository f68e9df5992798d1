/**
 * A query as a list of clauses, all of which must hold. Facets, cells and chips edit the query with these functions, and
 * leave clauses that they cannot show (an `or`, a range) as they are. All functions are pure and return a new query.
 */
import type { FieldId } from '../../flows/field.ts'
import { type Comparison, type Expression, type Operator, type Value } from './expression.ts'
import { normalise, sameExpression, sameValue } from './normalise.ts'

/** The terms of the topmost `and`; none for the empty query. */
export function clausesOf(expression: Expression): readonly Expression[] {
  const whole = normalise(expression)
  if (whole.kind === 'all') return []
  return whole.kind === 'and' ? whole.terms : [whole]
}

/** The query in which all clauses hold. */
export function withAll(clauses: readonly Expression[]): Expression {
  return normalise({ kind: 'and', terms: clauses })
}

/** The conjunction of two queries; a clause that both have is in it once. */
export function withBoth(expression: Expression, other: Expression): Expression {
  const clauses = clausesOf(expression)
  const missing = clausesOf(other).filter((clause) => !clauses.some((each) => sameExpression(each, clause)))
  return withAll([...clauses, ...missing])
}

/** The query without a clause, which is compared by its normal form. */
export function without(expression: Expression, clause: Expression): Expression {
  return withAll(clausesOf(expression).filter((each) => !sameExpression(each, clause)))
}

/** Whether a clause is one comparison of the field; of a label field, of the label with the given key. */
function isComparisonOf(clause: Expression, field: FieldId, label: string | undefined): clause is Comparison {
  return clause.kind === 'compare' && clause.field === field && clause.label === label
}

/** The query without any clause on a field. The counts of the field's facet are those of this query. */
export function withoutField(expression: Expression, field: FieldId, label?: string): Expression {
  return withAll(clausesOf(expression).filter((clause) => !isComparisonOf(clause, field, label)))
}

/** The label keys that clauses on a label field name, each once. */
export function labelKeysAsked(expression: Expression, field: FieldId): readonly string[] {
  const keys = clausesOf(expression).flatMap((clause) =>
    clause.kind === 'compare' && clause.field === field && clause.label !== undefined ? [clause.label] : [],
  )
  return [...new Set(keys)]
}

function comparison(
  field: FieldId,
  label: string | undefined,
  operator: Operator,
  values: readonly Value[],
): Comparison {
  return { kind: 'compare', field, ...(label === undefined ? {} : { label }), operator, values }
}

/**
 * The values of a control as a comparison has them: exact (a `*` is no wildcard), in stored spelling, numbers for a
 * numeric field. A text that is no number has no value there.
 */
function normalised(field: FieldId, label: string | undefined, texts: readonly string[]): readonly Value[] {
  const values = texts.map((text): Value => ({ kind: 'text', text, wildcard: false }))
  const clause = normalise(comparison(field, label, '=', values))
  return clause.kind === 'compare' ? clause.values : []
}

/** The clauses without the values, which are removed from clauses with the operator. A clause without values is dropped. */
function dropFrom(
  clauses: readonly Expression[],
  field: FieldId,
  label: string | undefined,
  operator: Operator,
  values: readonly Value[],
): readonly Expression[] {
  return clauses.flatMap((clause) => {
    if (!isComparisonOf(clause, field, label) || clause.operator !== operator) return [clause]
    const left = clause.values.filter((value) => !values.some((gone) => sameValue(gone, value)))
    return left.length === 0 ? [] : [{ ...clause, values: left }]
  })
}

/** The query with the value added to the field's clause of the operator, or with a new clause. */
function addValue(
  expression: Expression,
  field: FieldId,
  label: string | undefined,
  operator: '=' | '!=',
  text: string,
): Expression {
  const values = normalised(field, label, [text])
  if (values.length === 0) return normalise(expression)
  // A value that is both included and excluded would match nothing: the newest choice wins.
  const clauses = dropFrom(clausesOf(expression), field, label, operator === '=' ? '!=' : '=', values)
  const at = clauses.findIndex(
    (clause) => isComparisonOf(clause, field, label) && clause.operator === operator,
  )
  const found = clauses[at]
  return found?.kind === 'compare'
    ? withAll(clauses.with(at, { ...found, values: [...found.values, ...values] }))
    : withAll([...clauses, comparison(field, label, operator, values)])
}

/** Adds `field = value`, or the value to the field's list; takes it out of what is excluded. */
export function include(expression: Expression, field: FieldId, value: string, label?: string): Expression {
  return addValue(expression, field, label, '=', value)
}

/** Adds `field != value`, or the value to the field's list of excluded ones; takes it out of what is included. */
export function exclude(expression: Expression, field: FieldId, value: string, label?: string): Expression {
  return addValue(expression, field, label, '!=', value)
}

/** The query without the value, which is removed from what is included and what is excluded of the field. */
export function release(expression: Expression, field: FieldId, value: string, label?: string): Expression {
  const values = normalised(field, label, [value])
  const kept = dropFrom(clausesOf(expression), field, label, '=', values)
  return withAll(dropFrom(kept, field, label, '!=', values))
}

/** Replaces all clauses on the field by `field = value`. */
export function only(expression: Expression, field: FieldId, value: string, label?: string): Expression {
  return include(withoutField(expression, field, label), field, value, label)
}

export interface ControlValues {
  readonly included: string[]
  readonly excluded: string[]
}

/** The values that the controls of a field show as selected: the exact ones of its `=` and `!=` clauses, as stored. */
export function valuesOf(expression: Expression, field: FieldId, label?: string): ControlValues {
  const comparisons = clausesOf(expression).filter((clause) => isComparisonOf(clause, field, label))
  const exact = (operator: Operator): string[] => [
    ...new Set(
      comparisons
        .filter((clause) => clause.operator === operator)
        .flatMap((clause) => clause.values)
        .filter((value) => value.kind === 'number' || !value.wildcard)
        .map((value) => (value.kind === 'number' ? String(value.number) : value.text)),
    ),
  ]
  return { included: exact('='), excluded: exact('!=') }
}
