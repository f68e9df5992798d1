/** What the completion list offers: what the language knows, and what the flows and Goldmane know of a field's values. */
import { unreachable } from '../../lib/assert.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { clausesOf, withAll } from '../../filter/tree/clauses.ts'
import type { Completion } from '../../filter/language/complete.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { analyse } from '../../filter/language/parse.ts'
import { printField, typedValue } from '../../filter/language/print.ts'
import { tokenize } from '../../filter/language/tokenize.ts'
import type { Facet } from '../../state/client/rows.ts'

export interface Offer {
  /** Shown, and inserted as it is. */
  readonly text: string
  /** A count, or in words what it is. */
  readonly detail: string
  /** Inserted after it; a blank when something must follow. */
  readonly after: '' | ' '
  /** Whether the list opens again at once for what follows. */
  readonly goesOn: boolean
}

const DONE = { after: '', goesOn: false } as const

function details({ text, detail = '' }: Completion['options'][number]): Pick<Offer, 'text' | 'detail'> {
  return { text, detail }
}

/** What is known without asking anybody. */
export function languageOffers({ kind, options }: Completion): readonly Offer[] {
  switch (kind) {
    case 'field':
    case 'operator':
    case 'keyword':
      return options.map((option) => ({
        ...details(option),
        // Something stands directly after the dot of `src.label.` and the parenthesis of a list.
        after: /[.()]$/.test(option.text) ? '' : ' ',
        goesOn: option.text !== ')',
      }))
    case 'value':
    case 'label':
      return options.map((option) => ({ ...details(option), ...DONE }))
    default:
      return unreachable(kind, 'kind of completion')
  }
}

/** Those that begin as typed before those that hold it somewhere; otherwise in their order. */
function bestFirst<T extends Pick<Offer, 'text'>>(offers: readonly T[], typed: string): readonly T[] {
  const begins = ({ text }: T): boolean => text.toLowerCase().startsWith(typed.toLowerCase())
  return [...offers.filter(begins), ...offers.filter((offer) => !begins(offer))]
}

/** The values found under the rest of the query, most frequent first, then those that only the language knows. */
export function valueOffers(completion: Completion, facet: Facet): readonly Offer[] {
  const held = facet.values.map(({ value, records }) => ({
    text: typedValue(facet.field, value),
    detail: formatCount(records),
    ...DONE,
  }))
  const texts = new Set(held.map(({ text }) => text))
  const others = languageOffers(completion).filter(({ text }) => !texts.has(text))
  return [...bestFirst(held, completion.typed), ...others]
}

/** The values that the rest of the query leaves out, and those that only Goldmane's hour has. */
export function furtherOffers(
  completion: Completion,
  under: Facet,
  everywhere: Facet,
  hints: readonly string[],
): readonly Offer[] {
  const offer = (detail: string) => (value: string) => ({
    text: typedValue(under.field, value),
    detail,
    ...DONE,
  })
  const offered = new Set(valueOffers(completion, under).map(({ text }) => text))
  const held = new Set(everywhere.values.map(({ value }) => value))
  const wanted = completion.typed.toLowerCase()
  // Of a field with more values than were asked for, nobody can say here what is not held.
  const complete = everywhere.distinct === everywhere.values.length
  const elsewhere = complete
    ? hints.filter(
        (value) =>
          value !== '' && !held.has(value) && typedValue(under.field, value).toLowerCase().includes(wanted),
      )
    : []
  return [...[...held].map(offer('0')), ...elsewhere.map(offer('in the last hour, not held'))].filter(
    ({ text }) => !offered.has(text),
  )
}

/** The keys of a label field's values `key=value`, those that begin as typed first. */
export function labelOffers({ typed }: Completion, facet: Facet): readonly Offer[] {
  const values = new Map<string, number>()
  for (const { value } of facet.values) {
    const [key = ''] = value.split('=', 1)
    values.set(key, (values.get(key) ?? 0) + 1)
  }
  const wanted = typed.toLowerCase()
  const offers = [...values]
    .filter(([key]) => key.toLowerCase().includes(wanted))
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([key, count]) => ({
      text: printField({ field: facet.field, label: key }).slice(`${facet.field}.`.length),
      detail: formatPlural(count, 'value'),
      after: ' ' as const,
      goesOn: true,
    }))
  return bestFirst(offers, typed)
}

/**
 * The filter under which the values at the cursor are counted: the clauses around it. With an `or` somewhere, what is
 * around does not simply narrow, and values count over everything; half a condition narrows nothing.
 */
export function surroundings(text: string, { from, to, kind }: Completion): Expression {
  if (tokenize(text).some((token) => token.kind === 'or')) return ALL
  const typed = text.slice(from, to)
  const counts = (clause: Expression): boolean =>
    clause.kind === 'compare' || (clause.kind === 'word' && kind === 'value' && clause.text !== typed)
  return withAll(clausesOf(analyse(text).expression).filter(counts))
}
