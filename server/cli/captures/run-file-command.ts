/** Runs a command that reads and writes captures. */
import { unreachable } from '../../../src/lib/assert.ts'
import type { CommandContext } from './capture-input.ts'
import type { FileCommand } from './file-command-options.ts'
import { runHead } from './run-head.ts'
import { runStats } from './run-stats.ts'
import { runWrite } from './run-write.ts'

/** As a shell has it for a program that was ended by SIGINT. */
const INTERRUPTED = 130

/** Resolves with the exit status. Throws {@link UsageError}. */
export async function runFileCommand(command: FileCommand, context: CommandContext): Promise<0 | 130> {
  try {
    return await run(command, context)
  } catch (error) {
    if (context.signal.aborted) return INTERRUPTED
    throw error
  }
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
