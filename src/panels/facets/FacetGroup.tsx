import { useState } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { fieldOf, type FieldId } from '../../flows/field.ts'
import { formatCount } from '../../lib/format.ts'
import { useView } from '../../state/view/navigation.ts'
import type { Facet } from '../../state/client/facets.ts'
import { Icon } from '../../ui/Icon.tsx'
import { filteredValues, filterStateOf, fieldValueOf, filterAfter } from './facet-groups.ts'
import { FacetValue } from './FacetValue.tsx'
import { useFacet } from './use-facet.ts'

/** Values that are listed at first, and after "more"; the search finds the others. */
const MAX_VALUES_COLLAPSED = 5
const MAX_VALUES_EXPANDED = 50

/** A facet: the values of one field, counted under the filter without its clauses on that field. */
export function FacetGroup({
  field,
  open,
  onToggle,
}: {
  field: FieldId
  open: boolean
  onToggle: () => void
}) {
  const { title } = fieldOf(field)
  return (
    <section aria-label={title} className="mb-3">
      <h2>
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="-ml-1 flex w-full items-center gap-1 rounded-sm py-0.5 text-left text-2xs font-medium text-muted hover:text-ink"
        >
          <Icon name="down" className={`size-3 ${open ? '' : '-rotate-90'}`} />
          {title}
        </button>
      </h2>
      {open ? <Values field={field} title={title} /> : null}
    </section>
  )
}

function Values({ field, title }: { field: FieldId; title: string }) {
  const [{ filter }, navigate] = useView()
  const [all, setAll] = useState(false)
  const [search, setSearch] = useState('')
  const facet = useFacet(field, search, all ? MAX_VALUES_EXPANDED : MAX_VALUES_COLLAPSED)
  if (facet === undefined) return <p className="h-7 text-xs text-faint">…</p>

  const most = facet.values.reduce((max, { records }) => Math.max(max, records), 1)
  return (
    <>
      {all ? (
        <input
          type="search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          aria-label={`Search ${title.toLowerCase()}`}
          placeholder="Search values"
          className="my-1 h-7 w-full rounded-[7px] border border-edge bg-surface px-2 text-xs placeholder:text-faint"
        />
      ) : null}
      <ul className={all ? 'max-h-72 overflow-y-auto' : ''}>
        {withFilteredValues(facet, filter, search).map((value) => {
          const filtered = fieldValueOf(field, value.value)
          return (
            <FacetValue
              key={value.value}
              field={filtered}
              text={value.value}
              counts={value}
              all={facet}
              most={most}
              state={filterStateOf(filter, filtered)}
              onAction={(action) => navigate({ filter: filterAfter(filter, filtered, action) })}
            />
          )
        })}
      </ul>
      {facet.distinct === 0 ? (
        <p className="pl-3 text-xs text-faint">
          {search === '' ? 'none in view' : 'No value contains that.'}
        </p>
      ) : null}
      {all || facet.distinct > MAX_VALUES_COLLAPSED ? (
        <button
          type="button"
          aria-expanded={all}
          onClick={() => {
            setAll(!all)
            setSearch('')
          }}
          className="mt-0.5 rounded-sm text-2xs text-accent hover:underline"
        >
          {all ? 'Show few' : `${formatCount(facet.distinct - MAX_VALUES_COLLAPSED)} more`}
        </button>
      ) : null}
    </>
  )
}

/** The values, and those that the filter names and that are not among them: only a value that is listed can be released. */
function withFilteredValues(facet: Facet, filter: Expression, search: string): Facet['values'] {
  if (search !== '') return facet.values
  const known = new Set(facet.values.map(({ value }) => value))
  const missing = filteredValues(filter, facet.field).filter((value) => !known.has(value))
  return [...facet.values, ...missing.map((value) => ({ value, records: 0, denied: 0 }))]
}
