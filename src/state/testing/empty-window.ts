import type { TableWindow } from '../../store/protocol.ts'

/** The window of a table without rows. */
export const EMPTY_WINDOW: TableWindow = {
  offset: 0,
  rows: [],
  total: 0,
  greatestSum: 0,
  held: 0,
  waiting: 0,
  arrived: 0,
  appended: 0,
  selected: null,
}
