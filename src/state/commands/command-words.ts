/** What the palette, the help and the footer say about commands. Apart from the table, which the first paint needs. */
import type { CommandId } from './command-table.ts'

/** In the order of the help. */
export const COMMAND_GROUPS = ['Find', 'Read', 'Filter', 'Screens', 'Page'] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

interface CommandWords {
  /** Its name in the palette and in the help. */
  readonly title: string
  readonly group: CommandGroup
  /** A word or two for the footer. Neighbours with the same hint share it. */
  readonly hint?: string
  /** What the help adds to the title. */
  readonly note?: string
}

export const COMMAND_WORDS: Readonly<Record<CommandId, CommandWords>> = {
  'query.focus': { title: 'Type a query', group: 'Find', hint: 'query' },
  'query.back': {
    title: 'Go back to the query before',
    group: 'Find',
    note: 'Also in the query, while its text is unchanged. Time range and open row stay as they are.',
  },
  'query.forward': { title: 'Go forward to the query that was left', group: 'Find' },
  'palette.open': {
    title: 'Search or command',
    group: 'Find',
    note: 'Also while typing. Finds names and saved queries too: only backend, without backend.',
  },
  'part.next': { title: 'Go to the next part of the screen', group: 'Read' },
  'part.previous': { title: 'Go to the part of the screen before', group: 'Read' },
  'row.next': { title: 'Next row', group: 'Read', hint: 'move' },
  'row.previous': {
    title: 'Previous row',
    group: 'Read',
    hint: 'move',
    note: 'In the table also the arrow keys, Page Up, Page Down, Home and End.',
  },
  'row.open': { title: 'Open the row', group: 'Read', hint: 'open' },
  'answer.focus': {
    title: 'Go into the answer, where Space scrolls and 1 to 5 unfold',
    group: 'Read',
    hint: 'into the answer',
  },
  close: { title: 'Close what is open', group: 'Read', note: 'In a field: leave the field.' },
  'denial.next': {
    title: 'Next of the same denial',
    group: 'Read',
    hint: 'next of this denial',
    note: 'The next row, in the order of the table, that the same policy rule or the same end of tier denied. Under “Every 15 s” also of the same source, destination, port and reporter. Starts again after the last one. While a capture is replayed and no row is open: 15 s on.',
  },
  'denial.previous': {
    title: 'Previous of the same denial',
    group: 'Read',
    note: 'While a capture is replayed and no row is open: 15 s back.',
  },
  'answer.markdown': { title: 'Copy the open row as Markdown', group: 'Read', hint: 'as Markdown' },
  'seen.mark': {
    title: 'Mark as seen: what comes afterwards is new',
    group: 'Read',
    note: 'Remembered in this browser. Until then, new is what was first seen in the last 5 minutes held.',
  },
  'seen.forget': { title: 'Forget what was marked as seen', group: 'Read' },
  'denied.only': { title: 'Denied only, or everything again', group: 'Filter' },
  'cell.include': { title: 'Only the value of the current cell', group: 'Filter', hint: 'only, without' },
  'cell.exclude': { title: 'Without the value of the current cell', group: 'Filter', hint: 'only, without' },
  'cell.menu': {
    title: 'Menu of the current cell',
    group: 'Filter',
    note: 'Also by right click. ← and → choose the cell.',
  },
  'filter.add': { title: 'Add a filter…', group: 'Filter' },
  'filter.clear': { title: 'Clear the filter', group: 'Filter' },
  'time.clear': { title: 'Show everything held: clear the time range', group: 'Filter' },
  'screen.flows': { title: 'Go to the grouped flows', group: 'Screens' },
  'screen.ports': { title: 'Go to the rows by port', group: 'Screens' },
  'screen.intervals': { title: 'Go to the single records', group: 'Screens' },
  'screen.staged': { title: 'Go to staged changes', group: 'Screens' },
  'screen.compare': { title: 'Go to compare', group: 'Screens' },
  'screen.captures': { title: 'Go to captures', group: 'Screens' },
  'compare.a': { title: 'Compare: set window A', group: 'Read', hint: 'set A, B' },
  'compare.b': { title: 'Compare: set window B', group: 'Read', hint: 'set A, B' },
  'compare.earlier': { title: 'Compare: move both windows back', group: 'Read', hint: 'move both windows' },
  'compare.later': { title: 'Compare: move both windows on', group: 'Read', hint: 'move both windows' },
  'compare.swap': { title: 'Compare: swap A and B', group: 'Read', hint: 'swap A and B' },
  pause: { title: 'Pause the view, or let it run', group: 'Page', hint: 'pause' },
  'link.copy': {
    title: 'Copy the link to this view',
    group: 'Page',
    note: 'It opens the row that is open, too. A range such as the last 15 minutes is pinned to the times that are seen now.',
  },
  'source.choose': {
    title: 'Choose the source',
    group: 'Page',
    note: 'The menu of clusters and captures. Where there are several clusters: type to find one, or choose it by 1 to 9.',
  },
  'history.open': { title: 'History…', group: 'Page' },
  replay: { title: 'Replay the capture, or leave the replay', group: 'Page' },
  'replay.toggle': { title: 'Replay: play, pause', group: 'Page' },
  'replay.slower': { title: 'Replay: slower', group: 'Page' },
  'replay.faster': { title: 'Replay: faster', group: 'Page' },
  'replay.denial': { title: 'Replay: next new denial', group: 'Page' },
  'capture.open': { title: 'Open a capture…', group: 'Page' },
  'policies.open': { title: 'Policies…', group: 'Page' },
  'export.open': {
    title: 'Export what the filter shows…',
    group: 'Page',
    note: 'As a capture, CSV, JSON lines or Markdown.',
  },
  record: { title: 'Record, or stop recording', group: 'Page' },
  'recordings.open': { title: 'Show the recordings', group: 'Page' },
  'scope.edit': {
    title: 'Stream only what matches a query…',
    group: 'Page',
    note: 'The scope: for a cluster too large to hold. A filter narrows what is held, a scope what is received.',
  },
  'scope.clear': { title: 'Stream everything: clear the scope', group: 'Page' },
  'memory.edit': {
    title: 'Memory for flows…',
    group: 'Page',
    note: 'When it is full, the oldest flows leave.',
  },
  'theme.next': { title: 'Change the theme', group: 'Page' },
  'help.open': { title: 'Show the keys', group: 'Page' },
}
