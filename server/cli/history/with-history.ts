import { visibleText } from '../../../src/lib/visible-text.ts'
import { HistoryError } from '../../history/history-error.ts'
import type { HistoryStore } from '../../history/history-store.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { CommandContext } from '../captures/capture-input.ts'
import type { HistoryPlace } from './place-flags.ts'

/** The gateway that records has the folder open. */
export const READ_WHEN_LOCKED = '; docs/compare.md says how a gateway gives its records'

export interface HistoryContext extends CommandContext {
  /** Opens a history. Throws {@link HistoryError} or {@link UsageError}. */
  readonly openHistory: (place: HistoryPlace) => Promise<HistoryStore>
}

/**
 * Calls `run` with an open history, and closes it afterwards. Throws {@link UsageError} for what the history refuses, with
 * `whenLocked` behind it where another process has the folder open.
 */
export async function withHistory<T>(
  place: HistoryPlace,
  used: 'read' | 'written' | 'compared',
  { openHistory }: Pick<HistoryContext, 'openHistory'>,
  run: (store: HistoryStore) => Promise<T>,
  whenLocked = '',
): Promise<T> {
  try {
    const store = await openHistory(place)
    try {
      return await run(store)
    } finally {
      await store.close()
    }
  } catch (error) {
    if (!(error instanceof HistoryError)) throw error
    const hint = error.trouble === 'locked' ? whenLocked : ''
    throw new UsageError(`The history cannot be ${used}: ${error.message}${hint}`, { cause: error })
  }
}

/** The cluster that is asked for, or else the only one. Throws {@link UsageError}. */
export async function chosenCluster(store: HistoryStore, asked: string | null): Promise<string> {
  const clusters = await store.clusters()
  const names = clusters.map((name) => visibleText(name)).join(', ')
  if (clusters.length === 0) throw new UsageError('There are no records in the history')
  if (asked === null) {
    const [only, ...others] = clusters
    if (only !== undefined && others.length === 0) return only
    throw new UsageError(`--cluster NAME has to choose one of ${names}`)
  }
  if (clusters.includes(asked)) return asked
  throw new UsageError(`The history has no cluster ${JSON.stringify(asked)}; there are: ${names}`)
}
