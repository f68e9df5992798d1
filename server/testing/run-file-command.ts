import { PassThrough, Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'

import { isFileCommand, parseFileCommand } from '../cli/captures/file-command-options.ts'
import { runFileCommand } from '../cli/captures/run-file-command.ts'

/** What a command wrote, and its exit status. */
export interface Ran {
  readonly status: number
  readonly out: string
  readonly bytes: Buffer
  readonly error: string
}

export interface RunOptions {
  /** What standard input holds. */
  readonly stdin?: string | Uint8Array | Readable
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
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const said = Promise.all([buffer(stdout), text(stderr)])
  const input = stdin instanceof Readable ? stdin : Readable.from([Buffer.from(stdin)])
  try {
    const status = await runFileCommand(command, {
      streams: { stdin: input, stdout, stderr },
      signal,
      tool: 'flowtrace 1.2.3',
    })
    stdout.end()
    stderr.end()
    const [bytes, error] = await said
    return { status, out: bytes.toString(), bytes, error }
  } finally {
    stdout.end()
    stderr.end()
  }
}
