import { useEffect, useEffectEvent, useRef, useState } from 'react'

import { exclude, include, release, valuesOf } from '../../../filter/tree/clauses.ts'
import type { Expression } from '../../../filter/tree/expression.ts'
import { fieldOf, type FieldId } from '../../../flows/field.ts'
import { formatCount } from '../../../lib/format.ts'
import { shownValue } from '../../../state/view/filter-actions.ts'
import { Icon } from '../../../ui/Icon.tsx'
import { SearchInput } from './SearchInput.tsx'
import { useListedValues } from './use-listed-values.ts'
import { useListKeys } from './use-list-keys.ts'

/** The values of one field, held or known to Goldmane, to show only them, or all without them. */
export function ValueList({
  field,
  filter,
  onChange,
}: {
  field: FieldId
  filter: Expression
  onChange: (filter: Expression) => void
}) {
  const [search, setSearch] = useState('')
  const root = useRef<HTMLDivElement>(null)
  useListKeys(root)
  const { included, excluded } = valuesOf(filter, field)
  const { values, more, isAnswered, isFirstKnown } = useListedValues(field, search, [
    ...included,
    ...excluded,
  ])
  const title = fieldOf(field).title
  const onEnter = useOnceKnown(search, isFirstKnown, () => {
    const [first] = values
    if (first !== undefined) onChange(include(filter, field, first.value))
  })

  return (
    <div ref={root} className="p-2">
      <SearchInput
        label={`Search ${title.toLowerCase()}`}
        value={search}
        onChange={setSearch}
        onEnter={onEnter}
      />
      <ul aria-label={title} className="max-h-72 overflow-y-auto">
        {values.map(({ value, records }) => (
          <ValueItem
            key={value}
            text={shownValue({ field, value })}
            records={records}
            included={included.includes(value)}
            excluded={excluded.includes(value)}
            onInclude={(on) => onChange((on ? include : release)(filter, field, value))}
            onExclude={(on) => onChange((on ? exclude : release)(filter, field, value))}
          />
        ))}
      </ul>
      {values.length === 0 ? (
        <p className="px-2 py-3 text-muted">
          {isAnswered ? `No value${search === '' ? '' : ' contains that'}.` : '…'}
        </p>
      ) : null}
      {more > 0 ? (
        <p className="px-2 pt-2 text-xs text-muted">{formatCount(more)} more: search to find them.</p>
      ) : null}
    </div>
  )
}

/**
 * A function that acts now, or once the first value for the search is known: Enter is pressed before that by whoever types
 * fast. A further change of the search takes it back.
 */
function useOnceKnown(search: string, isKnown: boolean, act: () => void): () => void {
  const pressed = useRef<string | null>(null)
  const onKnown = useEffectEvent(act)
  useEffect(() => {
    if (isKnown && pressed.current === search) onKnown()
    if (isKnown || pressed.current !== search) pressed.current = null
  }, [isKnown, search])
  return () => {
    if (isKnown) act()
    else pressed.current = search
  }
}

function ValueItem({
  text,
  records,
  included,
  excluded,
  onInclude,
  onExclude,
}: {
  text: string
  /** Null for a value that is not held. */
  records: number | null
  included: boolean
  excluded: boolean
  onInclude: (on: boolean) => void
  onExclude: (on: boolean) => void
}) {
  return (
    <li className="flex items-center rounded-md hover:bg-sunken">
      <button
        type="button"
        aria-pressed={included}
        data-option
        aria-label={`Only ${text}`}
        onClick={() => onInclude(!included)}
        className="flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md px-1.5"
      >
        <span
          className={`grid size-4 place-items-center rounded-[4px] border ${included ? 'border-accent bg-accent text-surface' : 'border-edge'}`}
        >
          {included ? <Icon name="allow" className="size-3" /> : null}
        </span>
        <code className={`min-w-0 flex-1 truncate text-left text-xs ${excluded ? 'line-through' : ''}`}>
          {text}
        </code>
        <span className="text-xs text-muted">{records === null ? 'not held' : formatCount(records)}</span>
      </button>
      <button
        type="button"
        aria-pressed={excluded}
        aria-label={`Without ${text}`}
        title="Without"
        onClick={() => onExclude(!excluded)}
        className={`grid size-7 place-items-center rounded-md font-mono hover:text-ink ${excluded ? 'text-accent' : 'text-muted'}`}
      >
        −
      </button>
    </li>
  )
}
