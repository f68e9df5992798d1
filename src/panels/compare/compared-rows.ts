/** The rows of the comparison in the document, for the keys. Rows that are far from what is seen are not drawn. */

import type { LeftRow } from '../../state/compare/left-row.ts'

const ROW_LINK = '[data-compared-row]'
const ROW = '[role=listitem]'
const BLOCK = '[data-compared-block]'

/** Sent to a block that is not drawn: it draws its rows, and focuses the one that is meant. */
export const REVEAL_EVENT = 'flowtrace:reveal'
/** The first or the last row of a block, or the one of a group. */
export type RevealedRow = 'first' | 'last' | { readonly group: string }
/** Where a row is; see `LeftRow`. */
export type RowPlace = Pick<LeftRow, 'block' | 'group'>

/** Moves the focus to the next row, or with −1 to the one before; to the first where none has it. */
export function focusNeighbourRow(step: 1 | -1): void {
  const focused = document.activeElement
  const row = focused?.closest(ROW) ?? null
  const block = row?.closest(BLOCK) ?? null
  if (row === null || block === null) return focusEndRow('first')
  const neighbour = step === 1 ? row.nextElementSibling : row.previousElementSibling
  if (neighbour !== null) return focusRow(neighbour)
  const blocks = [...document.querySelectorAll(BLOCK)]
  const next = blocks[blocks.indexOf(block) + step]
  if (next === undefined) return focusRow(row)
  focusInBlock(next, step === 1 ? 'first' : 'last')
}

/** Focuses the first or the last row of the list. */
export function focusEndRow(end: 'first' | 'last'): void {
  const blocks = [...document.querySelectorAll(BLOCK)]
  const block = end === 'first' ? blocks[0] : blocks.at(-1)
  if (block !== undefined) focusInBlock(block, end)
}

/** Whether the row with the focus is the last one that is drawn in its direction, and another block follows. */
export function isAtDrawnEnd(step: 1 | -1): boolean {
  const row = document.activeElement?.closest(ROW) ?? null
  if (row === null || (step === 1 ? row.nextElementSibling : row.previousElementSibling) !== null)
    return false
  const blocks = [...document.querySelectorAll(BLOCK)]
  const next = blocks[blocks.findIndex((block) => block.contains(row)) + step]
  return next !== undefined && next.querySelector(ROW) === null
}

/** The place of the row that a link is in. */
export function placeOfRow(link: Element): RowPlace {
  const block = link.closest(BLOCK)
  const group = groupOf(link.closest(ROW))
  return { block: [...document.querySelectorAll(BLOCK)].findIndex((each) => each === block), group }
}

/** Focuses the row at a place, if the list still has it there. */
export function focusRowAt({ block, group }: RowPlace): void {
  const found = document.querySelectorAll(BLOCK)[block]
  if (found !== undefined) focusInBlock(found, { group })
}

/** Scrolls so that the row with the focus is in the middle, if a row has it. */
export function showFocusedRow(): void {
  document.activeElement?.closest(ROW)?.scrollIntoView({ block: 'center' })
}

function focusInBlock(block: Element, row: RevealedRow): void {
  if (!focusDrawnRow(block, row)) block.dispatchEvent(new CustomEvent(REVEAL_EVENT, { detail: row }))
}

/** False where the block is not drawn, or has no such row. */
export function focusDrawnRow(block: Element, which: RevealedRow): boolean {
  const rows = [...block.querySelectorAll(ROW)]
  const row =
    which === 'first'
      ? rows[0]
      : which === 'last'
        ? rows.at(-1)
        : rows.find((each) => groupOf(each) === which.group)
  if (row === undefined) return false
  focusRow(row)
  return true
}

/** The group of a row, which is the same in the next answer. */
export function groupOf(row: Element | null): string {
  return row?.getAttribute('data-group') ?? ''
}

function focusRow(row: Element): void {
  const link = row.querySelector<HTMLElement>(ROW_LINK)
  link?.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}
