import { type RefObject, useEffect, useRef } from 'react'

import type { Section } from '../../compare/comparison.ts'
import { useGroupParts } from '../../state/compare/group-parts.ts'
import type { Compared } from '../../state/compare/use-comparison.ts'
import { useRovingFocus } from '../../ui/roving-focus.ts'
import { focusEndRow, focusNeighbourRow, isAtDrawnEnd } from './compared-rows.ts'
import { ROW_GRID, type RowOpening } from './ComparedRow.tsx'
import { useKeptRowFocus } from './kept-row-focus.ts'
import { SectionOfGroups } from './SectionOfGroups.tsx'

/** The keys that go to rows which are not drawn; the others are those of the roving focus, which leaves handled ones alone. */
function useKeysToAllRows(list: RefObject<HTMLElement | null>, isThere: boolean): void {
  useEffect(() => {
    const element = list.current
    if (!isThere || element === null) return undefined
    element.addEventListener('keydown', onKeyDown)
    return () => element.removeEventListener('keydown', onKeyDown)
  }, [list, isThere])
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
  const { key } = event
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : null
  if (step !== null && isAtDrawnEnd(step)) focusNeighbourRow(step)
  else if (key === 'Home') focusEndRow('first')
  else if (key === 'End') focusEndRow('last')
  else return
  event.preventDefault()
}

/** The groups that changed, by section. */
export function ComparedList({
  compared,
  sections,
  ...opening
}: { compared: Compared; sections: readonly Section[] } & RowOpening) {
  const { comparison, sizes, greatest } = compared
  const list = useRef<HTMLDivElement>(null)
  // Before the roving focus, which would scroll to the control beside the one that is gone.
  useKeptRowFocus(list, sections.length > 0)
  useRovingFocus(list)
  useKeysToAllRows(list, sections.length > 0)
  const parts = useGroupParts(compared)
  if (sections.length === 0) return null
  return (
    <div ref={list} data-part="compared" className="border-t border-line pb-4">
      <div
        aria-hidden="true"
        className={`${ROW_GRID} h-heads items-center border-b border-line text-2xs text-muted max-lg:hidden`}
      >
        <span>A → B</span>
        <span>Source → destination</span>
        <span className="text-right">A</span>
        <span className="text-right">B</span>
        <span>A over B, log</span>
        <span>What changed</span>
      </div>
      {sections.map((section) => (
        <SectionOfGroups
          key={section}
          {...{ section, comparison, parts, greatest, ...opening }}
          size={sizes[section]}
        />
      ))}
    </div>
  )
}
