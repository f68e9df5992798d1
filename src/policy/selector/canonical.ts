/** Prints selectors in the form in which Calico compares them (`String()` in libcalico-go/lib/selector/parser/ast.go). */
import { unreachable } from '../../lib/assert.ts'
import type { Selector } from './selector.ts'

/**
 * The canonical text of a selector: single blanks, double quotes unless the value has one, values of sets sorted by their
 * code points and once each, brackets around each `&&` and `||`.
 */
export function printSelector(selector: Selector): string {
  switch (selector.is) {
    case 'all':
    case 'global':
      return `${selector.is}()`
    case 'has':
      return `has(${selector.label})`
    case 'compare':
      return `${selector.label} ${selector.operator} ${quoted(selector.value)}`
    case 'set': {
      const values = [...new Set(selector.values)].toSorted(compareCodePoints).map(quoted)
      return `${selector.label} ${selector.operator} {${values.join(', ')}}`
    }
    case 'not':
      return `!${printSelector(selector.operand)}`
    case 'and':
    case 'or':
      return `(${selector.operands.map(printSelector).join(selector.is === 'and' ? ' && ' : ' || ')})`
    default:
      return unreachable(selector, 'selector')
  }
}

/** A value has one kind of quotes at most, because the language has no escapes. */
function quoted(value: string): string {
  const quote = value.includes('"') ? "'" : '"'
  return `${quote}${value}${quote}`
}

/** The order of code points, which is that of UTF-8's bytes. */
function compareCodePoints(a: string, b: string): number {
  const [left, right] = [codePointsOf(a), codePointsOf(b)]
  for (const [i, codePoint] of left.entries()) {
    const difference = codePoint - (right[i] ?? -1)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function codePointsOf(text: string): readonly number[] {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0)
}
