/** The cells of a row, each at its place in the row's grid. The same ones stand in each layout and for each kind of rows. */
import type { ColumnId } from '../../../flows/column.ts'
import { columnOfMeasure } from '../../../flows/chosen-columns.ts'
import type { TableLayout } from '../layout/table-layout.ts'
import { newElement, setAttribute } from './dom-changes.ts'
import { newIcon } from './icon-element.ts'
import type { CellInside, RowContent } from './row-cell.ts'
import { columnIdOf, type FlowColumn } from './table-features.ts'

const STACKED =
  'flex flex-col justify-center px-1.5 group-data-[layout=phone]/grid:flex-row group-data-[layout=phone]/grid:items-center group-data-[layout=phone]/grid:justify-start group-data-[layout=phone]/grid:gap-2 group-data-[layout=phone]/grid:px-0'
const END = 'flex-none overflow-hidden leading-[17px]'
const CELLS = {
  action: `[grid-area:action] pl-4 ${STACKED}`,
  port: `[grid-area:port] ${STACKED}`,
  decided:
    '[grid-area:decided] flex min-w-0 items-center gap-1.5 overflow-hidden px-1.5 text-[11.5px] leading-[17px] text-muted group-data-[layout=phone]/grid:px-0 group-data-[layout=wide]/grid:flex-col group-data-[layout=wide]/grid:items-stretch group-data-[layout=wide]/grid:justify-center group-data-[layout=wide]/grid:gap-0',
  count: '[grid-area:count] flex items-center gap-1.5 px-1.5 group-data-[layout=phone]/grid:px-0',
  seen: '[grid-area:seen] flex items-center justify-end overflow-hidden pr-4 pl-1.5 whitespace-nowrap group-data-[layout=phone]/grid:px-0',
} as const
const ENDS =
  'flex min-w-0 flex-col justify-center overflow-hidden px-1.5 [grid-area:ends] group-data-[layout=phone]/grid:px-0'
const WHEN = 'hidden truncate text-[11.5px] leading-[17px] text-muted group-data-[layout=wide]/grid:block'

/** What a screen reader calls a cell, and what is shown on hover, where that is not its text. */
export interface CellNames {
  readonly label: string
  readonly title: string
}

export interface RowCell {
  readonly id: ColumnId
  readonly element: HTMLElement
  readonly className: string
  readonly inside: CellInside
  /** Null for a cell that is named by its text. */
  readonly namesOf: (content: RowContent) => CellNames | null
}

const NO_NAMES = () => null

const NAMES: Readonly<Partial<Record<ColumnId, RowCell['namesOf']>>> = {
  source: ({ ends: { source } }) => ({ label: source.path, title: source.full }),
  destination: ({ ends: { destination } }) => ({ label: destination.path, title: destination.full }),
  decided: ({ decision: { text } }) => ({ label: text, title: text }),
}

function newRowCell(id: ColumnId, column: FlowColumn, index: number, classes: string): RowCell | null {
  const { meta } = column.columnDef
  if (meta === undefined) return null
  const inside = meta.newCell()
  // Not the first cell: its mark of a highlight stands in the margin of the row.
  const contained = id === 'action' ? '' : 'contain-layout'
  const className = `min-w-0 ${contained} ${classes} ${meta.numeric ? 'text-right' : ''}`
  const element = newElement('div', className, ...inside.nodes)
  setAttribute(element, 'role', 'gridcell')
  setAttribute(element, 'data-column', id)
  setAttribute(element, 'aria-colindex', String(index + 1))
  return { id, element, className, inside, namesOf: NAMES[id] ?? NO_NAMES }
}

export interface RowParts {
  readonly children: readonly Node[]
  readonly cells: readonly RowCell[]
  /** When there were records, for layouts with room for it. */
  readonly when: Text
}

/** New elements for a row of these columns. */
export function newRowParts(
  columns: readonly FlowColumn[],
  { extras, measure }: Pick<TableLayout, 'extras' | 'measure'>,
): RowParts {
  const cells: RowCell[] = []
  /** The cell of a column; nothing where the column is not shown. */
  const cellOf = (id: ColumnId, classes: string): readonly Node[] => {
    const index = columns.findIndex((column) => columnIdOf(column) === id)
    const column = columns[index]
    const cell = column === undefined ? null : newRowCell(id, column, index, classes)
    if (cell === null) return []
    cells.push(cell)
    return [cell.element]
  }
  const when = new Text()
  // The cell of the time has it for screen readers: here it belongs to no column.
  const whenLine = newElement('div', WHEN, when)
  setAttribute(whenLine, 'aria-hidden', 'true')
  const arrow = newIcon('arrow', 'mx-[3px] size-3 flex-none text-faint').element
  const children = [
    ...cellOf('action', CELLS.action),
    newElement(
      'div',
      ENDS,
      newElement(
        'div',
        'flex h-[17px] min-w-0 items-center',
        ...cellOf('source', END),
        arrow,
        ...cellOf('destination', END),
      ),
      whenLine,
    ),
    ...cellOf('port', CELLS.port),
    ...cellOf('decided', CELLS.decided),
    ...extras.map((id) => {
      const extra = newElement(
        'div',
        'flex min-w-0 items-center text-xs',
        ...cellOf(id, 'flex-1 truncate px-1.5'),
      )
      extra.style.gridArea = id
      return extra
    }),
    ...cellOf(columnOfMeasure(measure), CELLS.count),
    ...cellOf('seen', CELLS.seen),
  ]
  return { children, cells, when }
}
