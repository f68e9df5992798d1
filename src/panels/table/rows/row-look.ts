/** What the cells of a row need to know beside its flow. A context, because react-table passes a cell its row alone. */
import { createContext, useContext } from 'react'

import type { CompactTrace } from '../../../trace/ladder/compact-trace.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import type { RowHighlight } from './row-highlight.ts'
import type { FittedEnds } from './shown-ends.ts'

export interface RowLook {
  readonly layout: TableLayout
  /** The two ends with names that fit beside each other. */
  readonly ends: FittedEnds
  readonly decision: CompactTrace
  /** The value of the highest bar of a sparkline. */
  readonly ceiling: number
  /** Whether the row is open in the inspector. */
  readonly selected: boolean
  readonly highlight: RowHighlight
  /** Whether the filter asks for denials. */
  readonly areDenialsAsked: boolean
}

export const RowLookContext = createContext<RowLook | null>(null)

export function useRowLook(): RowLook {
  const look = useContext(RowLookContext)
  if (look === null) throw new Error('A cell outside of a row')
  return look
}
