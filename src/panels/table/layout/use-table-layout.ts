import { type RefObject, useMemo } from 'react'

import { BUCKET_SECONDS } from '../../../flows/bucket.ts'
import { useRecordSeconds } from '../../../state/client/record-seconds.ts'
import { useHasAges } from '../../../state/client/source-status.ts'
import { usePreferences } from '../../../state/remembered/preferences.ts'
import { useViewPart } from '../../../state/view/navigation.ts'
import { layoutOf, type TableLayout } from './table-layout.ts'
import { textWidth } from './text-width.ts'
import { useElementWidth } from './use-element-width.ts'

/** The layout for the present width of the grid. Memoised, so that memoised rows are not rendered in vain. */
export function useTableLayout(grid: RefObject<HTMLElement | null>): TableLayout {
  const preferences = usePreferences()
  const measure = useViewPart(({ show }) => show)
  const aged = useHasAges()
  const summed = useRecordSeconds() > BUCKET_SECONDS
  // The answer to a row takes a part of the width.
  const isOpen = useViewPart(({ open }) => open !== null)
  const width = useElementWidth(grid, isOpen)
  return useMemo(
    () => layoutOf(preferences, { measure, aged, summed }, width, textWidth),
    [preferences, measure, aged, summed, width],
  )
}
