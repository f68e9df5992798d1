import { stat } from 'node:fs/promises'
import { systemClock } from '../../../src/lib/clock.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { openHistory } from '../../history/engine/open-history.ts'
import { HistoryError } from '../../history/history-error.ts'
import {
  DEFAULT_DAYS,
  DEFAULT_HISTORY_MEMORY,
  DEFAULT_HOUR_DAYS,
  isClickHouse,
} from '../../history/history-options.ts'
import type { HistoryStore } from '../../history/history-store.ts'
import { errorCode } from '../../lib/error-code.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { HistoryPlace } from './with-history.ts'

/** Opens the history that a command names. Throws {@link HistoryError}. */
export async function openHistoryPlace({ location, passwordFile }: HistoryPlace): Promise<HistoryStore> {
  const days = isClickHouse(location) ? DEFAULT_DAYS.clickhouse : DEFAULT_DAYS.folder
  const opened = await openHistory(
    {
      where: location,
      days,
      hourDays: DEFAULT_HOUR_DAYS,
      maxBytes: null,
      memory: DEFAULT_HISTORY_MEMORY,
      passwordFile,
      caFile: null,
    },
    systemClock,
  )
  if (opened.trouble === null) return opened.store
  // A gateway would wait for it; a command does not.
  await opened.store.close()
  throw new HistoryError('unavailable', opened.trouble)
}

/** As {@link openHistoryPlace}, of a folder that is there: one that is read is not made. Throws {@link UsageError}. */
export async function openHeldHistory(place: HistoryPlace): Promise<HistoryStore> {
  if (!isClickHouse(place.location)) await refuseMissing(place.location)
  return openHistoryPlace(place)
}

async function refuseMissing(folder: string): Promise<void> {
  try {
    await stat(folder)
  } catch (error) {
    throw new UsageError(`There is no history in ${visibleText(folder)} (${errorCode(error)})`, {
      cause: error,
    })
  }
}
