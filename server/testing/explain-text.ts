import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import { parseExplain } from '../cli/explain-options.ts'
import { runExplain } from '../cli/run-explain.ts'

/** What the command wrote, and its exit status. */
export interface Explained {
  readonly status: number
  readonly out: string
  readonly error: string
}

/** Runs `flowtrace explain` with these arguments, the content on standard input. */
export async function explainText(content: string | Uint8Array, argv: readonly string[]): Promise<Explained> {
  const command = parseExplain(argv)
  if (command.command !== 'explain') throw new Error('that is a call for help')
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const said = Promise.all([text(stdout), text(stderr)])
  const status = await runExplain(command, { stdin: Readable.from([Buffer.from(content)]), stdout, stderr })
  stdout.end()
  stderr.end()
  const [out, error] = await said
  return { status, out, error }
}
