/** Facets over plain objects. */
import type { Expression } from '../../filter/tree/expression.ts'
import { fieldOf } from '../../flows/field.ts'
import type { Flow } from '../../flows/flow.ts'
import type { Facet, FacetCount, FacetRequest, RecordCounts } from '../protocol.ts'
import { filterWithout, labelKeysIn, valueOfLabel } from './reference-filter.ts'
import { compareTexts, valuesOf } from './reference-rows.ts'

/** What a facet counts, with the number of its records. */
export interface FacetSubject {
  readonly subject: Flow
  readonly records: number
}

/** A facet under the filter without the clauses on its own field; `subjects` are those that match a filter. */
export function facetOf(
  facet: FacetRequest,
  filter: Expression,
  subjects: (filter: Expression) => readonly FacetSubject[],
): Facet {
  const { field, label, limit } = facet
  const without = filterWithout(filter, field, label)
  const labelKeys = label === undefined ? [...labelKeysIn(without, field)] : []
  const keyOf = (value: string) => labelKeys.findLast((key) => valueOfLabel(value, key) !== undefined)
  const all = countValues(facet, subjects(without))
  const values = [
    ...all.values.filter(({ value }) => keyOf(value) === undefined),
    ...labelKeys.flatMap((key) => {
      const own = countValues(facet, subjects(filterWithout(without, field, key)))
      return own.values
        .filter(({ value }) => keyOf(value) === key)
        .map((value) => ({ ...value, of: own.totals }))
    }),
  ].sort((a, b) => b.records - a.records || compareTexts(a.value, b.value))
  return {
    field,
    ...(label === undefined ? {} : { label }),
    values: values.slice(0, limit),
    distinct: values.length,
    ...all.totals,
  }
}

/** All values of a facet among some subjects, and what they were counted among. */
function countValues(
  { field, label, search }: FacetRequest,
  subjects: readonly FacetSubject[],
): { readonly values: readonly FacetCount[]; readonly totals: RecordCounts } {
  const registered = fieldOf(field)
  const counts = new Map<string, { records: number; denied: number }>()
  const totals = { records: 0, denied: 0 }
  for (const { subject, records } of subjects) {
    const denied = subject.key.action === 'Deny' ? records : 0
    totals.records += records
    totals.denied += denied
    if (registered.type === 'measure' || registered.type === 'age') continue
    for (const value of valuesOf(subject, registered.id, label)) {
      const shown = registered.type === 'text' ? (registered.shown?.(value) ?? value) : value
      if (![value, shown].some((each) => each.toLowerCase().includes(search.toLowerCase()))) continue
      const count = counts.get(value) ?? { records: 0, denied: 0 }
      counts.set(value, { records: count.records + records, denied: count.denied + denied })
    }
  }
  return { values: Array.from(counts, ([value, count]) => ({ value, ...count })), totals }
}
