import { useEffect, useMemo, useState } from 'react'

import { exclude, include, release, valuesOf } from '../../filter/tree/clauses.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { fieldOf, type FieldId } from '../../flows/field.ts'
import { formatCount } from '../../lib/format.ts'
import { useFlowtrace, useSnapshot } from '../../state/client/flowtrace.ts'
import { useHints } from '../../state/goldmane/use-hints.ts'
import { Icon } from '../../ui/Icon.tsx'

/** Values shown at once; the search narrows the rest. */
const LIMIT = 50

interface Choice {
  readonly value: string
  /** Null for a value that Goldmane knows and we do not hold. */
  readonly records: number | null
}

function shownAs(field: FieldId, value: string): string {
  const declared = fieldOf(field)
  const shown = declared.type === 'text' ? (declared.shown?.(value) ?? value) : value
  return shown === '-' ? '- (none)' : shown
}

/** The values of one field, held or known to Goldmane, to include or to exclude. */
export function ValueList({
  field,
  filter,
  onChange,
}: {
  field: FieldId
  filter: Expression
  onChange: (filter: Expression) => void
}) {
  const { client } = useFlowtrace()
  const [search, setSearch] = useState('')
  const request = useMemo(() => ({ field, search, limit: LIMIT }), [field, search])
  useEffect(() => client.wantFacets([request]), [client, request])
  const facet = useSnapshot(({ answer }) => answer?.facets.get(request))
  const hints = useHints(field)
  const { included, excluded } = valuesOf(filter, field)

  const held = facet?.values ?? []
  const known = new Set(held.map(({ value }) => value))
  const wanted = search.toLowerCase()
  const elsewhere = [...new Set([...included, ...excluded, ...hints])].filter(
    (value) => value !== '' && !known.has(value) && value.toLowerCase().includes(wanted),
  )
  const choices: readonly Choice[] = [...held, ...elsewhere.map((value) => ({ value, records: null }))]
  const title = fieldOf(field).title

  return (
    <div className="p-2">
      <input
        type="search"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          const only = choices[0]
          if (event.key === 'Enter' && only !== undefined) onChange(include(filter, field, only.value))
        }}
        aria-label={`Search ${title.toLowerCase()}`}
        placeholder="Search values"
        className="mb-1.5 h-8 w-full rounded-[7px] border border-edge bg-page px-2.5 placeholder:text-faint"
      />
      <ul aria-label={title} className="max-h-72 overflow-y-auto">
        {choices.map(({ value, records }) => (
          <li key={value} className="flex items-center rounded-md hover:bg-sunken">
            <Toggle
              pressed={included.includes(value)}
              name={`Include ${shownAs(field, value)}`}
              onClick={() => onChange((included.includes(value) ? release : include)(filter, field, value))}
            >
              <span
                className={`grid size-4 place-items-center rounded-[4px] border ${included.includes(value) ? 'border-accent bg-accent text-surface' : 'border-edge'}`}
              >
                {included.includes(value) ? <Icon name="allow" className="size-3" /> : null}
              </span>
              <code
                className={`min-w-0 flex-1 truncate text-left text-xs ${excluded.includes(value) ? 'line-through' : ''}`}
              >
                {shownAs(field, value)}
              </code>
              <span className="text-xs text-muted">
                {records === null ? 'not held' : formatCount(records)}
              </span>
            </Toggle>
            <button
              type="button"
              aria-pressed={excluded.includes(value)}
              aria-label={`Exclude ${shownAs(field, value)}`}
              title="Exclude"
              onClick={() => onChange((excluded.includes(value) ? release : exclude)(filter, field, value))}
              className={`grid size-7 place-items-center rounded-md font-mono hover:text-ink ${excluded.includes(value) ? 'text-accent' : 'text-muted'}`}
            >
              −
            </button>
          </li>
        ))}
      </ul>
      {choices.length === 0 ? (
        <p className="px-2 py-3 text-muted">No value{search === '' ? '' : ' contains that'}.</p>
      ) : null}
      {facet !== undefined && facet.distinct > held.length ? (
        <p className="px-2 pt-2 text-xs text-muted">
          {formatCount(facet.distinct - held.length)} more: search to find them.
        </p>
      ) : null}
    </div>
  )
}

function Toggle({
  pressed,
  name,
  onClick,
  children,
}: {
  pressed: boolean
  name: string
  onClick: () => void
  children: React.ReactNode
}) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-label={name}
      onClick={onClick}
      className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md px-1.5"
    >
      {children}
    </button>
  )
}
