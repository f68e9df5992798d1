/** What the help adds to the titles of commands. Apart from the table, which the first paint needs. */
import type { CommandId } from './command-table.ts'

export const COMMAND_NOTES: Readonly<Partial<Record<CommandId, string>>> = {
  'query.back': 'Also in the query, while its text is unchanged. Time range and open row stay as they are.',
  'palette.open': 'Also while typing. Finds names and saved queries too: only backend, without backend.',
  'row.previous': 'In the table also the arrow keys, Page Up, Page Down, Home and End.',
  close: 'In a field: leave the field.',
  'denial.next':
    'The next row, in the order of the table, that the same policy rule or the same end of tier denied. Under “Every 15 s” also of the same source, destination, port and reporter. Starts again after the last one. While a capture is replayed and no row is open: 15 s on.',
  'denial.previous': 'While a capture is replayed and no row is open: 15 s back.',
  'seen.mark':
    'Remembered in this browser. Until then, new is what was first seen in the last 5 minutes held.',
  'cell.menu': 'Also by right click. ← and → choose the cell.',
  'link.copy':
    'It opens the row that is open, too. A range such as the last 15 minutes is pinned to the times that are seen now.',
  'source.choose':
    'The menu of clusters and captures. Where there are several clusters: type to find one, or choose it by 1 to 9.',
  'export.open': 'As a capture, CSV, JSON lines or Markdown.',
  'scope.edit':
    'The scope: for a cluster too large to hold. A filter narrows what is held, a scope what is received.',
  'memory.edit': 'When it is full, the oldest flows leave.',
}
