import type { MouseEvent, ReactNode } from 'react'

import { formatCount, formatPlural } from '../../lib/format.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { FacetAction, FilterState } from './facet-groups.ts'

/** A value's records, and how many of them were denied. */
export interface ValueCounts {
  readonly records: number
  readonly denied: number
  /** The records that they are a part of, if those are not the facet's. */
  readonly of?: { readonly records: number; readonly denied: number }
}

/**
 * One value of a facet, 24 px high: a click filters for it, Alt with a click filters it out. A value without records in
 * the query goes pale, also in a verdict's words, and stays. The words for the pointer take the place of the count, so that they cover no name.
 */
export function FacetValue({
  name,
  children,
  counts,
  most,
  state,
  note,
  onPress,
  onAction,
}: {
  /** The value as the screen shows it. */
  name: string
  children: ReactNode
  /** Null where it was not counted, because many others have more records. */
  counts: ValueCounts | null
  /** The records of the most frequent value, which has the longest bar. */
  most: number
  state: FilterState
  /** What is special about the value, as "more often denied"; empty for nothing. */
  note: string
  /** The pointer went down on it, and left it or was released. */
  onPress?: (isPressed: boolean) => void
  onAction: (action: FacetAction) => void
}) {
  const isPale = counts === null || counts.records === 0
  const words = counts === null ? 'few records' : formatPlural(counts.records, 'record')
  return (
    <li
      className="group/value relative flex h-6 items-center rounded-[5px] hover:bg-sunken"
      data-pale={isPale}
      // Which value it shows: the same element shows another one when the order is set anew.
      data-value={name}
      onPointerDown={() => onPress?.(true)}
      onPointerLeave={() => onPress?.(false)}
    >
      <button
        type="button"
        aria-pressed={state === 'included'}
        aria-label={`${name}, ${words}${note === '' ? '' : `, ${note}`}`}
        title={`${name}${note === '' ? '' : `\n${note}`}\nClick for only these, Alt-click for all without them.`}
        onClick={(event: MouseEvent) => onAction(event.altKey ? 'exclude' : 'include')}
        className="flex h-6 min-w-0 flex-1 items-center gap-1.25 text-left"
      >
        <Checkbox state={state} />
        <span
          className={`block min-w-0 flex-1 truncate text-xs leading-5 ${isPale ? 'text-faint **:text-faint' : ''} ${state === 'excluded' ? 'line-through' : ''}`}
        >
          {children}
        </span>
        {/* Room for four digits, so that the value is cut at the same place whatever was counted. */}
        <span
          className={`min-w-[5ch] flex-none text-right text-2xs tabular-nums grows-left group-focus-within/value:hidden group-hover/value:hidden ${isPale ? 'text-faint' : 'text-muted'}`}
        >
          {counts === null ? '…' : formatCount(counts.records)}
        </span>
      </button>
      <span className="hidden flex-none group-focus-within/value:flex group-hover/value:flex">
        <WordButton name={`Only ${name}`} onClick={() => onAction('only')}>
          only
        </WordButton>
        <WordButton
          name={`Without ${name}`}
          pressed={state === 'excluded'}
          onClick={() => onAction('exclude')}
        >
          without
        </WordButton>
      </span>
      <Bar counts={counts ?? { records: 0, denied: 0 }} most={most} />
    </li>
  )
}

function Checkbox({ state }: { state: FilterState }) {
  const look = state === null ? 'border-edge' : 'border-accent bg-accent text-surface'
  return (
    <span className={`grid size-3.5 flex-none place-items-center rounded-[4px] border ${look}`}>
      {state === null ? null : <Icon name={state === 'included' ? 'allow' : 'close'} className="size-2.5" />}
    </span>
  )
}

/**
 * The records of the value, the denied ones after the allowed ones; a part that is not 0 is at least 2 px wide. Both
 * begin at the left edge, the allowed part over the denied one, so that a growing count moves neither.
 */
function Bar({ counts: { records, denied }, most }: { counts: ValueCounts; most: number }) {
  const allowed = records - denied
  const percent = (count: number) => `${(count / Math.max(1, most)) * 100}%`
  return (
    <span className="pointer-events-none absolute right-0 bottom-0 left-5 h-0.5 bg-line-soft">
      {/* Longer by 2 px than its share, which is all that is seen of a few denied ones. */}
      <span
        data-bar="denied"
        className={`absolute inset-y-0 left-0 box-content bg-deny ${denied === 0 ? 'hidden' : 'pr-0.5'}`}
        style={{ width: percent(records) }}
      />
      <span
        data-bar="allowed"
        className="absolute inset-y-0 left-0 bg-bar"
        style={{ width: percent(allowed), minWidth: allowed === 0 ? 0 : 2 }}
      />
    </span>
  )
}

function WordButton({
  name,
  pressed,
  onClick,
  children,
}: {
  name: string
  pressed?: boolean
  onClick: () => void
  children: string
}) {
  return (
    <button
      type="button"
      aria-label={name}
      {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
      onClick={onClick}
      className="h-6 min-w-6 rounded-[5px] px-1 text-2xs text-accent hover:underline"
    >
      {children}
    </button>
  )
}
