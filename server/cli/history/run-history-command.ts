/** Runs `flowtrace history`. */
import { unreachable } from '../../../src/lib/assert.ts'
import type { HistoryCommand } from './history-command-options.ts'
import { runExport } from './run-export.ts'
import { runImport } from './run-import.ts'
import type { HistoryContext } from './with-history.ts'

/** As a shell has it for a program that was ended by SIGINT. */
const INTERRUPTED = 130

/** Resolves with the exit status. Throws {@link UsageError}. */
export async function runHistoryCommand(
  command: HistoryCommand,
  context: HistoryContext,
): Promise<0 | 2 | 130> {
  try {
    return await run(command, context)
  } catch (error) {
    if (context.signal.aborted) return INTERRUPTED
    throw error
  }
}

function run(command: HistoryCommand, context: HistoryContext): Promise<0 | 2> {
  switch (command.command) {
    case 'history import':
      return runImport(command, context)
    case 'history export':
      return runExport(command, context)
    default:
      return unreachable(command, 'command')
  }
}
