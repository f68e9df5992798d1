/** Opens the history that was asked for. An engine is loaded with the first history of its kind: DuckDB takes 70 MB. */
import { readFile } from 'node:fs/promises'
import type { Clock } from '../../../src/lib/clock.ts'
import type { HistoryEngine } from '../../../src/wire/history-status.ts'
import { errorCode } from '../../lib/error-code.ts'
import { HistoryError } from '../history-error.ts'
import { type HistoryOptions, isClickHouse } from '../history-options.ts'
import type { HistoryStore } from '../history-store.ts'
import { LateHistory } from './late-history.ts'

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
export async function openHistory(
  { where, days, hourDays, memory, passwordFile, caFile, reader }: HistoryOptions,
  clock: Clock,
): Promise<OpenedHistory> {
  if (!isClickHouse(where)) {
    const { openDuckDbHistory } = await import('../duckdb/duckdb-history.ts')
    const store = openDuckDbHistory(where, { memory })
    await store.open()
    return { store, engine: 'duckdb', trouble: null }
  }
  const password = await readPassword(passwordFile)
  const readBy =
    reader === null ? null : { user: reader.user, password: await readPassword(reader.passwordFile) }
  const ca = caFile === null ? null : await readText('file of certificates', caFile)
  const { openClickHouseHistory } = await import('../clickhouse/clickhouse-history.ts')
  const kept = { raw: days, hours: hourDays }
  const open = () => openClickHouseHistory(where, { password, ca, days: kept, reader: readBy })
  try {
    return { store: await open(), engine: 'clickhouse', trouble: null }
  } catch (error) {
    if (!(error instanceof HistoryError) || error.trouble !== 'unavailable') throw error
    const store = new LateHistory(open, error, clock)
    return { store, engine: 'clickhouse', trouble: error.message }
  }
}

/** Empty without a file. */
async function readPassword(file: string | null): Promise<string> {
  return file === null ? '' : (await readText('password file', file)).trim()
}

async function readText(what: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new HistoryError('failed', `The ${what} ${path} cannot be read (${errorCode(error)})`, {
      cause: error,
    })
  }
}
