/**
 * The elements of the rows on the screen. They are made once, and show other rows by other texts: a changed view makes
 * none and removes none (docs/adr/0027). In the document they stand in the order of the rows, for screen readers.
 */
import { afterPaint } from '../../../lib/after-paint.ts'
import type { FlowColumn } from './table-features.ts'
import { RowElement, type RowPlace, type ShownRow } from './row-element.ts'
import type { TableLook } from './row-cell.ts'

export interface PooledRows {
  /** The columns that are shown, in their order. */
  readonly columns: readonly FlowColumn[]
  readonly look: TableLook
  /**
   * The first and the last row to draw, from 0; none where the last one is before the first. `first` and `last` are those
   * on the screen: rows beyond them are drawn after the next paint, which a changed view need not wait for.
   */
  readonly from: number
  readonly to: number
  readonly first: number
  readonly last: number
  readonly placeOf: (index: number) => RowPlace
  /** What a row shows; null where the window has no row yet. */
  readonly shownAt: (index: number) => ShownRow | null
  /** Unix seconds. */
  readonly now: number
}

/** More new rows take longer than a frame to make, lay out and paint, the first ones most: their code has not run yet. */
const NEW_ROWS_A_FRAME = 12

/** The focus stays on its row or goes to the grid: an element that shows another row must not carry it there. */
function releaseFocus({ element }: RowElement): void {
  if (element.contains(document.activeElement))
    element.closest<HTMLElement>('[role=grid]')?.focus({ preventScroll: true })
}

export class RowPool {
  readonly #body: HTMLElement
  /** Those in the document, in its order. */
  #rows: RowElement[] = []
  /** Those that a shorter list left over. */
  #spare: RowElement[] = []
  /** The columns that the rows were made for. */
  #madeFor = ''
  /** How many rows are drawn so far: the first ones come a few in each frame, from the top. */
  #limit = NEW_ROWS_A_FRAME
  readonly #afterPaint: (run: () => void) => void
  /** Draws the rows that wait for the paint, as those beyond the screen do; null while none wait. */
  #drawBeyond: (() => void) | null = null

  /**
   * @param body the element that holds the rows and nothing else
   * @param paint runs a task after the next frame was painted
   */
  constructor(body: HTMLElement, paint: (run: () => void) => void = afterPaint) {
    this.#body = body
    this.#afterPaint = paint
  }

  draw(drawing: PooledRows): void {
    const { columns, look, from, to, first, last, placeOf, shownAt, now } = drawing
    const madeFor = JSON.stringify([columns.map(({ id }) => id), look.layout.extras, look.layout.measure])
    if (madeFor !== this.#madeFor) this.#clear()
    this.#madeFor = madeFor
    const isStep = this.#rotate(from)
    const used = this.#rows.length
    const count = Math.max(0, to - from + 1)
    this.#resize(Math.min(count, this.#limit), () => new RowElement(columns, look.layout))
    const drawWhere = (isWanted: (i: number) => boolean) => {
      for (const [i, row] of this.#rows.entries()) {
        const index = from + i
        if (!isWanted(i)) continue
        if (row.index !== index) releaseFocus(row)
        row.show(placeOf(index), shownAt(index), now)
      }
    }
    if (count > this.#limit) {
      drawWhere(() => true)
      this.#waitForPaint(() => {
        this.#limit += NEW_ROWS_A_FRAME
        this.draw(drawing)
      })
      return
    }
    // The few rows that a step of scrolling brings are drawn in its frame: one more task would delay the next frame. An
    // element that was put in just now may have a place on the screen from its last use.
    const isUrgent = (i: number) => isStep || i >= used || (from + i >= first && from + i <= last)
    drawWhere(isUrgent)
    if (isStep) this.#drawBeyond = null
    else this.#waitForPaint(() => drawWhere((i) => !isUrgent(i)))
  }

  /** A later drawing takes the place of one that waits. */
  #waitForPaint(drawBeyond: () => void): void {
    const waits = this.#drawBeyond !== null
    this.#drawBeyond = drawBeyond
    if (waits) return
    this.#afterPaint(() => {
      const draw = this.#drawBeyond
      this.#drawBeyond = null
      draw?.()
    })
  }

  #clear(): void {
    for (const row of this.#rows) releaseFocus(row)
    this.#rows = []
    this.#spare = []
    this.#body.replaceChildren()
  }

  /**
   * Lets `from` be the first row, after scrolling: the rows that left the screen are put in at its other end, and true is
   * returned. Where no row stays on the screen, all stay where they are.
   */
  #rotate(from: number): boolean {
    const first = this.#rows[0]
    const shift = first === undefined ? 0 : from - first.index
    if (shift === 0 || Math.abs(shift) >= this.#rows.length) return false
    const left = shift > 0 ? this.#rows.slice(0, shift) : this.#rows.slice(shift)
    const stayed = shift > 0 ? this.#rows.slice(shift) : this.#rows.slice(0, shift)
    for (const row of left) releaseFocus(row)
    const elements = left.map(({ element }) => element)
    if (shift > 0) this.#body.append(...elements)
    else this.#body.prepend(...elements)
    this.#rows = shift > 0 ? [...stayed, ...left] : [...left, ...stayed]
    return true
  }

  #resize(count: number, make: () => RowElement): void {
    for (const row of this.#rows.splice(count)) {
      releaseFocus(row)
      row.element.remove()
      this.#spare.push(row)
    }
    while (this.#rows.length < count) {
      const row = this.#spare.pop() ?? make()
      this.#rows.push(row)
      this.#body.append(row.element)
    }
  }
}
