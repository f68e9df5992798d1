/**
 * The arithmetic of virtual scrolling: which of any number of rows of one height are on the screen. Browsers limit the
 * height of an element to about 17 million (Firefox) or 33 million pixels (Chromium), so taller content is scrolled at a
 * scale: the element is less high than its rows, and a pixel of scrolling stands for `scale` pixels of rows.
 *
 * A "scroll position" is in pixels of the element (`scrollTop`), an "offset" in pixels of rows above the screen. `row` is
 * the height of a row, and `viewport` the height of the screen that rows can take, in pixels.
 */

/** Every browser draws an element of this height, in pixels. */
const MAX_ELEMENT_HEIGHT = 15_000_000
/** Rows rendered beyond each end of the screen, so that a short scroll shows no blank. */
const OVERSCAN_ROWS = 5

export interface Geometry {
  /** The height of the element with the rows, in pixels. */
  readonly height: number
  /** Pixels of rows for one pixel of scrolling; 1 where no scaling is needed. */
  readonly scale: number
  /** The largest offset. */
  readonly maxOffset: number
}

export function geometryOf(total: number, viewport: number, row: number): Geometry {
  const content = total * row
  const height = Math.min(content, MAX_ELEMENT_HEIGHT)
  const maxOffset = Math.max(0, content - viewport)
  return { height, scale: height <= viewport ? 1 : maxOffset / (height - viewport), maxOffset }
}

export interface VisibleRows {
  /** The first and the last row that are at least partly on the screen, from 0; `last` is −1 without rows. */
  readonly first: number
  readonly last: number
  /** The first and the last row to render, with the overscan. */
  readonly from: number
  readonly to: number
}

export function visibleRows(total: number, viewport: number, offset: number, row: number): VisibleRows {
  const first = Math.min(Math.floor(offset / row), Math.max(0, total - 1))
  const last = Math.min(total - 1, Math.ceil((offset + viewport) / row) - 1)
  return {
    first,
    last,
    from: Math.max(0, first - OVERSCAN_ROWS),
    to: Math.min(total - 1, last + OVERSCAN_ROWS),
  }
}

/** The offset nearest to the present one at which the whole row is on the screen. */
export function offsetShowing(
  index: number,
  viewport: number,
  offset: number,
  maxOffset: number,
  row: number,
): number {
  const top = index * row
  const wanted = Math.min(Math.max(offset, top + row - viewport), top)
  return Math.min(Math.max(0, wanted), maxOffset)
}

/**
 * The offset of a scroll position. The browser rounds scroll positions to whole pixels, which at a scale are many pixels
 * of rows: a position within a pixel of that of `current` is taken for `current` itself.
 */
export function offsetAtScroll(scrollTop: number, current: number, { scale, maxOffset }: Geometry): number {
  const offset = Math.abs(scrollTop - current / scale) < 1 ? current : scrollTop * scale
  return Math.min(Math.max(0, offset), maxOffset)
}
