/** Opens the history that was asked for. An engine is loaded with the first history of its kind: DuckDB takes 70 MB. */
import type { HistoryEngine } from '../../../src/wire/history-status.ts'
import { HistoryError } from '../history-error.ts'
import { type HistoryOptions, isClickHouse } from '../history-options.ts'
import type { HistoryStore } from '../history-store.ts'

export interface OpenedHistory {
  readonly store: HistoryStore
  readonly engine: HistoryEngine
  /** Why a ClickHouse is not reached now, which is tried again with each call; null when it is open. */
  readonly trouble: string | null
}

/**
 * Resolves with a history that is open, or with one of a ClickHouse that is not reached now. Throws {@link HistoryError} for
 * what does not mend itself: a folder that cannot be used, a refused login, a file that cannot be read.
 */
export async function openHistory({ where, memory }: HistoryOptions): Promise<OpenedHistory> {
  if (!isClickHouse(where)) {
    const { openDuckDbHistory } = await import('../duckdb/duckdb-history.ts')
    const store = openDuckDbHistory(where, { memory })
    await store.open()
    return { store, engine: 'duckdb', trouble: null }
  }
  throw new HistoryError('failed', 'A history in ClickHouse is not there yet')
}
