/** What can stand at the end of a scope that is being typed. */
import type { Completion } from '../../filter/language/complete.ts'
import { typedValue } from '../../filter/language/print.ts'
import { formatCount } from '../../lib/format.ts'
import type { Facet } from '../../state/client/rows.ts'

/** Offers drawn at once. */
const SHOWN = 50

export interface ScopeOffer {
  /** The whole text with it: the browser puts an offer in the place of all that was typed. */
  readonly text: string
  /** In words what it is. */
  readonly detail: string
}

/** The values held come first, then those of Goldmane's hour, which a scope is about too, then the language's own. */
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
    // An answer to what was typed before may still stand.
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
    // A scope cannot ask for it.
    if (completion.kind === 'field' && option.text === 'seen') continue
    offer(option.text, option.detail ?? '')
  }
  return Array.from(offers, ([inserted, detail]) => ({ text: text.slice(0, from) + inserted, detail }))
    .filter((each) => each.text !== text)
    .slice(0, SHOWN)
}
