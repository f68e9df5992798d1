/** The commands that were last chosen in the palette, remembered in this browser. */
import { COMMANDS, type CommandId } from './command-table.ts'
import { readJson, remembered } from '../remembered/remembered.ts'

/** Commands kept; the oldest go first. */
export const RECENT_LIMIT = 5

/** Reads what was stored, whatever it is: what is no command of this version is left out. */
export function parseRecent(text: string | null): readonly CommandId[] {
  const stored = readJson(text)
  if (!Array.isArray(stored)) return []
  return stored.flatMap((id: unknown) => COMMANDS.find((command) => command.id === id)?.id ?? [])
}

/** The newest first, each once. */
export function withRecent(recent: readonly CommandId[], id: CommandId): readonly CommandId[] {
  return [id, ...recent.filter((each) => each !== id)].slice(0, RECENT_LIMIT)
}

const store = remembered('flowtrace.recent-commands', parseRecent)

/** Newest first. */
export function recentCommands(): readonly CommandId[] {
  return store.get()
}

export function rememberCommand(id: CommandId): void {
  store.set(withRecent(store.get(), id))
}
