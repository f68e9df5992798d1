import { readdir } from 'node:fs/promises'
import { systemClock } from '../../../src/lib/clock.ts'
import { visibleText } from '../../../src/lib/visible-text.ts'
import { openHistory } from '../../history/engine/open-history.ts'
import {
  DEFAULT_DAYS,
  DEFAULT_HISTORY_MEMORY,
  DEFAULT_HOUR_DAYS,
  isClickHouse,
} from '../../history/history-options.ts'
import type { HistoryStore } from '../../history/history-store.ts'
import { errorCode } from '../../lib/error-code.ts'
import { UsageError } from '../../lib/usage-error.ts'
import type { HistoryPlace } from './place-flags.ts'

/** Opens the history that a command names. Throws HistoryError and {@link UsageError}. */
export async function openHistoryPlace({
  location,
  passwordFile,
  caFile,
  reader,
  mayBeNew = false,
}: HistoryPlace): Promise<HistoryStore> {
  if (!isClickHouse(location)) {
    checkFolderOptions({ location, passwordFile, caFile, reader })
    if (!mayBeNew) await checkFolder(location)
  }
  const days = isClickHouse(location) ? DEFAULT_DAYS.clickhouse : DEFAULT_DAYS.folder
  const { store, trouble } = await openHistory(
    {
      where: location,
      days,
      hourDays: DEFAULT_HOUR_DAYS,
      maxBytes: null,
      memory: DEFAULT_HISTORY_MEMORY,
      passwordFile,
      caFile,
      reader,
    },
    systemClock,
  )
  if (trouble === null) return store
  // A gateway would wait for it; a command does not.
  await store.close()
  throw new UsageError(`The history is not reached: ${trouble}`)
}

/** Throws {@link UsageError} for what belongs to ClickHouse alone. */
function checkFolderOptions({ location, passwordFile, caFile, reader }: HistoryPlace): void {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(location))
    throw new UsageError(
      `--history wants a folder, or clickhouse://USER@HOST:8443/DATABASE, not ${visibleText(location)}`,
    )
  if (passwordFile !== null) throw new UsageError('--history-password-file needs --history clickhouse://…')
  if (caFile !== null) throw new UsageError('--history-ca needs --history clickhouse://…')
  if (reader !== null) throw new UsageError('--history-reader needs --history clickhouse://…')
}

/** So that reading makes nothing in a folder that is something else. Throws {@link UsageError}. */
async function checkFolder(path: string): Promise<void> {
  let names: readonly string[]
  try {
    names = await readdir(path)
  } catch (error) {
    const code = errorCode(error)
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'is no folder' : `cannot be read (${code})`
    throw new UsageError(`There is no history: ${visibleText(path)} ${why}`)
  }
  // Without history.duckdb the engine says what is missing.
  if (!names.includes('history.duckdb') && !names.includes('days'))
    throw new UsageError(`There is no history: ${visibleText(path)} has none of its files`)
}
