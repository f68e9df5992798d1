/** Reads a value of the text for the field and operator before it, and knows which operators a field takes. */
import { unreachable } from '../../lib/assert.ts'
import type { Field, TextField } from '../../flows/field.ts'
import { isUnknown } from '../../flows/flow.ts'
import type { Operator, Value } from '../tree/expression.ts'
import { EXPECTED, parseQuantity, quantityOf } from './quantity.ts'
import { nearest } from './edit-distance.ts'
import { printText } from './print.ts'
import type { Token } from './tokenize.ts'

/** The reason why something in the text is refused. */
export interface Refused {
  readonly message: string
  /** A text to replace the refused one with. */
  readonly suggestion?: string
  /** Set where more characters could make it right. */
  readonly unfinished?: true
}

const ORDERING: ReadonlySet<Operator> = new Set<Operator>(['<', '<=', '>', '>='])
const CONTAINING: ReadonlySet<Operator> = new Set<Operator>(['~', '!~'])

/** The operators that a field takes, in the order in which completion offers them. */
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

/** The error for an operator that the field does not take; undefined when it takes it. */
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

/** Whether flows may have a value that no menu offers: an enum's unspecified or an unknown one. */
function mayOccur(stored: string): boolean {
  return isUnknown(stored) || stored.endsWith('Unspecified')
}

function refuseWord(field: TextField, words: readonly string[], text: string): Refused {
  const shown = words.map((word) => field.shown?.(word) ?? word)
  const near = nearest(text, shown)
  const isBegun = shown.some((word) => word.toLowerCase().startsWith(text.toLowerCase()))
  return {
    message: `${field.id} is one of ${shown.join(', ')}.`,
    ...(near === undefined ? {} : { suggestion: printText(near) }),
    ...(isBegun ? { unfinished: true } : {}),
  }
}

/** The value of a token, or the reason why the field cannot have it. */
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
