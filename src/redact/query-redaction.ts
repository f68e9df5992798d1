/**
 * Rewrites a query so that it selects the same records in a redacted capture. A clause that asks for parts of names has no
 * counterpart among stand-ins: it is left out so that what it selected before is still selected, and counted.
 */
import { type Field, fieldOf, type TextFieldId } from '../flows/field.ts'
import { unreachable } from '../lib/assert.ts'
import { ALL, type Comparison, type Expression, type Value } from '../filter/tree/expression.ts'
import { normalise } from '../filter/tree/normalise.ts'
import { isPartOfProtocol } from './built-in-names.ts'
import type { NameRedaction } from './name-redaction.ts'

export interface RedactedQuery {
  readonly expression: Expression
  /** How many clauses were left out. */
  readonly leftOut: number
}

const NOTHING: Expression = { kind: 'not', term: ALL }

export function redactQuery(query: Expression, names: NameRedaction): RedactedQuery {
  let leftOut = 0
  /** `widens`: what is left out must select more, not less: it stands under an even number of `not`. */
  const rewrite = (expression: Expression, widens: boolean): Expression => {
    switch (expression.kind) {
      case 'all':
        return expression
      case 'and':
      case 'or':
        return { ...expression, terms: expression.terms.map((term) => rewrite(term, widens)) }
      case 'not':
        return { ...expression, term: rewrite(expression.term, !widens) }
      case 'word':
      case 'compare': {
        const rewritten = expression.kind === 'word' ? null : redactComparison(expression, names)
        if (rewritten !== null) return rewritten
        leftOut++
        return widens ? ALL : NOTHING
      }
      default:
        return unreachable(expression, 'expression')
    }
  }
  return { expression: normalise(rewrite(normalise(query), true)), leftOut }
}

/** Null where a value asks for a part of a name. */
function redactComparison(comparison: Comparison, names: NameRedaction): Comparison | null {
  const field = fieldOf(comparison.field)
  switch (field.type) {
    case 'number':
    case 'measure':
    case 'age':
      return comparison
    case 'text':
      if (field.id === 'tier') return comparison
      return withValues(
        comparison,
        (text) => redactText(field.id, text, names),
        (piece) => isPartOfStaying(field, piece),
      )
    case 'label': {
      const { label } = comparison
      if (label === undefined) return withValues(comparison, (text) => names.label(text), isEmpty)
      // No label has such a key, but some have it before their first "=".
      if (label.includes('=')) return null
      if (names.keepsLabel(label)) return { ...comparison, label: names.labelKey(label) }
      return withValues(
        { ...comparison, label: names.labelKey(label) },
        (text) => names.labelValue(label, text),
        isEmpty,
      )
    }
    default:
      return unreachable(field, 'field')
  }
}

/** The comparison with its exact values replaced; null where a pattern has a piece that may be one of a name. */
function withValues(
  comparison: Comparison,
  replace: (text: string) => string,
  stays: (piece: string) => boolean,
): Comparison | null {
  const isExact = comparison.operator === '=' || comparison.operator === '!='
  const values: Value[] = []
  for (const value of comparison.values) {
    const text = value.kind === 'text' ? value.text : String(value.number)
    const wildcard = value.kind === 'text' && value.wildcard
    if (isExact && !wildcard) values.push({ kind: 'text', text: replace(text), wildcard: false })
    else if (text.split(wildcard ? '*' : /(?!)/).every(stays)) values.push(value)
    else return null
  }
  return { ...comparison, values }
}

function isEmpty(piece: string): boolean {
  return piece === ''
}

/** Whether a piece of a pattern is a part of words that stay, and so neither reveals nor misses anything. */
function isPartOfStaying(field: Field, piece: string): boolean {
  if (piece === '') return true
  if (field.id === 'proto') return isPartOfProtocol(piece)
  if (field.type !== 'text' || field.words === undefined) return false
  const wanted = piece.toLowerCase()
  return field.words.some((word) =>
    [word, field.shown?.(word) ?? word].some((spelling) => spelling.toLowerCase().includes(wanted)),
  )
}

/** An exact value of a text field. */
function redactText(id: TextFieldId, text: string, names: NameRedaction): string {
  switch (id) {
    case 'src.ns':
    case 'dst.ns':
    case 'ns':
    case 'svc.ns':
    case 'policy.ns':
      return names.namespace(text)
    case 'src.name':
    case 'dst.name':
    case 'name':
      return names.workload(text)
    case 'service':
      return names.service(text)
    case 'policy':
    case 'decided':
    case 'trigger':
      return names.policy(text)
    case 'proto':
      return names.protocol(text)
    case 'tier':
      return text
    case 'action':
    case 'pending':
    case 'changed':
    case 'reporter':
    case 'src.type':
    case 'dst.type':
    case 'type':
    case 'kind':
      return names.word(text)
    default:
      return unreachable(id, 'field')
  }
}
