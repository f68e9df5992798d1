/**
 * A closed day is written anew, sorted by entry and time: a record takes less space beside its neighbours of the same entry, the
 * records of one flow are together, and what replaced buckets left is gone.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { HOUR_SECONDS } from '../sql/tables.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { type Part, type PartFiles, removeFile, temporaryOf } from './part-files.ts'
import { attachment, partTables } from './part-tables.ts'

/** After the end of a day, late and corrected buckets still come. */
const SETTLED_AFTER_SECONDS = 2 * HOUR_SECONDS

/**
 * Twice the default: a column of a row group begins a block of its own, of which those of counters leave a part empty. Larger ones
 * take more memory while they are written. Row groups of another size than the default take this version of the file's form.
 */
const ROW_GROUPS = "(storage_version 'v1.2.0', row_group_size 245760)"

/**
 * Compacts the oldest day that is closed and was not compacted yet, but those that get more records yet, by their names. Returns whether
 * there was one.
 */
export async function compactOneDay(
  session: DuckDbSession,
  files: PartFiles,
  { closedBefore, awaited }: { readonly closedBefore: number; readonly awaited: readonly string[] },
): Promise<boolean> {
  const day = files
    .parts('days')
    .find(
      ({ generation, name, to }) =>
        generation === 1 && to + SETTLED_AFTER_SECONDS <= closedBefore && !awaited.includes(name),
    )
  if (day === undefined) return false
  await session.write(async () => compact(session, files, day))
  return true
}

async function compact({ writer }: DuckDbSession, files: PartFiles, day: Part): Promise<void> {
  const path = temporaryOf(day)
  // An attempt that failed left the rows that it had written.
  await removeFile(path)
  await writer.run(`${attachment(path, 'compacted')} ${ROW_GROUPS}`)
  try {
    for (const table of partTables('days', 'compacted')) await writer.run(table)
    // The order of the rows is what this is for.
    await writer.run('set preserve_insertion_order = true')
    await writer.run(
      `insert into compacted.main.facts select * from ${day.catalog}.main.facts order by cluster, k, t`,
    )
    for (const notes of ['done', 'partial']) {
      await writer.run(
        `insert into compacted.main.${notes} select * from ${day.catalog}.main.${notes} order by cluster, t`,
      )
    }
    await writer.run('checkpoint compacted')
  } catch (error) {
    // Where the error was fatal, nothing of this is left to be done. What was written would take the space that may be missing.
    await endCompaction(writer).catch(() => {})
    await removeFile(path)
    throw error
  }
  await endCompaction(writer)
  await files.replace(day)
  // Keys are few and stay in the log for weeks: with a log that is damaged, those of a day would be lost and no more.
  await writer.run('checkpoint')
}

async function endCompaction(writer: DuckDBConnection): Promise<void> {
  await writer.run('set preserve_insertion_order = false')
  await writer.run('detach compacted')
}
