import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import { parseCompare } from '../cli/compare/compare-options.ts'
import { runCompare } from '../cli/compare/run-compare.ts'
import type { HistoryStore } from '../history/history-store.ts'

/** What the command wrote, and its exit status. */
export interface Compared {
  readonly status: number
  readonly out: string
  readonly error: string
}

/** Runs `flowtrace compare` with these arguments; `history` is what --history opens. */
export async function compareText(
  argv: readonly string[],
  {
    stdin = '',
    history,
    now,
  }: { readonly stdin?: string; readonly history?: HistoryStore; readonly now?: number } = {},
): Promise<Compared> {
  const command = parseCompare(argv, now)
  if (command.command !== 'compare') throw new Error('that is a call for help')
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  const said = Promise.all([text(stdout), text(stderr)])
  const status = await runCompare(command, {
    streams: { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr },
    openHistory: async () => {
      if (history === undefined) throw new Error('the test has no history')
      return history
    },
  })
  stdout.end()
  stderr.end()
  const [out, error] = await said
  return { status, out, error }
}
