/** The rows of the comparison in the document, for the keys. */

const ROW_LINK = '[data-compared-row]'

/** Moves the focus to the next row, or with −1 to the one before; to the first where none has it. */
export function focusNeighbourRow(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>(ROW_LINK)]
  const row = document.activeElement?.closest('li')?.querySelector(ROW_LINK) ?? null
  const at = links.findIndex((link) => link === row)
  const next = links[at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
