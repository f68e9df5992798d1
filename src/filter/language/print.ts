/** The printer of the query language. The parser reads its text back as the same tree. */
import { unreachable } from '../../lib/assert.ts'
import { type FieldId, fieldOf } from '../../flows/field.ts'
import { storedNamespace } from '../../flows/spelling.ts'
import { hasHidden, replaceHidden } from '../../lib/visible-text.ts'
import type { Comparison, Expression, Value } from '../tree/expression.ts'
import { normalise } from '../tree/normalise.ts'
import { printQuantity, quantityOf } from './quantity.ts'
import { needsQuotes } from './sentence.ts'
import { isKeyword, SPECIAL } from './tokenize.ts'

const PLAIN = /^[\p{L}\p{N}_./-]+$/u

/** Hidden characters as `\u{1B}`, so that no printed query has one; {@link tokenize} reads them back. */
function escapeHidden(text: string): string {
  return replaceHidden(text, (hex) => String.raw`\u{${hex}}`)
}

function quote(text: string): string {
  return `"${escapeHidden(text.replaceAll(/["\\]/g, String.raw`\$&`))}"`
}

/** A text as an exact value, in quotes when it has special characters or is a keyword. */
export function printText(text: string): string {
  return PLAIN.test(text) && !isKeyword(text) ? text : quote(text)
}

/** A stored value of a field in the spelling that a user types. */
export function typedValue(id: FieldId, value: string): string {
  const field = fieldOf(id)
  return printText(field.type === 'text' ? (field.shown?.(value) ?? value) : value)
}

/** A text with escapes instead of quotes, for wildcards and the keys of labels, which quotes would make plain text. */
function printBare(text: string): string {
  const special = new RegExp(SPECIAL, 'g')
  return escapeHidden(text.replaceAll(special, (char) => (hasHidden(char) ? char : `\\${char}`)))
}

/** A bare word, quoted when a leading `-` would be read as `not`, or the word as the beginning of a condition. */
function printWord(text: string): string {
  return text.startsWith('-') || needsQuotes(text) ? quote(text) : printText(text)
}

/** A field as it is typed: `dst.ns`, `src.label.app`. */
export function printField({ field, label }: Pick<Comparison, 'field' | 'label'>): string {
  return label === undefined ? field : `${field}.${printBare(label)}`
}

/** Whether a value asks for ends without a namespace, which is printed as the screen shows it: `dst.ns = (none)`. */
function isNoNamespace(
  { field: id, operator }: Pick<Comparison, 'field' | 'operator'>,
  value: Value,
): boolean {
  const field = fieldOf(id)
  const isExact = value.kind === 'text' && !value.wildcard && (operator === '=' || operator === '!=')
  return isExact && value.text === '-' && field.type === 'text' && field.stored === storedNamespace
}

function printValue({ field: id, operator }: Comparison, value: Value): string {
  const field = fieldOf(id)
  if (value.kind === 'number') {
    const kind = quantityOf(field)
    return kind === undefined ? String(value.number) : printQuantity(kind, value.number)
  }
  if (value.wildcard) return printBare(value.text)
  if (isNoNamespace({ field: id, operator }, value)) return 'none'
  // Values of a closed list in their shown spelling: `reporter = source`. With `~` the text may be a part of a word.
  const isWord = field.type === 'text' && field.words !== undefined && (operator === '=' || operator === '!=')
  return printText(isWord ? (field.shown?.(value.text) ?? value.text) : value.text)
}

function printComparison(comparison: Comparison): string {
  const { operator } = comparison
  const values = comparison.values.map((value) => printValue(comparison, value))
  const isAlone = values.length === 1 && !comparison.values.some((value) => isNoNamespace(comparison, value))
  const list = isAlone ? values.join('') : `(${values.join(', ')})`
  return `${printField(comparison)} ${operator} ${list}`
}

/** A term with parentheses where its operator binds weaker than the one around it: `or` < `and` < `not`. */
function printTerm(expression: Expression, inside: 'or' | 'and' | 'not'): string {
  const text = printNormal(expression)
  const loose = expression.kind === 'or' ? inside !== 'or' : expression.kind === 'and' && inside === 'not'
  return loose ? `(${text})` : text
}

function printNormal(expression: Expression): string {
  switch (expression.kind) {
    case 'all':
      return '*'
    case 'word':
      return printWord(expression.text)
    case 'compare':
      return printComparison(expression)
    case 'not':
      return `not ${printTerm(expression.term, 'not')}`
    case 'and':
    case 'or': {
      const { kind } = expression
      return expression.terms.map((term) => printTerm(term, kind)).join(` ${kind} `)
    }
    default:
      return unreachable(expression, 'expression')
  }
}

/** The canonical text of a query, empty for the one that everything matches. Equal texts are equal queries. */
export function print(expression: Expression): string {
  const normal = normalise(expression)
  return normal.kind === 'all' ? '' : printNormal(normal)
}
