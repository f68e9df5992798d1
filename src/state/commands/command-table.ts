/**
 * Every command of the product, with its shortcuts. What the palette, the help and the footer say about them is in
 * command-words.ts: the first paint needs the keys, but none of the words. The part of the screen that carries a command out
 * registers its handler with `useCommand()`.
 */

export interface CommandEntry {
  readonly id: string
  /** Alternative shortcuts in the notation of key-chords.ts. Empty for a command that only the palette offers. */
  readonly keys: readonly string[]
  /** Whether the shortcut works in fields and menus too: only for keys that type no text. */
  readonly everywhere?: true
}

/** In the order of the palette, and of each group of the help. */
const TABLE = [
  { id: 'query.focus', keys: ['/'] },
  { id: 'query.back', keys: ['Mod+z'] },
  { id: 'query.forward', keys: ['Mod+Shift+z'] },
  { id: 'palette.open', keys: ['Mod+k'], everywhere: true },
  { id: 'part.next', keys: ['F6'], everywhere: true },
  { id: 'part.previous', keys: ['Shift+F6'], everywhere: true },
  { id: 'row.next', keys: ['j'] },
  { id: 'row.previous', keys: ['k'] },
  { id: 'row.open', keys: ['Enter'] },
  { id: 'answer.focus', keys: ['i'] },
  { id: 'close', keys: ['Escape'], everywhere: true },
  { id: 'denial.next', keys: ['.'] },
  { id: 'denial.previous', keys: [','] },
  { id: 'answer.markdown', keys: ['Y'] },
  { id: 'seen.mark', keys: ['M'] },
  { id: 'seen.forget', keys: [] },
  { id: 'denied.only', keys: ['d'] },
  { id: 'cell.include', keys: ['f'] },
  { id: 'cell.exclude', keys: ['F'] },
  { id: 'cell.menu', keys: ['m'] },
  { id: 'filter.add', keys: [] },
  { id: 'filter.clear', keys: [] },
  { id: 'time.clear', keys: [] },
  { id: 'screen.flows', keys: ['g f'] },
  { id: 'screen.ports', keys: ['g b'] },
  { id: 'screen.intervals', keys: ['g i'] },
  { id: 'screen.staged', keys: ['g p'] },
  { id: 'screen.compare', keys: ['g v'] },
  { id: 'screen.captures', keys: ['g c'] },
  { id: 'compare.a', keys: ['a'] },
  { id: 'compare.b', keys: ['b'] },
  { id: 'compare.earlier', keys: ['['] },
  { id: 'compare.later', keys: [']'] },
  { id: 'compare.swap', keys: ['x'] },
  { id: 'pause', keys: ['p'] },
  { id: 'link.copy', keys: ['y', 'c'] },
  { id: 'source.choose', keys: ['g s'] },
  { id: 'history.open', keys: ['g h'] },
  { id: 'replay', keys: [] },
  { id: 'replay.toggle', keys: ['Space'] },
  { id: 'replay.slower', keys: ['<'] },
  { id: 'replay.faster', keys: ['>'] },
  { id: 'replay.denial', keys: ['n'] },
  { id: 'capture.open', keys: [] },
  { id: 'policies.open', keys: [] },
  { id: 'export.open', keys: ['Mod+s'], everywhere: true },
  { id: 'record', keys: ['r'] },
  { id: 'recordings.open', keys: [] },
  { id: 'scope.edit', keys: [] },
  { id: 'scope.clear', keys: [] },
  { id: 'memory.edit', keys: [] },
  { id: 'theme.next', keys: ['t'] },
  { id: 'help.open', keys: ['?'] },
] as const satisfies readonly CommandEntry[]

export type CommandId = (typeof TABLE)[number]['id']

export interface Command extends CommandEntry {
  readonly id: CommandId
}

export const COMMANDS: readonly Command[] = TABLE
