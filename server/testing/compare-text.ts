import { parseCompare } from '../cli/compare/compare-options.ts'
import { runCompare } from '../cli/compare/run-compare.ts'
import type { HistoryStore } from '../history/history-store.ts'
import { type Ran, runOnStreams } from './run-on-streams.ts'

/** Runs `flowtrace compare` with these arguments; `history` is what --history opens. */
export async function compareText(
  argv: readonly string[],
  {
    stdin = '',
    history,
    now,
  }: { readonly stdin?: string; readonly history?: HistoryStore; readonly now?: number } = {},
): Promise<Ran> {
  const command = parseCompare(argv, now)
  if (command.command !== 'compare') throw new Error('that is a call for help')
  const openHistory = async (): Promise<HistoryStore> => {
    if (history === undefined) throw new Error('the test has no history')
    return history
  }
  return runOnStreams(stdin, (streams) => runCompare(command, { streams, openHistory }))
}
