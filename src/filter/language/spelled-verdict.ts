/**
 * The verdict with its direction, in the words of the screen: `verdict = denied-leaving` is a spelling of
 * `action = Deny and reporter = source`. Who reported a denial is the end at which it happened.
 */
import type { Comparison, Expression, Operator } from '../tree/expression.ts'
import type { Token } from './tokenize.ts'

/** The values of both fields; null where any reporter is meant. */
const VERDICTS: ReadonlyMap<string, readonly [action: string, reporter: string | null]> = new Map([
  ['denied', ['Deny', null]],
  ['denied-leaving', ['Deny', 'Src']],
  ['denied-entering', ['Deny', 'Dst']],
  ['allowed', ['Allow', null]],
])

/** The values that completion offers besides those of `action`. */
export const VERDICT_VALUES: readonly string[] = [...VERDICTS.keys()]

function is(field: 'action' | 'reporter', text: string): Comparison {
  return { kind: 'compare', field, operator: '=', values: [{ kind: 'text', text, wildcard: false }] }
}

/** The query that a comparison of `verdict` stands for; undefined for other comparisons, and for values of `action`. */
export function compareVerdict(
  name: string,
  operator: Operator,
  tokens: readonly Token[],
): Expression | undefined {
  if (name.toLowerCase() !== 'verdict' || (operator !== '=' && operator !== '!=')) return undefined
  const terms: Expression[] = []
  for (const { text } of tokens) {
    const found = VERDICTS.get(text.toLowerCase().replaceAll(' ', '-'))
    if (found === undefined) return undefined
    const [action, reporter] = found
    terms.push(
      reporter === null
        ? is('action', action)
        : { kind: 'and', terms: [is('action', action), is('reporter', reporter)] },
    )
  }
  const either: Expression = { kind: 'or', terms }
  if (terms.length === 0) return undefined
  return operator === '=' ? either : { kind: 'not', term: either }
}
