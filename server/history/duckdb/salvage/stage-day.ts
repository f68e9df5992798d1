/**
 * Reads what can be read of a damaged file of a day into a new file: row by row range, so that a block whose checksum is wrong costs the
 * rows that need it and no others. In a DuckDB of its own, which the recording does not wait for, and which may fail without it.
 */
import { dirname } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { unreachable } from '../../../../src/lib/assert.ts'
import { asHistoryError, isFatal } from '../duckdb-error.ts'
import type { DuckDb } from '../duckdb-module.ts'
import { makeFolder } from '../make-folder.ts'
import { removeFile } from '../part-files.ts'
import { attachment, dayColumns, type DayTable, partTables } from '../part-tables.ts'
import { ailmentOf, hasLostLog, isOfLog, setFileAside } from '../set-aside.ts'

/** Bytes beside `--history-memory`, for as long as a file is read. The log of the damaged file is held in it. */
export const SALVAGE_MEMORY = 96 * 2 ** 20
/** Rows that are read by one statement: DuckDB's row group, below which it rarely pays to begin. */
const MAX_RANGE = 122_880
/** A range that cannot be read is halved down to this, the size of DuckDB's vectors. */
const MIN_RANGE = 2048

export interface StagedDay {
  /** The new file, which the caller removes. It has the tables of a day. */
  readonly path: string
  /** Rows of each table that could not be read, or that were deleted beside such: an upper bound. */
  readonly unreadable: Readonly<Record<DayTable, number>>
  /** Whether its log could not be replayed, so that it had buckets of which nothing is known. */
  readonly isLogLost: boolean
}

export interface StagingPlace {
  readonly api: DuckDb
  /** The file that was set aside. */
  readonly damaged: string
  /** Where the new file is made. */
  readonly path: string
  readonly signal: AbortSignal
}

/** Returns null where nothing of the file can be read. Rejects with a HistoryError when space or memory is missing, and with the signal's reason. */
export async function stageDay(place: StagingPlace): Promise<StagedDay | null> {
  const { api, path, signal } = place
  await makeFolder(dirname(path))
  await removeFile(path)
  const instance = await openStaging(api, path)
  try {
    const connection = await instance.connect()
    try {
      const attached = await attachDamaged(connection, place.damaged)
      if (attached === null) return await nothing(path)
      for (const table of partTables('days', 'damaged')) await createCopyOf(connection, table)
      const unreadable = {
        facts: await copyTable(connection, 'facts', signal),
        done: await copyTable(connection, 'done', signal),
        partial: await copyTable(connection, 'partial', signal),
      }
      await connection.run('checkpoint')
      return { path, unreadable, ...attached }
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
  } catch (error) {
    await removeFile(path)
    signal.throwIfAborted()
    const failed = asHistoryError(error)
    switch (failed.trouble) {
      case 'full':
      case 'too much memory':
      case 'refused':
      case 'unavailable':
      case 'locked':
        throw failed
      // What damage makes of a file may be more than DuckDB expects; it is then as if nothing could be read.
      case 'damaged':
      case 'failed':
      case 'too large':
      case 'too slow':
        return null
      default:
        return unreachable(failed.trouble, 'trouble')
    }
  }
}

async function openStaging(api: DuckDb, path: string): Promise<DuckDBInstance> {
  try {
    return await api.DuckDBInstance.create(path, {
      memory_limit: `${SALVAGE_MEMORY / 1024}KiB`,
      threads: '1',
      // Ranges are small: nothing is spilled, and never into the folder that the recording spills to.
      temp_directory: '',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      allow_community_extensions: 'false',
    })
  } catch (error) {
    throw asHistoryError(error)
  }
}

async function nothing(path: string): Promise<null> {
  await removeFile(path)
  return null
}

/**
 * Opens the file. A log that cannot be replayed is renamed, so that the file is read without it. Returns null where it does not open,
 * or has no records of ours.
 */
async function attachDamaged(
  connection: DuckDBConnection,
  damaged: string,
): Promise<Pick<StagedDay, 'isLogLost'> | null> {
  const attach = `${attachment(damaged, 'damaged')} (read_only)`
  // It stays lost when what follows has to be begun anew.
  let isLogLost = await hasLostLog(damaged)
  try {
    try {
      await connection.run(attach)
    } catch (error) {
      if (!isOfLog(error)) throw error
      await setFileAside(`${damaged}.wal`, 'damaged')
      isLogLost = true
      await connection.run(attach)
    }
    await connection.run(`select ${dayColumns('facts')} from damaged.main.facts limit 0`)
    return { isLogLost }
  } catch (error) {
    if (ailmentOf(error) === null) throw error
    return null
  }
}

/** The statements name the file that they are for. */
async function createCopyOf(connection: DuckDBConnection, statement: string): Promise<void> {
  await connection.run(statement.replace('damaged.main.', 'main.'))
}

/** Copies the rows of a table that can be read. Returns the number of those that cannot, deleted ones included. */
async function copyTable(
  connection: DuckDBConnection,
  table: DayTable,
  signal: AbortSignal,
): Promise<number> {
  const rows = await rowsOf(connection, table)
  const ranges: (readonly [number, number])[] = []
  for (let from = 0; from < rows; from += MAX_RANGE) ranges.push([from, Math.min(rows, from + MAX_RANGE)])
  let unreadable = 0
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    signal.throwIfAborted()
    const [from, to] = range
    try {
      await connection.run(
        `insert into main.${table} select ${dayColumns(table)} from damaged.main.${table} where rowid >= ${from} and rowid < ${to}`,
      )
    } catch (error) {
      if (isFatal(error) || ailmentOf(error) === null) throw error
      const middle = from + Math.max(MIN_RANGE, Math.floor((to - from) / 2 / MIN_RANGE) * MIN_RANGE)
      if (middle < to) ranges.push([middle, to], [from, middle])
      else unreadable += to - from
    }
  }
  return unreadable
}

/** Row ids that a table may have. 0 for one that the file does not have, as `partial` in those of an older version. */
async function rowsOf(connection: DuckDBConnection, table: DayTable): Promise<number> {
  const result = await connection.run(
    "select estimated_size from duckdb_tables() where database_name = 'damaged' and table_name = $1",
    [table],
  )
  const [row] = await result.getRows()
  return Number(row?.[0] ?? 0)
}
