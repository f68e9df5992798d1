import { parseHistory } from '../cli/history/history-command-options.ts'
import { runHistoryCommand } from '../cli/history/run-history-command.ts'
import type { HistoryContext } from '../cli/history/with-history.ts'
import type { HistoryStore } from '../history/history-store.ts'
import type { RunOptions } from './run-file-command.ts'
import { type Ran, runOnStreams } from './run-on-streams.ts'

type Open = HistoryContext['openHistory']

/** Opens a store that a test holds, and leaves it open. */
export function openingOf(store: HistoryStore): Open {
  return async () => {
    await store.open()
    return new Proxy(store, {
      get: (target, name) => {
        if (name === 'close') return async () => {}
        const member: unknown = Reflect.get(target, name, target)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
  }
}

/** Runs `flowtrace history` with these arguments, on a history that is opened so. */
export async function historyCommand(
  openHistory: Open,
  argv: readonly string[],
  { stdin = '', signal = new AbortController().signal }: RunOptions = {},
): Promise<Ran> {
  const command = parseHistory(argv)
  if ('text' in command) throw new Error('that is a call for a text')
  return runOnStreams(stdin, (streams) =>
    runHistoryCommand(command, { streams, signal, tool: 'flowtrace 1.2.3', openHistory }),
  )
}
