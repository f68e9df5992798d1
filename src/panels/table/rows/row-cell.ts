/** What the cells of a row show, and how they are drawn. */
import type { Row } from '../../../state/client/rows.ts'
import type { TimeRange } from '../../../state/client/time-range.ts'
import type { CompactTrace } from '../../../trace/ladder/compact-trace.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import type { RowHighlight } from './row-highlight.ts'
import type { FittedEnds } from './shown-ends.ts'

/** What all rows share. The same object until a part of it changes, so that rows can be compared by it. */
export interface TableLook {
  readonly layout: TableLayout
  /** The span of time in view; null where nothing has a time. */
  readonly span: TimeRange | null
  /** The length of a record in seconds. */
  readonly recordSeconds: number
  /** The value of the highest bar of a sparkline. */
  readonly ceiling: number
  /** Whether the filter asks for denials. */
  readonly areDenialsAsked: boolean
  /** Whether rows say how long ago they were; otherwise the time of day. */
  readonly isAged: boolean
}

export interface RowContent {
  readonly row: Row
  readonly look: TableLook
  /** The two ends with names that fit beside each other. */
  readonly ends: FittedEnds
  readonly decision: CompactTrace
  /** Whether the row is open in the inspector. */
  readonly selected: boolean
  readonly highlight: RowHighlight
}

/** The inside of a cell: elements that are the same whatever they show. */
export interface CellInside {
  readonly nodes: readonly Node[]
  readonly show: (content: RowContent) => void
  /** Shows how long ago the row was, `now` in Unix seconds; called each second in a live view. */
  readonly tick?: (row: Row, now: number) => void
}
