/** Evaluates selectors on labels, known whole or in part (libcalico-go/lib/selector/parser/ast.go). */
import { unreachable } from '../../lib/assert.ts'
import type { Comparison, Junction, Membership, Selector } from './selector.ts'

/** Whether labels match a selector. `!=` and `not in` hold where the label is absent; all other conditions need it. */
export function matchSelector(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return matchPartly(selector, (label) => (Object.hasOwn(labels, label) ? labels[label] : null)) === true
}

/** The value of a label; null for one that is certainly absent, undefined for one that may be there with any value. */
export type PartialLabels = (label: string) => string | null | undefined

/**
 * Whether labels of which some are unknown match a selector, in Kleene's logic: undefined where that depends on what is
 * unknown. It is undefined also where two unknown parts would cancel each other out, as in `has(a) || !has(a)`.
 */
export function matchPartly(selector: Selector, labels: PartialLabels): boolean | undefined {
  switch (selector.is) {
    case 'all':
    case 'global':
      return true
    case 'has': {
      const value = labels(selector.label)
      return value === undefined ? undefined : value !== null
    }
    case 'compare':
    case 'set':
      return matchCondition(selector, labels(selector.label))
    case 'not': {
      const matches = matchPartly(selector.operand, labels)
      return matches === undefined ? undefined : !matches
    }
    case 'and':
    case 'or':
      return matchJunction(selector, labels)
    default:
      return unreachable(selector, 'selector')
  }
}

/** False decides an `and`, and true an `or`, whatever the other operands are. */
function matchJunction({ is, operands }: Junction, labels: PartialLabels): boolean | undefined {
  const decisive = is === 'or'
  let isKnown = true
  for (const operand of operands) {
    const matches = matchPartly(operand, labels)
    if (matches === decisive) return decisive
    if (matches === undefined) isKnown = false
  }
  return isKnown ? !decisive : undefined
}

function matchCondition(
  condition: Comparison | Membership,
  value: string | null | undefined,
): boolean | undefined {
  if (condition.is === 'set' && condition.values.length === 0) return condition.operator === 'not in'
  if (value === undefined) return undefined
  const isNegated = condition.operator === '!=' || condition.operator === 'not in'
  return value === null ? isNegated : holds(condition, value) !== isNegated
}

/** Whether the condition without its negation holds for a label's value. */
function holds(condition: Comparison | Membership, value: string): boolean {
  if (condition.is === 'set') return condition.values.includes(value)
  switch (condition.operator) {
    case '==':
    case '!=':
      return value === condition.value
    case 'contains':
      return value.includes(condition.value)
    case 'starts with':
      return value.startsWith(condition.value)
    case 'ends with':
      return value.endsWith(condition.value)
    default:
      return unreachable(condition, 'condition')
  }
}
