import { type KeyboardEvent, useRef } from 'react'

import type { Expression } from '../../filter/tree/expression.ts'
import { without } from '../../filter/tree/clauses.ts'
import { Icon } from '../../ui/Icon.tsx'
import { clauseTitle, clauseWords, type PlacedClause, placedClauses } from './clause-words.ts'

/** The chip that the arrow keys move the focus to; undefined for other keys. */
function targetOf(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, at - 1)
    case 'ArrowRight':
      return Math.min(count - 1, at + 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

/**
 * The clauses of the applied query as chips. They are one tab stop: the arrow keys move within, Enter edits a clause and
 * Delete removes it.
 */
export function FilterChips({
  filter,
  onChange,
  onEdit,
}: {
  filter: Expression
  onChange: (filter: Expression) => void
  /** Turns the query to text, with the clause selected in it. */
  onEdit: (place: PlacedClause) => void
}) {
  const list = useRef<HTMLUListElement>(null)
  const chips = placedClauses(filter)
  const focusChip = (at: number) =>
    list.current?.querySelectorAll<HTMLElement>('[data-chip]')[at]?.focus({ preventScroll: false })
  const onKeyDown = (event: KeyboardEvent, at: number) => {
    const chip = chips[at]
    const target = targetOf(event.key, at, chips.length)
    if (target !== undefined) focusChip(target)
    else if ((event.key === 'Delete' || event.key === 'Backspace') && chip !== undefined) {
      onChange(without(filter, chip.clause))
      // The chip that takes its place, or the one before it.
      focusChip(at === chips.length - 1 ? at - 1 : at + 1)
    } else return
    event.preventDefault()
  }
  return (
    <ul
      ref={list}
      aria-label="Clauses of the filter"
      // Scrolls where the chips have no room, so that the buttons beside it are never cut. As high as the bar, and with an
      // edge, for the focus rings.
      className="-mx-1 flex h-full min-w-0 items-center gap-1.5 overflow-x-auto px-1 [scrollbar-width:none]"
    >
      {chips.map((chip, at) => {
        const title = clauseTitle(chip.clause)
        const { field, operator, value } = clauseWords(chip.clause)
        return (
          <li
            key={title}
            className="pointer-events-auto flex flex-none items-center gap-1.5 text-2xs text-faint before:content-none [&+li]:before:content-['and']"
          >
            <span className="flex h-6 max-w-80 min-w-0 items-center rounded-[5px] border border-line bg-surface font-mono text-xs">
              <button
                type="button"
                data-chip
                tabIndex={at === 0 ? 0 : -1}
                aria-keyshortcuts="Delete"
                title="Edit as text"
                onClick={() => onEdit(chip)}
                onKeyDown={(event) => onKeyDown(event, at)}
                className="flex h-full min-w-0 items-center gap-1.5 rounded-l-[4px] pl-1.5 hover:bg-sunken"
              >
                {field === '' ? null : (
                  <>
                    <span className="flex-none text-accent">{field}</span>{' '}
                    <span className="flex-none text-muted">{operator}</span>{' '}
                  </>
                )}
                <span className="min-w-0 truncate font-semibold text-ink">{value}</span>
              </button>
              <button
                type="button"
                tabIndex={-1}
                aria-label={`Remove ${title}`}
                onClick={() => onChange(without(filter, chip.clause))}
                className="grid h-full w-6 flex-none place-items-center rounded-r-[4px] text-muted hover:bg-sunken hover:text-ink"
              >
                <Icon name="close" className="size-2.5" />
              </button>
            </span>
          </li>
        )
      })}
    </ul>
  )
}
