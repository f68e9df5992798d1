import { HistoryError } from '../../history/history-error.ts'
import type { HistoryStore } from '../../history/history-store.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { CommandContext } from '../captures/capture-input.ts'

/** A history as `--history` names it. */
export interface HistoryPlace {
  /** A folder, or clickhouse://… */
  readonly location: string
  readonly passwordFile: string | null
}

export interface HistoryContext extends CommandContext {
  /** Opens a history. Throws {@link HistoryError} or {@link UsageError}. */
  readonly openHistory: (place: HistoryPlace) => Promise<HistoryStore>
}

/**
 * Calls `run` with an open history, and closes it afterwards. Throws {@link UsageError} for what the history refuses.
 */
export async function withHistory<T>(
  place: HistoryPlace,
  used: 'read' | 'written',
  { openHistory }: HistoryContext,
  run: (store: HistoryStore) => Promise<T>,
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
    throw new UsageError(`The history cannot be ${used}: ${error.message}`, { cause: error })
  }
}
