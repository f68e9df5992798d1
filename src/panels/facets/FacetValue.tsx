import type { MouseEvent } from 'react'

import { formatCount } from '../../lib/format.ts'
import { visibleText } from '../../lib/visible-text.ts'
import { type FieldValue, shownValue } from '../../state/view/filter-actions.ts'
import type { Facet } from '../../state/client/facets.ts'
import { Icon } from '../../ui/Icon.tsx'
import { type FilterState, type Shares, sharesOf, type FacetAction } from './facet-groups.ts'

/** One value of a facet: a click includes it, Alt with a click excludes it. */
export function FacetValue({
  field,
  text,
  counts,
  all,
  most,
  state,
  onAction,
}: {
  field: FieldValue
  /** The value as in the facet: a label is `key=value`. */
  text: string
  counts: Facet['values'][number]
  all: Pick<Facet, 'records' | 'denied'>
  /** The records of the most frequent value. */
  most: number
  state: FilterState
  onAction: (action: FacetAction) => void
}) {
  const shown = field.label === undefined ? shownValue(field) : visibleText(text)
  // A verdict has no share among denials: all of them are denied.
  const shares = field.field === 'action' ? null : sharesOf(counts, counts.of ?? all)
  const click = (event: MouseEvent) => onAction(event.altKey ? 'exclude' : 'include')
  return (
    <li className="group/value relative rounded-md hover:bg-sunken">
      <button
        type="button"
        aria-pressed={state === 'included'}
        aria-label={`Include ${shown}`}
        onClick={click}
        title={tooltipOf(shown, shares)}
        className="block w-full rounded-md px-1 pt-0.5 pb-1 text-left"
      >
        <span className="flex items-center gap-2">
          <Checkbox state={state} />
          <code className={`min-w-0 flex-1 truncate text-xs ${state === 'excluded' ? 'line-through' : ''}`}>
            {shown}
          </code>
          {shares?.overrepresented === null || shares?.overrepresented === undefined ? null : (
            <span className="rounded-[4px] bg-deny-soft px-1 text-2xs font-medium text-deny">
              {factorText(shares.overrepresented)}
            </span>
          )}
          <span className="text-xs text-muted">{formatCount(counts.records)}</span>
        </span>
        {shares === null ? (
          <Bar
            part={counts.records / most}
            tone={field.field === 'action' && text === 'Deny' ? 'deny' : 'rest'}
          />
        ) : (
          <>
            <Bar part={shares.denied} tone="deny" />
            <Bar part={shares.rest} tone="rest" />
          </>
        )}
      </button>
      <span className="absolute top-0 right-0 hidden gap-px rounded-md bg-sunken group-focus-within/value:flex group-hover/value:flex">
        <SmallButton name={`Only ${shown}`} onClick={() => onAction('only')}>
          only
        </SmallButton>
        <SmallButton
          name={`Exclude ${shown}`}
          pressed={state === 'excluded'}
          onClick={() => onAction('exclude')}
        >
          −
        </SmallButton>
      </span>
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

/** A bar over `part` of the width, 0 to 1, and at least 2 px wide unless it is 0. */
function Bar({ part, tone }: { part: number; tone: 'deny' | 'rest' }) {
  return (
    <span className="mt-px ml-[1.375rem] block h-[2px]">
      <span
        className={`block h-full rounded-full ${tone === 'deny' ? 'bg-deny' : 'bg-bar'}`}
        style={{ width: part === 0 ? 0 : `max(2px, ${Math.min(1, part) * 100}%)` }}
      />
    </span>
  )
}

function SmallButton({
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
      className="grid h-6 min-w-6 place-items-center rounded-md px-1 text-2xs text-accent hover:bg-surface"
    >
      {children}
    </button>
  )
}

/** "×16"; infinite, for a value that only denials have, is "×99+". */
function factorText(times: number): string {
  return Number.isFinite(times) && times < 100 ? `×${Math.round(times)}` : '×99+'
}

function tooltipOf(shown: string, shares: Shares | null): string {
  const how = 'Click to include, Alt-click to exclude.'
  if (shares === null) return `${shown}\n${how}`
  return `${shown}\n${percentText(shares.denied)} of the denied records, ${percentText(shares.rest)} of the others.\n${how}`
}

function percentText(part: number): string {
  return `${(part * 100).toFixed(part > 0 && part < 0.1 ? 1 : 0)} %`
}
