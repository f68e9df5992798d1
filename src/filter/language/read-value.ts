/** One value as it stands in the text, read for the field and operator before it. */
import { unreachable } from '../../lib/assert.ts'
import type { Field, TextField } from '../../flows/field.ts'
import { isUnknown } from '../../flows/flow.ts'
import type { Operator, Value } from '../tree/expression.ts'
import { EXPECTED, parseQuantity, quantityOf } from './quantity.ts'
import { nearest } from './suggest.ts'
import { printText } from './print.ts'
import type { Token } from './tokenize.ts'

export interface Refused {
  readonly message: string
  /** What could stand in place of the refused text. */
  readonly suggestion?: string
}

const ORDERING: ReadonlySet<Operator> = new Set<Operator>(['<', '<=', '>', '>='])
const CONTAINING: ReadonlySet<Operator> = new Set<Operator>(['~', '!~'])

/** The operators that a field takes, the most useful first. */
export function operatorsOf(field: Field): readonly Operator[] {
  const kind = quantityOf(field)
  switch (kind) {
    case undefined:
      return ['=', '!=', '~', '!~']
    case 'port':
    case 'rule':
      return ['=', '!=', '<', '<=', '>', '>=']
    case 'count':
    case 'bytes':
    case 'seconds':
      return ['>', '>=', '<', '<=', '=', '!=']
    default:
      return unreachable(kind, 'quantity')
  }
}

/** The reason why an operator has no meaning for a field; undefined when it has one. */
export function refuseOperator(field: Field, operator: Operator): Refused | undefined {
  if (operatorsOf(field).includes(operator)) return undefined
  return CONTAINING.has(operator)
    ? {
        message: `${operator} looks inside texts, and ${field.id} is a number.`,
        suggestion: operator === '~' ? '=' : '!=',
      }
    : { message: `${operator} compares numbers, and ${field.id} is a text.` }
}

/** Whether an operator takes one value only. */
export function takesOne(operator: Operator): boolean {
  return ORDERING.has(operator)
}

/** Flows may hold an enum's zero value or one that we do not know, though no menu offers them. */
function mayOccur(stored: string): boolean {
  return isUnknown(stored) || stored.endsWith('Unspecified')
}

function refuseWord(field: TextField, words: readonly string[], text: string): Refused {
  const shown = words.map((word) => field.shown?.(word) ?? word)
  const near = nearest(text, shown)
  return {
    message: `${field.id} is one of ${shown.join(', ')}.`,
    ...(near === undefined ? {} : { suggestion: printText(near) }),
  }
}

/** The value that a token writes, or why it is none. */
export function readValue(field: Field, operator: Operator, token: Token): Value | Refused {
  const { text, wildcard } = token
  const kind = quantityOf(field)
  if (kind !== undefined) {
    const number = parseQuantity(kind, text)
    return number === undefined ? { message: `Expected ${EXPECTED[kind]}.` } : { kind: 'number', number }
  }
  if (field.type === 'text' && field.words !== undefined && !wildcard && !CONTAINING.has(operator)) {
    const stored = field.stored?.(text) ?? text
    if (!field.words.includes(stored) && !mayOccur(stored)) return refuseWord(field, field.words, text)
  }
  return { kind: 'text', text, wildcard }
}
