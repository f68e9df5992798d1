/** Ranges of ports, such as Calico's `80:90`, which the query language says with two conditions. */
import type { Operator } from '../tree/expression.ts'
import type { NamedField } from './field-names.ts'
import type { Refused } from './read-value.ts'
import type { TokenReader } from './token-reader.ts'
import type { Token } from './tokenize.ts'

/** The error for a range of ports, such as `80-90` or Calico's `80:90`, whose rest is consumed; undefined for others. */
export function takePortRange(
  reader: TokenReader,
  name: Token,
  { field }: NamedField,
  operator: Operator,
  [token, ...more]: readonly Token[],
): Refused | undefined {
  if (field.id !== 'port' || token === undefined || more.length > 0) return undefined
  if (operator !== '=' && operator !== '!=') return undefined
  let [, from, to] = /^(\d+)(?:-|\.\.)(\d+)$/.exec(token.text) ?? []
  const [colon, end] = [reader.peek(), reader.peek(1)]
  if (colon?.from === token.to && reader.text[colon.from] === ':' && end?.from === colon.to) {
    from = token.text
    to = end.text
    reader.take('error')
    reader.take('error')
  }
  if (from === undefined || to === undefined) return undefined
  const written = reader.text.slice(name.from, name.to)
  return {
    message: 'A range of ports has two conditions.',
    suggestion:
      operator === '='
        ? `(${written} >= ${from} and ${written} <= ${to})`
        : `(${written} < ${from} or ${written} > ${to})`,
  }
}
