/** The values that the panel "Add a filter" lists, each in the place that it has had since the search was answered. */
import { useState } from 'react'

import type { FieldId } from '../../../flows/field.ts'
import { withNewKeys } from '../../../lib/kept-places.ts'
import { type Facet, useFacetOfView } from '../../../state/client/facets.ts'
import { useHints } from '../../../state/goldmane/use-hints.ts'
import { shownValue } from '../../../state/view/filter-actions.ts'

/** Values that are asked for at once; the search finds the others. */
const MAX_LISTED_VALUES = 50

export interface ListedValue {
  readonly value: string
  /** Null for a value that is not held: the filter names it, Goldmane knows it, or its records are gone. */
  readonly records: number | null
}

export interface ListedValues {
  readonly values: readonly ListedValue[]
  /** How many held values are not listed. */
  readonly more: number
  /** Whether the store has answered this search; until then the values are those of the search before that match it. */
  readonly isAnswered: boolean
  /** Whether the first value is known: that of an answer, or of the values of a wider search, of which none is as frequent. */
  readonly isFirstKnown: boolean
}

interface Kept {
  readonly search: string
  /** The newest answer to that search. */
  readonly facet: Facet | undefined
  readonly order: readonly string[]
}

/**
 * The values of a field that contain the search: those held, most frequent first, then those that only the filter (`asked`)
 * or Goldmane names. The order is set by the first answer to a search. What comes later goes to its end, however often it
 * occurs: the click of a reader whose pointer is over a value must reach that value.
 */
export function useListedValues(field: FieldId, search: string, asked: readonly string[]): ListedValues {
  const facet = useFacetOfView(field, search, MAX_LISTED_VALUES)
  const hints = useHints(field)
  const [kept, setKept] = useState<Kept>({ search, facet: undefined, order: [] })
  const matches = (value: string) => contains(value, search) || contains(shownValue({ field, value }), search)

  // Before the first answer nothing is listed: what Goldmane names would stand in the places of the values held.
  const held = (facet ?? kept.facet)?.values ?? []
  let { order } = kept
  if (facet !== undefined) {
    const named = [...asked, ...hints].filter((value) => value !== '' && matches(value))
    order = withNewKeys(kept.search === search ? order : [], [...held.map(({ value }) => value), ...named])
    if (facet !== kept.facet || order !== kept.order) setKept({ search, facet, order })
  }
  const counts = new Map(held.map(({ value, records }) => [value, records]))
  const values = (facet === undefined ? order.filter(matches) : order).map((value) => ({
    value,
    records: counts.get(value) ?? null,
  }))
  const listed = values.filter(({ records }) => records !== null).length
  return {
    values,
    more: facet === undefined ? 0 : facet.distinct - listed,
    isAnswered: facet !== undefined,
    isFirstKnown: facet !== undefined || (values.length > 0 && contains(search, kept.search)),
  }
}

function contains(text: string, search: string): boolean {
  return text.toLowerCase().includes(search.toLowerCase())
}
