import type { HistoryStore } from '../../history/history-store.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { HistoryPlace } from './with-history.ts'

/** Opens the history that a command names. Throws HistoryError and {@link UsageError}. */
export async function openHistoryPlace(_place: HistoryPlace): Promise<HistoryStore> {
  throw new UsageError('This version cannot open a history')
}
