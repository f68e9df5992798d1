/** Which columns the reader chose to see, from the settings that the browser remembers. The table and the export read it. */
import type { ColumnId } from './column.ts'
import type { MeasureFieldId } from './field.ts'

/** Columns that the reader can leave out. */
const OPTIONAL: readonly ColumnId[] = ['port', 'decided', 'conns', 'seen']
/** Columns that are shown where the reader asked for them, each with a track of its own. */
const EXTRA: readonly ColumnId[] = ['first', 'pending', 'service', 'reporter', 'bytes', 'packets']
/** What the reader can choose. */
export const CHOOSABLE: readonly ColumnId[] = [...OPTIONAL, ...EXTRA]

/** The part of the settings that decides it. */
export interface ColumnChoice {
  /** Every column once, from left to right. */
  readonly order: readonly ColumnId[]
  readonly hidden: readonly ColumnId[]
  /** Columns that the reader chose beside those that are shown to everybody. */
  readonly kept: readonly ColumnId[]
}

/** The column that shows a measure. Records have none of their own, and take that of connections. */
export function columnOfMeasure(measure: MeasureFieldId | 'records'): ColumnId {
  return measure === 'records' ? 'conns' : measure
}

/** Whether a column is shown: an extra one where the reader asked for it. */
export function isShown({ hidden, kept }: ColumnChoice, id: ColumnId): boolean {
  return !hidden.includes(id) && (!EXTRA.includes(id) || kept.includes(id))
}

/** The extra columns that are shown, without the one that the measure of the rows takes. */
export function chosenExtras(choice: ColumnChoice, measure: MeasureFieldId | 'records'): readonly ColumnId[] {
  const count = columnOfMeasure(measure)
  return choice.order.filter((id) => EXTRA.includes(id) && isShown(choice, id) && id !== count)
}

/** The columns of a row in reading order, with `extras` among them. */
export function rowColumns(
  choice: ColumnChoice,
  measure: MeasureFieldId | 'records',
  extras: readonly ColumnId[],
): readonly ColumnId[] {
  const shows = (id: ColumnId) => isShown(choice, id)
  return [
    'action',
    'source',
    'destination',
    ...(['port', 'decided'] as const).filter(shows),
    ...extras,
    ...(shows('conns') ? [columnOfMeasure(measure)] : []),
    ...(shows('seen') ? (['seen'] as const) : []),
  ]
}
