/** The rows of the comparison in the document, for the keys. Rows that are far from what is seen are not drawn. */

const ROW_LINK = '[data-compared-row]'
const ROW = '[role=listitem]'
const BLOCK = '[data-compared-block]'

/** Sent to a block that is not drawn: it draws its rows, and focuses the first or the last one. */
export const REVEAL_EVENT = 'flowtrace:reveal'
export type RevealedEnd = 'first' | 'last'

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
export function focusEndRow(end: RevealedEnd): void {
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

function focusInBlock(block: Element, end: RevealedEnd): void {
  if (!focusDrawnRow(block, end)) block.dispatchEvent(new CustomEvent(REVEAL_EVENT, { detail: end }))
}

/** False where the block is not drawn. */
export function focusDrawnRow(block: Element, end: RevealedEnd): boolean {
  const rows = block.querySelectorAll(ROW)
  const row = end === 'first' ? rows[0] : rows[rows.length - 1]
  if (row === undefined) return false
  focusRow(row)
  return true
}

function focusRow(row: Element): void {
  const link = row.querySelector<HTMLElement>(ROW_LINK)
  link?.focus({ preventScroll: true })
  row.scrollIntoView({ block: 'nearest' })
}
