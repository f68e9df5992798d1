/** Runs `flowtrace history`. */
import { unreachable } from '../../../src/lib/assert.ts'
import { orInterrupted } from '../or-interrupted.ts'
import type { HistoryCommand } from './history-command-options.ts'
import { runExport } from './run-export.ts'
import { runHits } from './run-hits.ts'
import { runImport } from './run-import.ts'
import type { HistoryContext } from './with-history.ts'

/** Resolves with the exit status. Throws {@link UsageError}. */
export function runHistoryCommand(
  command: HistoryCommand,
  context: HistoryContext,
): Promise<0 | 1 | 2 | 130> {
  return orInterrupted(context.signal, () => run(command, context))
}

function run(command: HistoryCommand, context: HistoryContext): Promise<0 | 1 | 2> {
  switch (command.command) {
    case 'history import':
      return runImport(command, context)
    case 'history export':
      return runExport(command, context)
    case 'history hits':
      return runHits(command, context)
    default:
      return unreachable(command, 'command')
  }
}
