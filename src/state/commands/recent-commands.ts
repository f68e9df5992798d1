/** The commands that were chosen last in the palette, remembered in this browser. */
import { COMMANDS, type CommandId } from './command-table.ts'
import { readJson, Remembered } from '../remembered/remembered.ts'

/** The most commands that are kept. The oldest are dropped. */
export const RECENT_LIMIT = 5

/** The commands in a stored text. Those that this version does not have are left out. */
export function parseRecent(text: string | null): readonly CommandId[] {
  const stored = readJson(text)
  if (!Array.isArray(stored)) return []
  return stored.flatMap((id: unknown) => COMMANDS.find((command) => command.id === id)?.id ?? [])
}

/** The list with a command as its newest, which comes first; each command once. */
export function withRecent(recent: readonly CommandId[], id: CommandId): readonly CommandId[] {
  return [id, ...recent.filter((each) => each !== id)].slice(0, RECENT_LIMIT)
}

const recent = new Remembered('flowtrace.recent-commands', parseRecent)

/** Newest first. */
export function recentCommands(): readonly CommandId[] {
  return recent.get()
}

export function rememberCommand(id: CommandId): void {
  recent.update((ids) => withRecent(ids, id))
}
