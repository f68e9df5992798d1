/** Runs a command that reads and writes captures. */
import { unreachable } from '../../../src/lib/assert.ts'
import { orInterrupted } from '../or-interrupted.ts'
import type { CommandContext } from './capture-input.ts'
import type { FileCommand } from './file-command-options.ts'
import { runHead } from './run-head.ts'
import { runStats } from './run-stats.ts'
import { runWrite } from './run-write.ts'

/** Resolves with the exit status. Throws {@link UsageError}. */
export function runFileCommand(command: FileCommand, context: CommandContext): Promise<0 | 130> {
  return orInterrupted(context.signal, () => run(command, context))
}

function run(command: FileCommand, context: CommandContext): Promise<0> {
  switch (command.command) {
    case 'convert':
    case 'merge':
      return runWrite(command, context)
    case 'head':
      return runHead(command, context)
    case 'stats':
      return runStats(command, context)
    default:
      return unreachable(command, 'command')
  }
}
