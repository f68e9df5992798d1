/**
 * Every command of the product. The shortcuts, the help, the footer's hints and the palette are made from this table.
 * The part of the screen that carries a command out registers its handler with `useCommand()`.
 */

export interface CommandEntry {
  readonly id: string
  /** Its name in the palette and in the help. */
  readonly title: string
  readonly group: CommandGroup
  /** Alternative shortcuts in the notation of key-chords.ts. Empty for a command that only the palette offers. */
  readonly keys: readonly string[]
  /** A word or two for the footer. Neighbours with the same hint share it. */
  readonly hint?: string
  /** Whether the shortcut works in fields and menus too: only for keys that type no text. */
  readonly everywhere?: true
}

/** In the order of the help. */
export const COMMAND_GROUPS = ['Find', 'Read', 'Filter', 'Screens', 'Page'] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

const TABLE = [
  {
    id: 'query.focus',
    title: 'Type a query',
    group: 'Find',
    keys: ['/'],
    hint: 'query',
  },
  { id: 'query.back', title: 'Go back to the query before', group: 'Find', keys: ['Mod+z'] },
  {
    id: 'query.forward',
    title: 'Go forward to the query that was left',
    group: 'Find',
    keys: ['Mod+Shift+z'],
  },
  {
    id: 'palette.open',
    title: 'Search or command',
    group: 'Find',
    keys: ['Mod+k'],
    everywhere: true,
  },
  {
    id: 'part.next',
    title: 'Go to the next part of the screen',
    group: 'Read',
    keys: ['F6'],
    everywhere: true,
  },
  {
    id: 'part.previous',
    title: 'Go to the part of the screen before',
    group: 'Read',
    keys: ['Shift+F6'],
    everywhere: true,
  },
  { id: 'row.next', title: 'Next row', group: 'Read', keys: ['j'], hint: 'move' },
  {
    id: 'row.previous',
    title: 'Previous row',
    group: 'Read',
    keys: ['k'],
    hint: 'move',
  },
  { id: 'row.open', title: 'Open the row', group: 'Read', keys: ['Enter'], hint: 'open' },
  {
    id: 'answer.focus',
    title: 'Go into the answer, where Space scrolls and 1 to 5 unfold',
    group: 'Read',
    keys: ['i'],
    hint: 'into the answer',
  },
  {
    id: 'close',
    title: 'Close what is open',
    group: 'Read',
    keys: ['Escape'],
    everywhere: true,
  },
  {
    id: 'denial.next',
    title: 'Next of the same denial',
    group: 'Read',
    keys: ['.'],
    hint: 'next of this denial',
  },
  { id: 'denial.previous', title: 'Previous of the same denial', group: 'Read', keys: [','] },
  {
    id: 'answer.markdown',
    title: 'Copy the open row as Markdown',
    group: 'Read',
    keys: ['Y'],
    hint: 'as Markdown',
  },
  {
    id: 'seen.mark',
    title: 'Mark as seen: what comes afterwards is new',
    group: 'Read',
    keys: ['M'],
  },
  { id: 'seen.forget', title: 'Forget what was marked as seen', group: 'Read', keys: [] },
  { id: 'denied.only', title: 'Denied only, or everything again', group: 'Filter', keys: ['d'] },
  {
    id: 'cell.include',
    title: 'Only the value of the current cell',
    group: 'Filter',
    keys: ['f'],
    hint: 'only, without',
  },
  {
    id: 'cell.exclude',
    title: 'Without the value of the current cell',
    group: 'Filter',
    keys: ['F'],
    hint: 'only, without',
  },
  {
    id: 'cell.menu',
    title: 'Menu of the current cell',
    group: 'Filter',
    keys: ['m'],
  },
  { id: 'filter.add', title: 'Add a filter…', group: 'Filter', keys: [] },
  { id: 'filter.clear', title: 'Clear the filter', group: 'Filter', keys: [] },
  { id: 'time.clear', title: 'Show everything held: clear the time range', group: 'Filter', keys: [] },
  { id: 'screen.flows', title: 'Go to the grouped flows', group: 'Screens', keys: ['g f'] },
  { id: 'screen.ports', title: 'Go to the rows by port', group: 'Screens', keys: ['g b'] },
  { id: 'screen.intervals', title: 'Go to the single records', group: 'Screens', keys: ['g i'] },
  { id: 'screen.staged', title: 'Go to staged changes', group: 'Screens', keys: ['g p'] },
  { id: 'screen.compare', title: 'Go to compare', group: 'Screens', keys: ['g v'] },
  { id: 'screen.captures', title: 'Go to captures', group: 'Screens', keys: ['g c'] },
  { id: 'compare.a', title: 'Compare: set window A', group: 'Read', keys: ['a'], hint: 'set A, B' },
  { id: 'compare.b', title: 'Compare: set window B', group: 'Read', keys: ['b'], hint: 'set A, B' },
  {
    id: 'compare.earlier',
    title: 'Compare: move both windows back',
    group: 'Read',
    keys: ['['],
    hint: 'move both windows',
  },
  {
    id: 'compare.later',
    title: 'Compare: move both windows on',
    group: 'Read',
    keys: [']'],
    hint: 'move both windows',
  },
  { id: 'compare.swap', title: 'Compare: swap A and B', group: 'Read', keys: ['x'], hint: 'swap A and B' },
  { id: 'pause', title: 'Pause the view, or let it run', group: 'Page', keys: ['p'], hint: 'pause' },
  {
    id: 'link.copy',
    title: 'Copy the link to this view',
    group: 'Page',
    keys: ['y', 'c'],
  },
  {
    id: 'source.choose',
    title: 'Choose the source',
    group: 'Page',
    keys: ['g s'],
  },
  { id: 'history.open', title: 'History…', group: 'Page', keys: ['g h'] },
  { id: 'replay', title: 'Replay the capture, or leave the replay', group: 'Page', keys: [] },
  { id: 'replay.toggle', title: 'Replay: play, pause', group: 'Page', keys: ['Space'] },
  { id: 'replay.slower', title: 'Replay: slower', group: 'Page', keys: ['<'] },
  { id: 'replay.faster', title: 'Replay: faster', group: 'Page', keys: ['>'] },
  { id: 'replay.denial', title: 'Replay: next new denial', group: 'Page', keys: ['n'] },
  { id: 'capture.open', title: 'Open a capture…', group: 'Page', keys: [] },
  { id: 'policies.open', title: 'Policies…', group: 'Page', keys: [] },
  {
    id: 'export.open',
    title: 'Export what the filter shows…',
    group: 'Page',
    keys: ['Mod+s'],
    everywhere: true,
  },
  { id: 'record', title: 'Record, or stop recording', group: 'Page', keys: ['r'] },
  { id: 'recordings.open', title: 'Show the recordings', group: 'Page', keys: [] },
  {
    id: 'scope.edit',
    title: 'Stream only what matches a query…',
    group: 'Page',
    keys: [],
  },
  { id: 'scope.clear', title: 'Stream everything: clear the scope', group: 'Page', keys: [] },
  {
    id: 'memory.edit',
    title: 'Memory for flows…',
    group: 'Page',
    keys: [],
  },
  { id: 'theme.next', title: 'Change the theme', group: 'Page', keys: ['t'] },
  { id: 'help.open', title: 'Show the keys', group: 'Page', keys: ['?'] },
] as const satisfies readonly CommandEntry[]

export type CommandId = (typeof TABLE)[number]['id']

export interface Command extends CommandEntry {
  readonly id: CommandId
}

export const COMMANDS: readonly Command[] = TABLE
