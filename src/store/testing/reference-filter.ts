/**
 * What a filter means, written down a second time in the most obvious way: shares the field registry with
 * `src/filter/tree/evaluate.ts` and nothing else, so that a fault there shows in the property tests of the store.
 */
import { clausesOf } from '../../filter/tree/clauses.ts'
import type { Comparison, Expression, Value } from '../../filter/tree/expression.ts'
import { type FieldId, fieldOf, type TextField } from '../../flows/field.ts'
import type { Flow } from '../../flows/flow.ts'
import { unreachable } from '../../lib/assert.ts'

/** The value of a label `k=v` with that key; undefined for a label with another one. */
export function valueOfLabel(label: string, key: string): string | undefined {
  const [ofKey, ...rest] = label.split('=')
  return ofKey === key ? rest.join('=') : undefined
}

/** Whether any comparison in the tree is about counters or age. */
export function isAboutSums(expression: Expression): boolean {
  switch (expression.kind) {
    case 'compare':
      return ['bytes', 'packets', 'conns', 'seen'].includes(expression.field)
    case 'not':
      return isAboutSums(expression.term)
    case 'and':
    case 'or':
      return expression.terms.some(isAboutSums)
    case 'all':
    case 'word':
      return false
    default:
      return unreachable(expression, 'expression')
  }
}

function isAbout(clause: Expression, field: FieldId, label: string | undefined): clause is Comparison {
  return clause.kind === 'compare' && clause.field === field && clause.label === label
}

/** The filter without its clauses on a field, or on one label key of it. */
export function filterWithout(filter: Expression, field: FieldId, label: string | undefined): Expression {
  return { kind: 'and', terms: clausesOf(filter).filter((clause) => !isAbout(clause, field, label)) }
}

/** The label keys that the clauses on a label field name. */
export function labelKeysIn(filter: Expression, field: FieldId): ReadonlySet<string> {
  return new Set(
    clausesOf(filter).flatMap((clause) =>
      clause.kind === 'compare' && clause.field === field ? (clause.label ?? []) : [],
    ),
  )
}

/** A pattern in which `*` stands for any characters, as a regular expression over the whole text. */
function wildcard(pattern: string): RegExp {
  const pieces = pattern.split('*').map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`))
  return new RegExp(`^${pieces.join('[^]*')}$`)
}

const lower = (text: string): string => text.toLowerCase()

type Spellings = Partial<Pick<TextField, 'stored' | 'shown' | 'words'>>

/** Whether a stored text equals a value: in the field's stored spelling, or for a pattern in either spelling. */
function equals(stored: string, value: Value, spellings: Spellings): boolean {
  const asked = value.kind === 'text' ? value.text : String(value.number)
  const shown = spellings.shown?.(stored) ?? stored
  const inStored = spellings.stored?.(asked) ?? asked
  if (value.kind === 'number' || !value.wildcard || !asked.includes('*')) return stored === inStored
  const anyCase = wildcard(lower(asked))
  if (spellings.words !== undefined) return anyCase.test(lower(stored)) || anyCase.test(lower(shown))
  return wildcard(inStored).test(stored) || (shown !== stored && anyCase.test(lower(shown)))
}

/** Whether a stored text contains a value in either spelling, ignoring case, or is what another spelling means. */
function contains(stored: string, value: Value, spellings: Spellings): boolean {
  const asked = value.kind === 'text' ? value.text : String(value.number)
  const inStored = spellings.stored?.(asked) ?? asked
  if (inStored !== asked && stored === inStored) return true
  const isPattern = value.kind === 'text' && value.wildcard && asked.includes('*')
  return [stored, spellings.shown?.(stored) ?? stored].some((text) =>
    isPattern ? wildcard(`*${lower(asked)}*`).test(lower(text)) : lower(text).includes(lower(asked)),
  )
}

function compare(value: number, { operator }: Comparison, asked: number): boolean {
  switch (operator) {
    case '=':
    case '!=':
      return value === asked
    case '<':
      return value < asked
    case '<=':
      return value <= asked
    case '>':
      return value > asked
    case '>=':
      return value >= asked
    case '~':
    case '!~':
      return false
    default:
      return unreachable(operator, 'operator')
  }
}

/** Whether any value of the flow passes for any value of the comparison, its negation aside. */
function holds(comparison: Comparison, flow: Flow, now: number): boolean {
  const { label, operator, values } = comparison
  const field = fieldOf(comparison.field)
  const anyNumber = (numbers: readonly number[]): boolean =>
    numbers.some((number) =>
      values.some((value) => value.kind === 'number' && compare(number, comparison, value.number)),
    )
  const anyText = (texts: readonly string[], spellings: Spellings): boolean =>
    texts.some((text) =>
      values.some((value) => {
        if (operator === '=' || operator === '!=') return equals(text, value, spellings)
        return (operator === '~' || operator === '!~') && contains(text, value, spellings)
      }),
    )
  switch (field.type) {
    case 'text':
      return anyText(field.values(flow), field)
    case 'label':
      return anyText(
        field
          .labels(flow)
          .flatMap((each) => (label === undefined ? each : (valueOfLabel(each, label) ?? []))),
        {},
      )
    case 'number':
      return anyNumber(field.values(flow))
    case 'measure':
      return anyNumber([field.of(flow) ?? []].flat())
    case 'age':
      return anyNumber(flow.endTime === 0 ? [] : [now - flow.endTime])
    default:
      return unreachable(field, 'field')
  }
}

function holdsWord(text: string, flow: Flow): boolean {
  return (['name', 'ns', 'service', 'svc.ns', 'policy', 'label'] as const).some((id) => {
    const field = fieldOf(id)
    const value: Value = { kind: 'text', text, wildcard: false }
    if (field.type === 'label') return field.labels(flow).some((label) => contains(label, value, {}))
    const { shown } = field
    return field.values(flow).some((stored) => contains(stored, value, shown === undefined ? {} : { shown }))
  })
}

/** Whether a flow matches a filter. `now` is in Unix seconds. */
export function isMatch(filter: Expression, flow: Flow, now: number): boolean {
  switch (filter.kind) {
    case 'all':
      return true
    case 'and':
      return filter.terms.every((term) => isMatch(term, flow, now))
    case 'or':
      return filter.terms.some((term) => isMatch(term, flow, now))
    case 'not':
      return !isMatch(filter.term, flow, now)
    case 'word':
      return holdsWord(filter.text, flow)
    case 'compare':
      return holds(filter, flow, now) !== filter.operator.startsWith('!')
    default:
      return unreachable(filter, 'filter')
  }
}
