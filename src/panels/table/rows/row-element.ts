/** One row of the grid, or the place of a row that the worker has not sent yet. */
import type { ColumnId } from '../../../flows/column.ts'
import type { Row } from '../../../state/client/rows.ts'
import { compactTrace } from '../../../trace/ladder/compact-trace.ts'
import { cellId, rowId } from '../cursor/use-cell-cursor.ts'
import { newElement, setAttribute, setClass, setText } from './dom-changes.ts'
import type { RowContent, TableLook } from './row-cell.ts'
import { newRowParts, type RowCell } from './row-parts.ts'
import type { RowHighlight } from './row-highlight.ts'
import { rowSentence } from './row-sentence.ts'
import { whenWords } from './row-words.ts'
import { fittedEnds } from './shown-ends.ts'
import type { FlowColumn } from './table-features.ts'

/** The areas of the row's grid, on two lines of 17 pixels; a phone has three. */
const ROW =
  'absolute w-full cursor-default border-b border-line-soft grid h-10 grid-rows-[17px_17px] content-center group-data-[layout=phone]/grid:h-[75px] group-data-[layout=phone]/grid:grid-rows-[18px_18px_18px] group-data-[layout=phone]/grid:gap-x-2 group-data-[layout=phone]/grid:gap-y-0.5 group-data-[layout=phone]/grid:px-4'
const PLACEHOLDER =
  'absolute flex h-10 w-full items-center border-b border-line-soft px-4 group-data-[layout=phone]/grid:h-[75px]'
const SELECTED = 'bg-selected shadow-[inset_3px_0_0_var(--accent)]'
const HOVERED = 'hover:bg-[color-mix(in_oklab,var(--sunken)_45%,transparent)]'
const CURRENT =
  'group-focus-visible/grid:outline-2 group-focus-visible/grid:-outline-offset-2 group-focus-visible/grid:outline-accent'
const CURRENT_CELL =
  'group-focus-visible/grid:bg-accent-soft forced-colors:group-focus-visible/grid:outline-1 forced-colors:group-focus-visible/grid:-outline-offset-1'

/** Where a row stands. */
export interface RowPlace {
  /** Among the matching rows, from 0. */
  readonly index: number
  /** The position in the body, in pixels from its top. */
  readonly top: number
  /** The column that the cursor is on, where it is in this row, and null where it is in another one. */
  readonly cursor: { readonly column: ColumnId | undefined } | null
}

/** What a row shows; the same values show the same. */
export interface ShownRow {
  readonly row: Row
  readonly look: TableLook
  readonly selected: boolean
  readonly highlight: RowHighlight
}

function newPlaceholder(columns: number): HTMLElement {
  const label = newElement('span', 'sr-only', new Text('Loading'))
  const cell = newElement('div', 'w-full', label, newElement('div', 'h-2 w-2/3 rounded bg-sunken'))
  setAttribute(cell, 'role', 'gridcell')
  setAttribute(cell, 'aria-colspan', String(columns))
  return cell
}

function isSame(a: ShownRow | null, b: ShownRow | null): boolean {
  if (a === null || b === null) return a === b
  return a.row === b.row && a.look === b.look && a.selected === b.selected && a.highlight === b.highlight
}

export class RowElement {
  readonly element: HTMLElement
  readonly #children: readonly Node[]
  readonly #cells: readonly RowCell[]
  readonly #when: Text
  readonly #columns: number
  #shown: ShownRow | null = null
  #index = -1
  #top = Number.NaN

  /** @param columns those that are shown, in their order */
  constructor(columns: readonly FlowColumn[], layout: TableLook['layout']) {
    const { children, cells, when } = newRowParts(columns, layout)
    this.#children = children
    this.#cells = cells
    this.#when = when
    this.#columns = columns.length
    this.element = newElement('div', '')
    this.element.tabIndex = -1
    setAttribute(this.element, 'role', 'row')
    this.#showPlaceholder()
  }

  /** The place among the matching rows; −1 before the first one. */
  get index(): number {
    return this.#index
  }

  /** Shows a row at a place, or a placeholder; `now` in Unix seconds, where rows say how long ago they were. */
  show({ index, top, cursor }: RowPlace, shown: ShownRow | null, now: number): void {
    if (index !== this.#index) this.#moveTo(index)
    if (top !== this.#top) this.element.style.top = `${top}px`
    this.#top = top
    if (!isSame(this.#shown, shown)) {
      if (shown === null) this.#showPlaceholder()
      else this.#showRow(shown)
      this.#shown = shown
    }
    if (shown === null) return
    const background = shown.selected ? SELECTED : HOVERED
    setClass(this.element, `${ROW} ${background} ${cursor === null ? '' : CURRENT}`)
    for (const { id, element, className, inside } of this.#cells) {
      setClass(element, cursor?.column === id ? `${className} ${CURRENT_CELL}` : className)
      if (shown.look.isAged) inside.tick?.(shown.row, now)
    }
  }

  #moveTo(index: number): void {
    this.#index = index
    this.element.id = rowId(index)
    setAttribute(this.element, 'aria-rowindex', String(index + 2))
    for (const { id, element } of this.#cells) element.id = cellId(index, id)
  }

  #showPlaceholder(): void {
    this.element.replaceChildren(newPlaceholder(this.#columns))
    setClass(this.element, PLACEHOLDER)
    setAttribute(this.element, 'aria-busy', 'true')
    for (const name of ['aria-label', 'aria-selected', 'data-record']) this.element.removeAttribute(name)
  }

  #showRow({ row, look, selected, highlight }: ShownRow): void {
    const ends = fittedEnds(row.key, look.layout.endsWidth)
    const decision = compactTrace(row.key)
    const content: RowContent = { row, look, ends, decision, selected, highlight }
    if (this.#shown === null) {
      this.element.replaceChildren(...this.#children)
      setAttribute(this.element, 'aria-busy', null)
    }
    // Which record it shows: the same element shows another one after another query.
    setAttribute(this.element, 'data-record', row.id)
    setAttribute(this.element, 'aria-selected', String(selected))
    setAttribute(this.element, 'aria-label', rowSentence(row, ends.source.path, ends.destination.path))
    const { areas, tracks } = look.layout
    if (this.#shown?.look.layout !== look.layout) {
      // On each row and not inherited from the grid: then another layout is another style of the rows alone.
      this.element.style.gridTemplateAreas = areas
      this.element.style.gridTemplateColumns = tracks
    }
    setText(this.#when, whenWords(row, look))
    for (const { element, inside, namesOf } of this.#cells) {
      const names = namesOf(content)
      if (names !== null) {
        setAttribute(element, 'aria-label', names.label)
        setAttribute(element, 'title', names.title)
      }
      inside.show(content)
    }
  }
}
