/**
 * A closed day is written anew, sorted by hour, entry and time: a record takes less space beside its neighbours of the same entry, the
 * records of one flow are together, and what replaced buckets left is gone.
 */
import { HOUR_SECONDS } from '../sql/tables.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { type Part, type PartFiles, removeFile, temporaryOf } from './part-files.ts'
import { attachment, partTables } from './part-tables.ts'

/** After the end of a day, late and corrected buckets still come. */
const SETTLED_AFTER_SECONDS = 2 * HOUR_SECONDS

/** Compacts the oldest day that is closed and was not compacted yet. Returns whether there was one. */
export async function compactOneDay(
  session: DuckDbSession,
  files: PartFiles,
  closedBefore: number,
): Promise<boolean> {
  const day = files
    .parts('days')
    .find(({ generation, to }) => generation === 1 && to + SETTLED_AFTER_SECONDS <= closedBefore)
  if (day === undefined) return false
  await session.write(async () => compact(session, files, day))
  return true
}

async function compact({ writer }: DuckDbSession, files: PartFiles, day: Part): Promise<void> {
  const path = temporaryOf(day)
  // An attempt that failed left the rows that it had written.
  await removeFile(path)
  await writer.run(attachment(path, 'compacted'))
  try {
    for (const table of partTables('days', 'compacted')) await writer.run(table)
    // The order of the rows is what this is for.
    await writer.run('set preserve_insertion_order = true')
    await writer.run(
      `insert into compacted.main.facts select * from ${day.catalog}.main.facts order by cluster, t // ${HOUR_SECONDS}, k, t`,
    )
    await writer.run(
      `insert into compacted.main.done select * from ${day.catalog}.main.done order by cluster, t`,
    )
    await writer.run('checkpoint compacted')
  } finally {
    await writer.run('set preserve_insertion_order = false')
    await writer.run('detach compacted')
  }
  await files.replace(day)
}
