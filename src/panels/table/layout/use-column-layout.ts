import { type RefObject, useMemo } from 'react'

import { usePreferences } from '../../../state/remembered/preferences.ts'
import type { View } from '../../../state/view/view.ts'
import { type ColumnLayout, layoutOf } from './column-layout.ts'
import { useElementWidth } from './use-element-width.ts'

/** The column layout for the present width of the grid. Memoised, so that memoised rows are not rendered in vain. */
export function useColumnLayout(
  grid: RefObject<HTMLElement | null>,
  { shape, sort }: Pick<View, 'shape' | 'sort'>,
): ColumnLayout {
  const preferences = usePreferences()
  const width = useElementWidth(grid)
  const { column: sorted } = sort
  return useMemo(() => layoutOf(preferences, { shape, sorted }, width), [preferences, shape, sorted, width])
}
