/** The facets of the rail, and what the counts of a value say. */
import { exclude, include, labelKeysAsked, only, release, valuesOf } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import type { FieldId } from '../../flows/field.ts'
import { unreachable } from '../../lib/assert.ts'
import { type FieldValue, labelValue } from '../../state/view/filter-actions.ts'
import type { Facet } from '../../state/client/rows.ts'

export interface FacetEntry {
  readonly field: FieldId
  /** Whether a new reader finds it open; only open ones are counted. */
  readonly open: boolean
}

/** From the top of the rail down. */
export const FACETS: readonly FacetEntry[] = [
  { field: 'action', open: true },
  { field: 'src.ns', open: true },
  { field: 'dst.ns', open: true },
  { field: 'decided', open: true },
  { field: 'port', open: true },
  { field: 'reporter', open: true },
  { field: 'tier', open: false },
  { field: 'src.label', open: false },
  { field: 'dst.label', open: false },
]

/** A facet's value as the filter asks for it: of a label facet each value is a whole label. */
export function fieldValueOf(field: FieldId, value: string): FieldValue {
  return field === 'src.label' || field === 'dst.label' ? labelValue(field, value) : { field, value }
}

/** The values of a facet that the filter includes or excludes; of a label facet as whole labels. */
export function filteredValues(filter: Expression, field: FieldId): readonly string[] {
  const { included, excluded } = valuesOf(filter, field)
  const labels = labelKeysAsked(filter, field).flatMap((key) => {
    const asked = valuesOf(filter, field, key)
    return [...asked.included, ...asked.excluded].map((value) => (value === '' ? key : `${key}=${value}`))
  })
  return [...included, ...excluded, ...labels]
}

export type FilterState = 'included' | 'excluded' | null

export function filterStateOf(filter: Expression, { field, label, value }: FieldValue): FilterState {
  const { included, excluded } = valuesOf(filter, field, label)
  return included.includes(value) ? 'included' : excluded.includes(value) ? 'excluded' : null
}

export type FacetAction = 'include' | 'exclude' | 'only'

/** The filter after a click: a wish that is fulfilled already is taken back. */
export function filterAfter(
  filter: Expression,
  { field, label, value }: FieldValue,
  wish: FacetAction,
): Expression {
  const mark = filterStateOf(filter, { field, ...(label === undefined ? {} : { label }), value })
  switch (wish) {
    case 'include':
      return (mark === 'included' ? release : include)(filter, field, value, label)
    case 'exclude':
      return (mark === 'excluded' ? release : exclude)(filter, field, value, label)
    case 'only':
      return only(filter, field, value, label)
    default:
      return unreachable(wish, 'wish')
  }
}

export interface Shares {
  /** Of the denied records, and of the rest, the part that has the value: 0 to 1. */
  readonly denied: number
  readonly rest: number
  /** How many times as common among the denied; null when it does not stand out. */
  readonly overrepresented: number | null
}

/** How many times as common among the denied a value must be to stand out. */
const MIN_TIMES_AS_COMMON = 2
/** The least part of the denied that is worth a mark. */
const MIN_SHARE_OF_DENIED = 0.05

/** Null where there is nothing to compare: nothing denied, or nothing else. */
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
    overrepresented: shares.denied >= MIN_SHARE_OF_DENIED && times >= MIN_TIMES_AS_COMMON ? times : null,
  }
}
