import { type RefObject, useEffect, useRef } from 'react'

import { ALL, type Expression } from '../../filter/tree/expression.ts'
import { AddFilter } from './add-filter/AddFilter.tsx'
import type { PlacedClause } from './clause-words.ts'
import { FilterChips } from './FilterChips.tsx'

/** The applied query as chips, with the buttons that add a clause and that clear it. It lies over the query's text. */
export function AppliedFilter({
  filter,
  isShown,
  popup,
  onChange,
  onEdit,
  onType,
}: {
  filter: Expression
  isShown: boolean
  /** Where panels open: under the bar. */
  popup: RefObject<HTMLElement | null>
  onChange: (filter: Expression) => void
  /** Turns the query to text, with the clause selected in it; without one the cursor is at the end. */
  onEdit: (place: PlacedClause | null) => void
  /** Turns the query to text, with the beginning of a further condition. */
  onType: (start: string) => void
}) {
  const isEmpty = filter.kind === 'all'
  const layer = useRef<HTMLDivElement>(null)
  useEditAtEnd(layer, () => onEdit(null))
  return (
    <div
      ref={layer}
      className={`absolute inset-0 z-10 flex items-center gap-1.5 overflow-hidden px-2 ${isShown ? '' : 'invisible'} ${isEmpty ? 'pointer-events-none justify-end' : 'cursor-text'}`}
    >
      {isEmpty ? null : <FilterChips filter={filter} onChange={onChange} onEdit={onEdit} />}
      <AddFilter anchor={popup} filter={filter} onChange={onChange} onType={onType} />
      {isEmpty ? null : (
        <button
          type="button"
          onClick={() => onChange(ALL)}
          className="h-6 flex-none rounded-[5px] px-1.5 text-xs text-muted hover:bg-sunken hover:text-ink"
        >
          Clear
        </button>
      )}
    </div>
  )
}

/** Goes on at the end of the text when the pointer is pressed beside the chips, wherever it is over the invisible text. */
function useEditAtEnd(layer: RefObject<HTMLElement | null>, onPress: () => void): void {
  const latest = useRef(onPress)
  useEffect(() => {
    latest.current = onPress
  })
  useEffect(() => {
    const element = layer.current
    if (element === null) return undefined
    const listen = (event: MouseEvent) => {
      if (event.target !== element) return
      event.preventDefault()
      latest.current()
    }
    element.addEventListener('mousedown', listen)
    return () => element.removeEventListener('mousedown', listen)
  }, [layer])
}
