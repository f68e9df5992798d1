/**
 * Which rows are on the screen, for any number of rows of one height. Browsers cut elements off at about 17 (Firefox) to
 * 33 million pixels (Chromium), so a taller content is scrolled at a scale: the scroll bar moves over a shorter height,
 * and each of its pixels stands for `scale` pixels of rows.
 */

/** Pixels of a row of one line. */
export const ROW_HEIGHT = 32
/** Pixels of a row of two lines. */
export const TWO_LINE_HEIGHT = 56
/** Pixels that an element may be high in every browser. */
const TALLEST = 15_000_000
/** Rows drawn beyond each end of the screen, so that a short scroll shows no blank. */
const OVERSCAN = 5

export interface Geometry {
  /** Pixels that the element with the rows is high. */
  readonly height: number
  /** Pixels of rows for one pixel of scrolling. */
  readonly scale: number
  /** The furthest that the rows can be scrolled, in pixels of rows. */
  readonly end: number
}

/** `viewport`: pixels of the screen that rows can take; `row`: pixels of one. */
export function geometryOf(total: number, viewport: number, row: number): Geometry {
  const content = total * row
  const height = Math.min(content, TALLEST)
  const end = Math.max(0, content - viewport)
  return { height, scale: height <= viewport ? 1 : end / (height - viewport), end }
}

export interface VisibleRows {
  /** The rows that are at least partly on the screen, from 0; last is −1 without rows. */
  readonly first: number
  readonly last: number
  /** The rows to draw: those and a few beyond. */
  readonly from: number
  readonly to: number
}

/** `offset`: pixels of rows above the screen. */
export function visibleRows(total: number, viewport: number, offset: number, row: number): VisibleRows {
  const first = Math.min(Math.floor(offset / row), Math.max(0, total - 1))
  const last = Math.min(total - 1, Math.ceil((offset + viewport) / row) - 1)
  return { first, last, from: Math.max(0, first - OVERSCAN), to: Math.min(total - 1, last + OVERSCAN) }
}

/** The offset at which a row is whole on the screen, as near as possible to the present one. */
export function offsetFor(index: number, viewport: number, offset: number, end: number, row: number): number {
  const top = index * row
  const wanted = Math.min(Math.max(offset, top + row - viewport), top)
  return Math.min(Math.max(0, wanted), end)
}

/**
 * The offset after the browser scrolled to `scrollTop`. A scroll position holds no fraction of a pixel, so one that is
 * where `exact` would have put it leaves `exact` alone.
 */
export function offsetAfter(scrollTop: number, exact: number, { scale, end }: Geometry): number {
  const offset = Math.abs(scrollTop - exact / scale) < 1 ? exact : scrollTop * scale
  return Math.min(Math.max(0, offset), end)
}
