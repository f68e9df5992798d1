/** A query evaluated for one key: what is left of it is about counters and age alone. */
import { isMeasured } from '../../../src/filter/tree/asks-for.ts'
import { matcher } from '../../../src/filter/tree/evaluate.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import { UNRECORDED } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { unreachable } from '../../../src/lib/assert.ts'

/** Whether all records of the key match, or none; otherwise those that match the expression. */
export type PartialOutcome = boolean | Expression
export type PartialTest = (subject: LabelledKey) => PartialOutcome

/** Compiles a query to its partial evaluation. */
export function partialTest(expression: Expression): PartialTest {
  if (!isMeasured(expression)) {
    const matches = matcher(expression, 0)
    return (subject) => matches({ ...subject, ...UNRECORDED, startTime: 0, endTime: 0 })
  }
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const terms = expression.terms.map(partialTest)
      const { kind } = expression
      // The outcome that one term decides for all: false for `and`, true for `or`.
      const deciding = kind === 'or'
      return (subject) => {
        const left: Expression[] = []
        for (const term of terms) {
          const outcome = term(subject)
          if (outcome === deciding) return deciding
          if (typeof outcome !== 'boolean') left.push(outcome)
        }
        const [only] = left
        if (only === undefined) return !deciding
        return left.length === 1 ? only : { kind, terms: left }
      }
    }
    case 'not': {
      const term = partialTest(expression.term)
      return (subject) => {
        const outcome = term(subject)
        return typeof outcome === 'boolean' ? !outcome : { kind: 'not', term: outcome }
      }
    }
    case 'all':
    case 'word':
    case 'compare':
      return () => expression
    default:
      return unreachable(expression, 'expression')
  }
}
