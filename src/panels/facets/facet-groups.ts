/** The list of facets, how the filter changes with a click on a value, and which values are overrepresented among denials. */
import { exclude, include, labelKeysAsked, only, release, valuesOf } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import type { FieldId } from '../../flows/field.ts'
import { unreachable } from '../../lib/assert.ts'
import { type FieldValue, labelValue } from '../../state/view/filter-actions.ts'
import type { Facet } from '../../state/client/facets.ts'

export interface FacetEntry {
  readonly field: FieldId
  /** Whether it is expanded at first. The store counts only the facets that are expanded. */
  readonly open: boolean
}

/** In the order of the rail, from the top. */
export const FACETS: readonly FacetEntry[] = [
  { field: 'action', open: true },
  { field: 'src.ns', open: true },
  { field: 'dst.ns', open: true },
  { field: 'decided', open: true },
  { field: 'port', open: true },
  { field: 'tier', open: false },
  { field: 'src.label', open: false },
  { field: 'dst.label', open: false },
]

/** The field and the value that a filter needs for a facet's value: a label facet's values are whole labels `key=value`. */
export function fieldValueOf(field: FieldId, value: string): FieldValue {
  return field === 'src.label' || field === 'dst.label' ? labelValue(field, value) : { field, value }
}

/** The values of a facet that the filter includes or excludes; those of a label facet as whole labels. */
export function filteredValues(filter: Expression, field: FieldId): readonly string[] {
  const { included, excluded } = valuesOf(filter, field)
  const labels = labelKeysAsked(filter, field).flatMap((key) => {
    const asked = valuesOf(filter, field, key)
    return [...asked.included, ...asked.excluded].map((value) => (value === '' ? key : `${key}=${value}`))
  })
  return [...included, ...excluded, ...labels]
}

/** Whether the filter includes or excludes a value; null for neither. */
export type FilterState = 'included' | 'excluded' | null

export function filterStateOf(filter: Expression, { field, label, value }: FieldValue): FilterState {
  const { included, excluded } = valuesOf(filter, field, label)
  return included.includes(value) ? 'included' : excluded.includes(value) ? 'excluded' : null
}

export type FacetAction = 'include' | 'exclude' | 'only'

/** The filter after an action on a value: an action that the filter already has is undone. */
export function filterAfter(
  filter: Expression,
  { field, label, value }: FieldValue,
  action: FacetAction,
): Expression {
  const state = filterStateOf(filter, { field, ...(label === undefined ? {} : { label }), value })
  switch (action) {
    case 'include':
      return (state === 'included' ? release : include)(filter, field, value, label)
    case 'exclude':
      return (state === 'excluded' ? release : exclude)(filter, field, value, label)
    case 'only':
      return only(filter, field, value, label)
    default:
      return unreachable(action, 'action')
  }
}

interface Shares {
  /** The shares of the denied and of the other records that have the value: 0 to 1. */
  readonly denied: number
  readonly rest: number
  /** How many times as common the value is among the denied; null when it is not overrepresented. */
  readonly overrepresented: number | null
}

/** How many times as common among the denied as among the others an overrepresented value is at least. */
const MIN_TIMES_AS_COMMON = 2
/** The share of the denied records below which a value is never called overrepresented. */
const MIN_SHARE_OF_DENIED = 0.05
/** With fewer records nothing is said: a few are noise. */
const MIN_RECORDS = 20

/** The shares of a value; null when no record is denied or all are, because there is nothing to compare then. */
export function sharesOf(
  value: Facet['values'][number],
  all: Pick<Facet, 'records' | 'denied'>,
): Shares | null {
  const rest = all.records - all.denied
  if (all.denied === 0 || rest === 0) return null
  const shares = { denied: value.denied / all.denied, rest: (value.records - value.denied) / rest }
  const times = shares.rest === 0 ? Number.POSITIVE_INFINITY : shares.denied / shares.rest
  return {
    ...shares,
    overrepresented:
      value.records >= MIN_RECORDS && shares.denied >= MIN_SHARE_OF_DENIED && times >= MIN_TIMES_AS_COMMON
        ? times
        : null,
  }
}

/** Whether a value is more often denied than others, in words; empty where it is not. */
export function noteOf(value: Facet['values'][number], all: Pick<Facet, 'records' | 'denied'>): string {
  const shares = sharesOf(value, value.of ?? all)
  if (shares === null || shares.overrepresented === null) return ''
  return `more often denied: ${percent(shares.denied)} of the denied records, ${percent(shares.rest)} of the others`
}

function percent(part: number): string {
  return `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`
}
