import { type ReactNode, useRef } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { fieldOf, type FieldId } from '../../flows/field.ts'
import { formatCount } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import type { Facet } from '../../state/client/facets.ts'
import { shownValue } from '../../state/view/filter-actions.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { HATCHED } from '../../ui/hatched.ts'
import { Icon } from '../../ui/Icon.tsx'
import { fieldValueOf, filterAfter, filteredValues, filterStateOf, noteOf } from './facet-groups.ts'
import { FacetValue, type ValueCounts } from './FacetValue.tsx'
import { MiddleCut } from './MiddleCut.tsx'
import { useFacet } from './use-facet.ts'
import { useWholeFacet } from './use-facet-list.ts'
import { type OrderEpochs, useKeptOrder } from './use-kept-order.ts'
import { VerdictFacet } from './VerdictFacet.tsx'

/** Values that are listed at first; "more" lists all that have a place, and the search finds the others. */
const MAX_VALUES_COLLAPSED = 5
/** So many values are counted: those that keep their place must be among them after any click. */
const MAX_VALUES_COUNTED = 200

interface GroupProps {
  readonly field: FieldId
  readonly epochs: OrderEpochs
  readonly onFilter: (filter: Expression) => void
}

/** A facet: the values of one field, counted under the filter without its clauses on that field. */
export function FacetGroup({
  open,
  onToggle,
  sourceNumber,
  ...group
}: GroupProps & {
  open: boolean
  onToggle: () => void
  /** Changes with the source, of whose values nothing is kept then. */
  sourceNumber: number
}) {
  const { title } = fieldOf(group.field)
  return (
    // A group, because a region for each facet would crowd the landmarks.
    <div role="group" aria-label={title} className="mb-3">
      {!open || group.field === 'action' ? (
        <>
          <Heading title={title} open={open} onToggle={onToggle} />
          {open ? <VerdictFacet onFilter={group.onFilter} /> : null}
        </>
      ) : (
        <Values key={sourceNumber} {...group} title={title} onToggle={onToggle} />
      )}
    </div>
  )
}

function Heading({
  title,
  open,
  onToggle,
  children,
}: {
  title: string
  open: boolean
  onToggle: () => void
  children?: ReactNode
}) {
  return (
    <div className="flex h-6 items-center">
      <h2 className="min-w-0 flex-1">
        <button
          type="button"
          aria-expanded={open}
          onClick={onToggle}
          className="flex h-6 w-full items-center gap-1 rounded-sm text-left text-2xs font-medium tracking-tight text-muted hover:text-ink"
        >
          <span className="truncate">{title}</span>
          {open ? null : <Icon name="down" className="size-3 flex-none -rotate-90 text-faint" />}
        </button>
      </h2>
      {children}
    </div>
  )
}

function Values({
  field,
  epochs,
  onFilter,
  title,
  onToggle,
}: GroupProps & { title: string; onToggle: () => void }) {
  const [searched, setSearch] = useWholeFacet(field)
  const filter = useViewPart((view) => view.filter)
  const all = searched !== null
  const search = searched ?? ''
  const facet = useFacet(field, search, MAX_VALUES_COUNTED)
  const whole = search === '' ? facet : undefined
  const order = useKeptOrder(whole, epochs, filteredValues(filter, field), MAX_VALUES_COLLAPSED)
  if (facet === undefined)
    return (
      <>
        <Heading title={title} open onToggle={onToggle} />
        <p className="h-6 text-xs text-faint">…</p>
      </>
    )

  const kept = search === '' ? order : facet.values.map(({ value }) => value)
  const values = all ? kept : kept.slice(0, MAX_VALUES_COLLAPSED)
  const counted = new Map(facet.values.map((value) => [value.value, value]))
  const countsOf = (value: string): ValueCounts | null =>
    counted.get(value) ?? (facet.distinct > facet.values.length ? null : { records: 0, denied: 0 })
  const most = Math.max(1, ...values.map((value) => countsOf(value)?.records ?? 0))
  const more = Math.max(facet.distinct, order.length) - MAX_VALUES_COLLAPSED
  return (
    <>
      <Heading title={title} open onToggle={onToggle}>
        {all || more > 0 ? (
          <button
            type="button"
            aria-expanded={all}
            onClick={() => setSearch(all ? null : '')}
            className="h-6 flex-none rounded-sm pl-1 text-2xs text-muted hover:text-ink hover:underline"
          >
            {all ? 'fewer' : `${formatCount(more)} more`}
          </button>
        ) : null}
      </Heading>
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
      <ul
        // A list that scrolls must be reached by Tab for its own sake.
        {...(all ? { tabIndex: 0, 'aria-label': `All values of ${title.toLowerCase()}` } : {})}
        className={all ? 'max-h-72 overflow-y-auto' : ''}
      >
        {values.map((value, i) => (
          <FacetRow
            // By place: a value that comes into another's place changes the texts there, and moves nothing.
            // oxlint-disable-next-line react/no-array-index-key
            key={i}
            field={field}
            value={value}
            facet={facet}
            counts={countsOf(value)}
            most={most}
            onFilter={onFilter}
          />
        ))}
      </ul>
      {values.length === 0 ? (
        <p className="h-6 pl-5 text-xs text-faint">
          {search === '' ? 'none in view' : 'No value contains that.'}
        </p>
      ) : null}
    </>
  )
}

function FacetRow({
  field,
  value,
  facet,
  counts,
  most,
  onFilter,
}: Pick<GroupProps, 'field' | 'onFilter'> & {
  value: string
  facet: Facet
  counts: ValueCounts | null
  most: number
}) {
  const filter = useViewPart((view) => view.filter)
  const filtered = fieldValueOf(field, value)
  // The order may be set anew until the pointer is released: the click is for the value that it was pressed on.
  const pressed = useRef<string | null>(null)
  const name = filtered.label === undefined ? shownValue(filtered) : visibleText(value)
  return (
    <FacetValue
      name={name}
      counts={counts}
      most={most}
      state={filterStateOf(filter, filtered)}
      note={counts === null ? '' : noteOf({ value, ...counts }, facet)}
      onPress={(isPressed) => (pressed.current = isPressed ? value : null)}
      onAction={(action) => {
        onFilter(filterAfter(filter, fieldValueOf(field, pressed.current ?? value), action))
        pressed.current = null
      }}
    >
      {value === '' ? <NotRecorded>{name}</NotRecorded> : <MiddleCut text={name} />}
    </FacetValue>
  )
}

/** What records do not say looks like no value of theirs. */
function NotRecorded({ children }: { children: string }) {
  return (
    <span className="text-muted">
      <span
        aria-hidden="true"
        className="mr-1 inline-block h-2.5 w-3.5 rounded-[2px] border border-line"
        style={HATCHED}
      />
      {children}
    </span>
  )
}
