/**
 * The meaning of a query. {@link matcher} tests one flow at a time; the store compiles {@link textTest} and
 * {@link numberTest} into lookup tables over its dictionaries, so that both have the same meaning.
 *
 * - Several values of one field are alternatives. A positive comparison holds when some value of the flow passes for
 *   some of them; a negated one holds exactly when the positive one does not. So `!=` holds where there is nothing to
 *   compare with: a label that is not there (labels in flows are an intersection, absent means unknown) and a counter
 *   that the format does not record. All other comparisons are false there.
 * - `=` respects letter case, after the field's own `stored` spelling (deny is Deny, Global is `-`). `~` ignores it.
 * - A wildcard is matched against the stored spelling and the shown one (`PUBLIC*` finds pub). It respects letter case
 *   as `=` does, except in closed lists and shown spellings, which have no letter case of their own.
 */
import { unreachable } from '../../lib/assert.ts'
import {
  type FieldId,
  fieldOf,
  type LabelFieldId,
  type TextField,
  type TextFieldId,
} from '../../flows/field.ts'
import type { Flow } from '../../flows/flow.ts'
import type { Comparison, Expression, Operator, Value, Word } from './expression.ts'
import { glob } from './glob.ts'

type Test<T> = (value: T) => boolean

/** Whether an operator holds exactly when none of the values passes. */
export function isNegated(operator: Operator): boolean {
  return operator === '!=' || operator === '!~'
}

/** The value as text, for a field of texts. */
export function asText(value: Value): string {
  return value.kind === 'text' ? value.text : String(value.number)
}

/** Whether a `*` of the value stands for any text. */
export function isPattern(value: Value): boolean {
  return value.kind === 'text' && value.wildcard && value.text.includes('*')
}

/** How the values of a field are spelled; empty for a field that stores and shows them as they are typed. */
export function spellings(field: FieldId): Partial<Pick<TextField, 'stored' | 'shown' | 'words'>> {
  const found = fieldOf(field)
  return found.type === 'text' ? found : {}
}

/** The test of a stored text that passes when its stored or its shown spelling does, in lower case. */
function anySpelling(test: Test<string>, shown: TextField['shown']): Test<string> {
  return shown === undefined
    ? (stored) => test(stored.toLowerCase())
    : (stored) => test(stored.toLowerCase()) || test(shown(stored).toLowerCase())
}

function equals(field: FieldId, value: Value): Test<string> {
  const { stored: toStored, shown, words } = spellings(field)
  if (!isPattern(value)) {
    const wanted = toStored?.(asText(value)) ?? asText(value)
    return (stored) => stored === wanted
  }
  const folded = glob(asText(value).toLowerCase())
  if (words !== undefined) return anySpelling(folded, shown)
  // Protocols are stored in lower case, so the pattern goes through `stored` too: `T*` finds tcp.
  const exact = glob(toStored?.(asText(value)) ?? asText(value))
  return shown === undefined
    ? exact
    : (stored) => exact(stored) || (shown(stored) !== stored && folded(shown(stored).toLowerCase()))
}

function contains(field: FieldId, value: Value): Test<string> {
  const { stored: toStored, shown } = spellings(field)
  const wanted = asText(value).toLowerCase()
  const inside = anySpelling(isPattern(value) ? glob(`*${wanted}*`) : (text) => text.includes(wanted), shown)
  // A complete spelling other than the stored one also finds the value that it stands for: `ns ~ global`, `type ~ pod`.
  const whole = toStored?.(asText(value)) ?? asText(value)
  return whole === asText(value) ? inside : (stored) => stored === whole || inside(stored)
}

/**
 * The positive test of a text field's stored value, or of a label's value (`k=v` as a whole when the comparison names
 * no key): whether any of the comparison's values passes. For a negated operator the caller negates the outcome.
 */
export function textTest({ field, operator, values }: Comparison): Test<string> {
  const tests = values.map((value): Test<string> => {
    switch (operator) {
      case '=':
      case '!=':
        return equals(field, value)
      case '~':
      case '!~':
        return contains(field, value)
      case '<':
      case '<=':
      case '>':
      case '>=':
        return () => false // texts have no order here; the parser refuses it
      default:
        return unreachable(operator, 'operator')
    }
  })
  const [only] = tests
  return tests.length === 1 && only !== undefined ? only : (stored) => tests.some((test) => test(stored))
}

/** The positive test of a number: a port, a rule as people count, a sum, or an age in seconds. */
export function numberTest({ operator, values }: Comparison): Test<number> {
  const wanted = values.flatMap((value) => (value.kind === 'number' ? [value.number] : []))
  switch (operator) {
    case '=':
    case '!=':
      return (n) => wanted.includes(n)
    case '<':
      return (n) => wanted.some((limit) => n < limit)
    case '<=':
      return (n) => wanted.some((limit) => n <= limit)
    case '>':
      return (n) => wanted.some((limit) => n > limit)
    case '>=':
      return (n) => wanted.some((limit) => n >= limit)
    case '~':
    case '!~':
      return () => false // numbers contain nothing; the parser refuses it
    default:
      return unreachable(operator, 'operator')
  }
}

/** The fields that a bare word is looked for in. A flow matches when any of their values passes; labels as `key=value`. */
export const WORD_FIELDS: readonly (TextFieldId | LabelFieldId)[] = [
  'name',
  'ns',
  'service',
  'svc.ns',
  'policy',
  'label',
]

/** The test of a bare word against one stored value of one of {@link WORD_FIELDS}. */
export function wordTest({ text }: Word, field: TextFieldId | LabelFieldId): Test<string> {
  const wanted = text.toLowerCase()
  return anySpelling((value) => value.includes(wanted), spellings(field).shown)
}

/** The value of a label `key=value` with the given key, empty for a label without `=`; otherwise undefined. */
export function labelValue(label: string, key: string): string | undefined {
  if (label === key) return ''
  return label.startsWith(key) && label[key.length] === '=' ? label.slice(key.length + 1) : undefined
}

/** Seconds since the end of the flow; null where the format has no times. */
function ageOf(flow: Flow, now: number): number | null {
  return flow.endTime === 0 ? null : now - flow.endTime
}

/** The test of a comparison as if its operator were not negated. */
function positiveTest(comparison: Comparison, now: number): Test<Flow> {
  const field = fieldOf(comparison.field)
  switch (field.type) {
    case 'text': {
      const test = textTest(comparison)
      return (flow) => field.values(flow).some(test)
    }
    case 'label': {
      const test = textTest(comparison)
      const { label: wanted } = comparison
      return (flow) =>
        field.labels(flow).some((label) => {
          const value = wanted === undefined ? label : labelValue(label, wanted)
          return value !== undefined && test(value)
        })
    }
    case 'number': {
      const test = numberTest(comparison)
      return (flow) => field.values(flow).some(test)
    }
    case 'measure': {
      const test = numberTest(comparison)
      return (flow) => {
        const sum = field.of(flow)
        return sum !== null && test(sum)
      }
    }
    case 'age': {
      const test = numberTest(comparison)
      return (flow) => {
        const age = ageOf(flow, now)
        return age !== null && test(age)
      }
    }
    default:
      return unreachable(field, 'field')
  }
}

function wordMatcher(word: Word): Test<Flow> {
  const tests = WORD_FIELDS.map((id) => ({ field: fieldOf(id), test: wordTest(word, id) }))
  return (flow) =>
    tests.some(({ field, test }) =>
      (field.type === 'label' ? field.labels(flow) : field.values(flow)).some(test),
    )
}

/** Compiles a query to a test of flows. `now` is in Unix seconds, for `seen`. */
export function matcher(expression: Expression, now: number): Test<Flow> {
  switch (expression.kind) {
    case 'all':
      return () => true
    case 'and': {
      const terms = expression.terms.map((term) => matcher(term, now))
      return (flow) => terms.every((term) => term(flow))
    }
    case 'or': {
      const terms = expression.terms.map((term) => matcher(term, now))
      return (flow) => terms.some((term) => term(flow))
    }
    case 'not': {
      const term = matcher(expression.term, now)
      return (flow) => !term(flow)
    }
    case 'compare': {
      const holds = positiveTest(expression, now)
      return isNegated(expression.operator) ? (flow) => !holds(flow) : holds
    }
    case 'word':
      return wordMatcher(expression)
    default:
      return unreachable(expression, 'expression')
  }
}
