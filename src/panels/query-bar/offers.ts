/** The offers of the completion list: the words of the query language, and values of a field that are held or that Goldmane knows. */
import { unreachable } from '../../lib/assert.ts'
import { formatCount, formatPlural } from '../../lib/format.ts'
import { clausesOf, withAll } from '../../filter/tree/clauses.ts'
import type { Completion } from '../../filter/language/complete.ts'
import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { analyse } from '../../filter/language/parse-query.ts'
import { printField, typedValue } from '../../filter/language/print.ts'
import { tokenize } from '../../filter/language/tokenize.ts'
import type { Facet } from '../../state/client/facets.ts'

export interface Offer {
  /** Shown, and inserted as it is. */
  readonly text: string
  /** A number of records, or a description. */
  readonly detail: string
  /** Inserted after the text: a blank where more must be typed. */
  readonly after: '' | ' '
  /** Whether the list opens again for the next word once this offer is accepted. */
  readonly reopens: boolean
}

const ENDS_THE_CONDITION = { after: '', reopens: false } as const

function textAndDetail({ text, detail = '' }: Completion['options'][number]): Pick<Offer, 'text' | 'detail'> {
  return { text, detail }
}

/** Fields, operators, keywords and the values of closed lists: all that needs no question to the store. */
export function languageOffers({ kind, options }: Completion): readonly Offer[] {
  switch (kind) {
    case 'field':
    case 'operator':
    case 'keyword':
      return options.map((option) => ({
        ...textAndDetail(option),
        // A label key follows the dot of `src.label.` without a blank, and a value the parenthesis of a list.
        after: /[.()]$/.test(option.text) ? '' : ' ',
        reopens: option.text !== ')',
      }))
    case 'value':
    case 'label':
      return options.map((option) => ({ ...textAndDetail(option), ...ENDS_THE_CONDITION }))
    default:
      return unreachable(kind, 'kind of completion')
  }
}

/** Stable sort: offers that begin with the typed text before those that only contain it. */
function prefixMatchesFirst<T extends Pick<Offer, 'text'>>(
  offers: readonly T[],
  typed: string,
): readonly T[] {
  const begins = ({ text }: T): boolean => text.toLowerCase().startsWith(typed.toLowerCase())
  return [...offers.filter(begins), ...offers.filter((offer) => !begins(offer))]
}

/** The values in `facet`, which was counted under the rest of the query, most frequent first; then the other values of a closed list. */
export function valueOffers(completion: Completion, facet: Facet): readonly Offer[] {
  const held = facet.values.map(({ value, records }) => ({
    text: typedValue(facet.field, value),
    detail: formatCount(records),
    ...ENDS_THE_CONDITION,
  }))
  const texts = new Set(held.map(({ text }) => text))
  const others = languageOffers(completion).filter(({ text }) => !texts.has(text))
  return [...prefixMatchesFirst(held, completion.typed), ...others]
}

/** The values that the rest of the query excludes, with the count 0, and those that Goldmane knows and the store does not hold. */
export function remoteOffers(
  completion: Completion,
  under: Facet,
  everywhere: Facet,
  hints: readonly string[],
): readonly Offer[] {
  const offer = (detail: string) => (value: string) => ({
    text: typedValue(under.field, value),
    detail,
    ...ENDS_THE_CONDITION,
  })
  const offered = new Set(valueOffers(completion, under).map(({ text }) => text))
  const held = new Set(everywhere.values.map(({ value }) => value))
  const wanted = completion.typed.toLowerCase()
  // A facet that was cut off at its limit cannot tell which values are not held.
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

/** The keys of the labels `key=value` in `facet`, those that begin with the typed text first. */
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
      reopens: true,
    }))
  return prefixMatchesFirst(offers, typed)
}

/**
 * The filter under which the values at the cursor are counted: the other clauses of the query, or everything when it
 * has an `or`, because its clauses do not all narrow the result then. A clause that is not complete yet is left out.
 */
export function filterAround(text: string, { from, to, kind }: Completion): Expression {
  if (tokenize(text).some((token) => token.kind === 'or')) return ALL
  const typed = text.slice(from, to)
  const counts = (clause: Expression): boolean =>
    clause.kind === 'compare' || (clause.kind === 'word' && kind === 'value' && clause.text !== typed)
  return withAll(clausesOf(analyse(text).expression).filter(counts))
}
