import { useEffect, useState } from 'react'

import type { Section } from '../../compare/comparison.ts'
import { afterPaint } from '../../lib/after-paint.ts'
import { type LeftRow, leftRow } from '../../state/compare/left-row.ts'
import { useViewPart } from '../../state/view/navigation.ts'
import { focusRowAt, placeOfRow, showFocusedRow } from './compared-rows.ts'

/** Keeps the row that is opened in Flows, and has the focus go on there when the same comparison is shown again. */
export function useLeftRow(): {
  /** The section that alone was shown when the row was opened; null for all, and where no row was. */
  readonly section: Section | null
  readonly leave: (link: Element, section: Section | null) => void
} {
  const compare = useViewPart((view) => view.compare)
  const [left] = useState(() => rowOf(compare))
  useEffect(() => {
    if (left === null) return
    leftRow.set(null)
    // Not within the effect: the block of the row is drawn at once, which React does between renders alone.
    queueMicrotask(() => {
      if (!isFocusFree()) return
      focusRowAt(left)
      // The blocks above take the height of their rows once one was drawn and measured.
      afterPaint(showFocusedRow)
    })
  }, [left])
  return {
    section: left?.section ?? null,
    leave: (link, section) => leftRow.set({ compare, section, ...placeOfRow(link) }),
  }
}

function rowOf(compare: string | null): LeftRow | null {
  const left = leftRow.get()
  return left?.compare === compare ? left : null
}

/** Whether the focus is where the screen had it at first: the reader has not gone to another part meanwhile. */
function isFocusFree(): boolean {
  const { activeElement } = document
  return activeElement === document.body || activeElement?.matches('[data-part=compare] *') === true
}
