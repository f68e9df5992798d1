/**
 * The normal form of a query, which text is parsed to and printed from: no `and` directly in an `and`, no `not` where
 * an operator can say it, each value once and in its stored spelling. Normalising is idempotent and keeps the meaning.
 */
import { unreachable } from '../../lib/assert.ts'
import { type Field, fieldOf } from '../../flows/field.ts'
import { ALL, type Comparison, type Expression, type Operator, type Value } from './expression.ts'
import { isNegated } from './evaluate.ts'

/** The query that nothing matches. */
const NOTHING: Expression = { kind: 'not', term: ALL }

/**
 * The operators that `not` may turn into each other. The ordering ones are not among them: `not conns < 5` also holds
 * where connections were not recorded, `conns >= 5` does not.
 */
const OPPOSITES: Readonly<Partial<Record<Operator, Operator>>> = {
  '=': '!=',
  '!=': '=',
  '~': '!~',
  '!~': '~',
}

function isNothing(expression: Expression): boolean {
  return expression.kind === 'not' && expression.term.kind === 'all'
}

function isNumeric(field: Field): boolean {
  return field.type === 'number' || field.type === 'measure' || field.type === 'age'
}

/** The value in its stored spelling; empty for one that can never match, as a text that is no number on a numeric field. */
function normaliseValue(field: Field, operator: Operator, value: Value): readonly Value[] {
  if (isNumeric(field)) {
    const number = value.kind === 'number' ? value.number : Number(value.text.trim() || NaN)
    return Number.isFinite(number) ? [{ kind: 'number', number: number === 0 ? 0 : number }] : []
  }
  const typed = value.kind === 'text' ? value.text : String(value.number)
  const wildcard = value.kind === 'text' && value.wildcard && typed.includes('*')
  const exact = !wildcard && (operator === '=' || operator === '!=')
  const stored = exact && field.type === 'text' ? field.stored?.(typed) : undefined
  return [{ kind: 'text', text: stored ?? typed, wildcard }]
}

/** Whether two values are equal, the wildcard flag included. */
export function sameValue(a: Value, b: Value): boolean {
  return a.kind === 'text'
    ? b.kind === 'text' && a.text === b.text && a.wildcard === b.wildcard
    : b.kind === 'number' && a.number === b.number
}

function normaliseComparison(comparison: Comparison): Expression {
  const { field: id, operator, label } = comparison
  const field = fieldOf(id)
  const values: Value[] = []
  for (const value of comparison.values.flatMap((each) => normaliseValue(field, operator, each))) {
    if (!values.some((known) => sameValue(known, value))) values.push(value)
  }
  if (values.length === 0) return isNegated(operator) ? ALL : NOTHING
  return {
    kind: 'compare',
    field: id,
    ...(field.type === 'label' && label !== undefined ? { label } : {}),
    operator,
    values,
  }
}

function negate(term: Expression): Expression {
  if (term.kind === 'not') return term.term
  const operator = term.kind === 'compare' ? OPPOSITES[term.operator] : undefined
  return term.kind === 'compare' && operator !== undefined ? { ...term, operator } : { kind: 'not', term }
}

/** Joins normalised terms. A `neutral` term is dropped (`all` in an `and`), an `absorbing` one is the result. */
function join(
  kind: 'and' | 'or',
  terms: readonly Expression[],
  neutral: (term: Expression) => boolean,
  absorbing: (term: Expression) => boolean,
): Expression {
  const flat = terms
    .map(normalise)
    .flatMap((term) => (term.kind === kind ? term.terms : [term]))
    .filter((term) => !neutral(term))
  const decided = flat.find(absorbing)
  if (decided !== undefined) return decided
  const [first, ...rest] = flat
  if (first === undefined) return kind === 'and' ? ALL : NOTHING
  return rest.length === 0 ? first : { kind, terms: flat }
}

/** The normal form of a query. */
export function normalise(expression: Expression): Expression {
  switch (expression.kind) {
    case 'all':
      return ALL
    case 'word':
      return expression.text === '' ? ALL : expression
    case 'compare':
      return normaliseComparison(expression)
    case 'not':
      return negate(normalise(expression.term))
    case 'and':
      return join('and', expression.terms, (term) => term.kind === 'all', isNothing)
    case 'or':
      return join('or', expression.terms, isNothing, (term) => term.kind === 'all')
    default:
      return unreachable(expression, 'expression')
  }
}

/** The tree as nested arrays, so that equal trees give equal text whatever the order of their properties. */
function shape(expression: Expression): unknown {
  switch (expression.kind) {
    case 'all':
      return []
    case 'word':
      return [expression.text]
    case 'compare':
      return [
        expression.field,
        expression.label ?? null,
        expression.operator,
        expression.values.map((value) =>
          value.kind === 'text' ? [value.text, value.wildcard] : value.number,
        ),
      ]
    case 'not':
      return ['not', shape(expression.term)]
    case 'and':
    case 'or':
      return [expression.kind, expression.terms.map(shape)]
    default:
      return unreachable(expression, 'expression')
  }
}

/** The normal form of a query as a text, which can be the key of a map. It is not in the query language. */
export function expressionKey(expression: Expression): string {
  return JSON.stringify(shape(normalise(expression)))
}

/** Whether two queries have the same normal form. Queries of the same meaning may have different ones. */
export function sameExpression(a: Expression, b: Expression): boolean {
  return expressionKey(a) === expressionKey(b)
}
