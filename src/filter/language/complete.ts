/**
 * Completion for the query bar: what the grammar allows at the cursor. Values of open fields (names, namespaces, labels)
 * are only known from the flows, so the query bar fetches them and shows them besides the options given here.
 */
import { unreachable } from '../../lib/assert.ts'
import { type Field, type FieldId, FIELDS } from '../../flows/field.ts'
import { printText } from './print.ts'
import { EXPECTED, quantityOf } from './quantity.ts'
import { type NamedField, namedField } from './field-names.ts'
import { type Token, tokenize } from './tokenize.ts'
import { operatorsOf } from './read-value.ts'
import { VERDICT_VALUES } from './spelled-verdict.ts'

/** `label` is the key of a label, which is only known from the flows. */
export type CompletionKind = 'field' | 'label' | 'operator' | 'value' | 'keyword'

export interface CompletionOption {
  /** The replacement of [from, to), in quotes where it needs them. */
  readonly text: string
  /** An explanation in words; absent where the text says enough. */
  readonly detail?: string
}

export interface Completion {
  readonly kind: CompletionKind
  /** The characters [from, to) that an option replaces. */
  readonly from: number
  readonly to: number
  /** The text between `from` and the cursor, without quotes and escapes. */
  readonly typed: string
  /** The field that a value, a label's key or an operator is for. */
  readonly field?: FieldId
  readonly label?: string
  /** The options that match what was typed. Empty for values that only the flows know. */
  readonly options: readonly CompletionOption[]
}

/** The state of a small automaton over the tokens before the cursor: what the grammar expects next. */
type Expectation =
  | { readonly expects: 'condition' }
  /** After a word that may be a field. After a further `not`, only `in` can follow. */
  | { readonly expects: 'operator'; readonly name: string; readonly negated: boolean }
  | { readonly expects: 'value'; readonly name: string; readonly listed: boolean }
  | { readonly expects: 'comma'; readonly name: string }
  | { readonly expects: 'connective' }

const CONDITION: Expectation = { expects: 'condition' }
const CONNECTIVE: Expectation = { expects: 'connective' }

function afterText(place: Expectation, text: string): Expectation {
  if (place.expects === 'value') return place.listed ? { ...place, expects: 'comma' } : CONNECTIVE
  return place.expects === 'comma' ? place : { expects: 'operator', name: text, negated: false }
}

function advance(place: Expectation, token: Token): Expectation {
  const name = 'name' in place ? place.name : ''
  switch (token.kind) {
    case 'bare':
    case 'quoted':
      return afterText(place, token.text)
    case 'operator':
    case 'in':
    case 'is':
      return { expects: 'value', name, listed: false }
    case 'not':
      if (place.expects === 'value') return place
      return place.expects === 'operator' ? { ...place, negated: true } : CONDITION
    case '(':
      return place.expects === 'value' ? { ...place, listed: true } : CONDITION
    case ',':
      return place.expects === 'comma' ? { expects: 'value', name, listed: true } : CONDITION
    case ')':
      return CONNECTIVE
    case 'and':
    case 'or':
      return CONDITION
    default:
      return unreachable(token.kind, 'token')
  }
}

/** The token at the end of `head` that is still being typed, if any. A closed quote is not. */
function tokenBeingTyped(tokens: readonly Token[], head: string): Token | undefined {
  const last = tokens.at(-1)
  if (last === undefined || last.to !== head.length) return undefined
  const inText = last.kind === 'bare' || (last.kind === 'quoted' && !last.closed)
  return inText || /^\w+$/.test(head.slice(last.from)) ? last : undefined
}

function matching(options: readonly CompletionOption[], typed: string): readonly CompletionOption[] {
  const wanted = typed.toLowerCase()
  return options.filter(({ text, detail = '' }) => `${text} ${detail}`.toLowerCase().includes(wanted))
}

/** The fields that match, ranked: those whose id starts with the text, whose alias does, and that contain it anywhere. */
function fieldOptions(typed: string): readonly CompletionOption[] {
  const wanted = typed.toLowerCase()
  const rank = ({ id, aliases, title }: Field): number => {
    if (id.startsWith(wanted)) return 0
    if (aliases.some((alias) => alias.startsWith(wanted))) return 1
    return [id, title, ...aliases].some((name) => name.toLowerCase().includes(wanted)) ? 2 : 3
  }
  return FIELDS.map((field) => ({ field, order: rank(field) }))
    .filter(({ order }) => order < 3)
    .toSorted((a, b) => a.order - b.order)
    .map(({ field }) => ({ text: field.type === 'label' ? `${field.id}.` : field.id, detail: field.title }))
}

const OPERATOR_DETAILS: Readonly<Record<string, string>> = {
  '=': 'is',
  '!=': 'is not',
  '~': 'contains',
  '!~': 'does not contain',
  '<': 'less than',
  '<=': 'at most',
  '>': 'more than',
  '>=': 'at least',
}

function operatorOptions(field: Field): readonly CompletionOption[] {
  const signs = operatorsOf(field).map((text) => ({ text, detail: OPERATOR_DETAILS[text] ?? text }))
  return [...signs, { text: 'in (', detail: 'is one of' }, { text: 'not in (', detail: 'is none of' }]
}

/** `name` is the field as it was typed. */
function valueOptions({ field }: NamedField, name: string): readonly CompletionOption[] {
  const kind = quantityOf(field)
  if (kind === 'bytes') return ['1KB', '1MB', '1GB'].map((text) => ({ text, detail: EXPECTED.bytes }))
  if (kind === 'seconds') return ['1m', '5m', '15m', '1h'].map((text) => ({ text, detail: EXPECTED.seconds }))
  if (field.type === 'label') return [{ text: '*', detail: 'any value: the label is there' }]
  if (field.type !== 'text' || field.words === undefined) return []
  const words = field.words.map((word) => ({ text: printText(field.shown?.(word) ?? word) }))
  if (name.toLowerCase() === 'verdict') return [...VERDICT_VALUES.map((text) => ({ text })), ...words]
  return field.id === 'pending' ? [...words, { text: 'enforced', detail: 'as the enforced verdict' }] : words
}

const CONNECTIVES: readonly CompletionOption[] = [
  { text: 'and', detail: 'both' },
  { text: 'or', detail: 'either' },
]
const NOT: CompletionOption = { text: 'not', detail: 'the opposite' }

/** The completion at the cursor, an offset from 0 to the length of the text. */
export function complete(text: string, cursor: number): Completion {
  const head = text.slice(0, cursor)
  const tokens = tokenize(head)
  const current = tokenBeingTyped(tokens, head)
  const place = (current === undefined ? tokens : tokens.slice(0, -1)).reduce(advance, CONDITION)
  const from = current?.from ?? head.length
  // The whole word around the cursor is replaced, unless its quote is open and takes in the rest of the query.
  const whole = tokenize(text).find((token) => token.from === from && token.closed)
  const to = current === undefined ? from : Math.max(whole?.to ?? 0, head.length)
  const typed = current?.text ?? ''
  const span = { from, to, typed }

  const named = 'name' in place ? namedField(place.name) : undefined
  const about =
    named === undefined
      ? {}
      : { field: named.field.id, ...(named.label === undefined ? {} : { label: named.label }) }
  switch (place.expects) {
    case 'value':
      return {
        ...span,
        ...about,
        kind: 'value',
        options: named === undefined ? [] : matching(valueOptions(named, place.name), typed),
      }
    case 'comma':
      return { ...span, kind: 'keyword', options: [{ text: ',' }, { text: ')' }] }
    case 'operator': {
      if (named === undefined || place.negated) return conditionCompletion(span, !place.negated)
      const options = [...operatorOptions(named.field), ...CONNECTIVES]
      return { ...span, ...about, kind: 'operator', options: matching(options, typed) }
    }
    case 'connective':
      return conditionCompletion(span, true)
    case 'condition':
      return conditionCompletion(span, false)
    default:
      return unreachable(place, 'place')
  }
}

type Span = Pick<Completion, 'from' | 'to' | 'typed'>

/** The options for a condition, and for `and` or `or` after one. Before anything is typed only these are offered there. */
function conditionCompletion(span: Span, connected: boolean): Completion {
  const { from, typed } = span
  const keywords = connected ? CONNECTIVES : [NOT]
  if (typed === '' && connected) return { ...span, kind: 'keyword', options: [...keywords, NOT] }
  const named = namedField(typed)
  if (named?.label !== undefined) {
    const key = typed.length - named.label.length
    return {
      ...span,
      from: from + key,
      typed: named.label,
      kind: 'label',
      field: named.field.id,
      options: [],
    }
  }
  return { ...span, kind: 'field', options: [...fieldOptions(typed), ...matching(keywords, typed)] }
}
