import type { TableWindow } from '../../../state/client/rows.ts'

/**
 * The place among the rows of the row that is open, or contains what is open, such as a port of a group; −1 for none. A
 * row of the window is found at once, and any other with the worker's answer.
 */
export function openIndexOf(window: TableWindow | undefined, open: string | null): number {
  if (window === undefined || open === null) return -1
  const at = window.rows.findIndex(({ id }) => id === open)
  return at >= 0 ? window.offset + at : (window.selected?.index ?? -1)
}
