import { isFileCommand, parseFileCommand } from '../cli/captures/file-command-options.ts'
import { runFileCommand } from '../cli/captures/run-file-command.ts'
import { type Ran, runOnStreams, type StandardInput } from './run-on-streams.ts'

export interface RunOptions {
  readonly stdin?: StandardInput
  readonly signal?: AbortSignal
}

/** Runs a command that reads and writes captures, as `flowtrace` would with these arguments. */
export async function fileCommand(
  argv: readonly string[],
  { stdin = '', signal = new AbortController().signal }: RunOptions = {},
): Promise<Ran> {
  const [name, ...args] = argv
  if (!isFileCommand(name)) throw new Error(`${name} is no such command`)
  const command = parseFileCommand(name, args)
  if (command.command === 'file command help') throw new Error('that is a call for help')
  return runOnStreams(stdin, (streams) =>
    runFileCommand(command, { streams, signal, tool: 'flowtrace 1.2.3' }),
  )
}
