/** The offers for completing a scope at the end of its text. */
import type { Completion } from '../../filter/language/complete.ts'
import { typedValue } from '../../filter/language/print.ts'
import { formatCount } from '../../lib/format.ts'
import type { Facet } from '../../state/client/facets.ts'

const MAX_OFFERS = 50

export interface ScopeOffer {
  /** The whole text with the offer at its end: a `datalist` replaces all that was typed. */
  readonly text: string
  /** A description, or a number of records. */
  readonly detail: string
}

/** Values that are held, then those that Goldmane knows, then words of the query language, each once. */
export function scopeOffers(
  text: string,
  completion: Completion,
  held: Facet | undefined,
  hints: readonly string[],
): readonly ScopeOffer[] {
  const { field, from, typed, options } = completion
  const offers = new Map<string, string>()
  const offer = (inserted: string, detail: string): void => {
    if (!offers.has(inserted)) offers.set(inserted, detail)
  }
  if (completion.kind === 'value' && field !== undefined) {
    const wanted = typed.toLowerCase()
    // The answer may still be the one to the text before.
    const values = held?.field === field && held.label === completion.label ? held.values : []
    const all = [
      ...values.map(({ value, records }) => ({
        value: typedValue(field, value),
        detail: `${formatCount(records)} held`,
      })),
      ...hints.map((value) => ({ value: typedValue(field, value), detail: 'in the last hour' })),
    ]
    for (const { value, detail } of all)
      if (value.toLowerCase().includes(wanted) && value !== '""') offer(value, detail)
  }
  for (const option of options) {
    // `seen` depends on the present time, so a scope cannot contain it.
    if (completion.kind === 'field' && option.text === 'seen') continue
    offer(option.text, option.detail ?? '')
  }
  return Array.from(offers, ([inserted, detail]) => ({ text: text.slice(0, from) + inserted, detail }))
    .filter((each) => each.text !== text)
    .slice(0, MAX_OFFERS)
}
