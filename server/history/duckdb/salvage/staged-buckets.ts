/** Which buckets the records that were read of a damaged day make up, and which of them are whole. */
import type { DuckDbSession } from '../duckdb-session.ts'
import { attachment } from '../part-tables.ts'
import type { KnownCodes } from './salvage-notes.ts'
import type { StagedDay } from './stage-day.ts'

/** The name of the file with what was read, in statements. One at a time is attached. */
const STAGED = 'staged'
export const STAGED_FACTS = `${STAGED}.main.facts`
/**
 * Its buckets: `n` records were read of `noted`, which is null where the note could not be read either. `is_whole`: it is as it was
 * stored.
 */
export const STAGED_BUCKETS = `${STAGED}.main.buckets`

/** What was read of a day, in all. */
export interface StagedCounts {
  readonly records: number
  /** Records that are missing; null where the notes do not tell. */
  readonly lost: number | null
  /** Whether each bucket that is not whole is known. */
  readonly areLossesKnown: boolean
}

export async function attachStaged(session: DuckDbSession, { path }: StagedDay): Promise<void> {
  await session.write(async (writer) => void (await writer.run(attachment(path, STAGED))))
}

export async function detachStaged(session: DuckDbSession): Promise<void> {
  await session.write(async (writer) => void (await writer.run(`detach ${STAGED}`)))
}

/** Counts the records of each bucket and holds them to the notes. Two turns of the writer, each of which reads a day's records once. */
export async function findBuckets(
  session: DuckDbSession,
  { unreadable, isLogLost }: StagedDay,
  known: KnownCodes,
): Promise<StagedCounts> {
  const keyless = await session.write(async () => dropKeyless(session, known))
  // Records and their notes are stored together, so that a bucket is whole when it has as many as its note says. Without its note it is
  // whole when nothing at all is missing of the records, and no earlier damage may have been noted.
  const hasAllRecords = unreadable.facts === 0 && keyless === 0
  const isWholeWithoutNote = hasAllRecords && unreadable.partial === 0
  const areNotesWhole = unreadable.done === 0 && unreadable.partial === 0
  return session.write(async () => {
    await session.writer.run(
      `create table ${STAGED_BUCKETS} as
       with found as (select cluster, t, max(s) as s, count(*) as n from ${STAGED_FACTS} group by cluster, t),
       notes as (
         select cluster, t, s, ver, n as noted, true as is_done from ${STAGED}.main.done
         union all select cluster, t, s, ver, noted, false from ${STAGED}.main.partial)
       select cluster, t, coalesce(notes.s, found.s) as s, coalesce(ver, 0) as ver, coalesce(n, 0) as n, noted,
         case when is_done is null then ${String(isWholeWithoutNote)} else is_done and coalesce(n, 0) = noted end as is_whole
       from found full outer join notes using (cluster, t) where cluster < ${known.clusters}`,
    )
    const [row] = await session.rows(
      `select coalesce(sum(n), 0), coalesce(sum(noted - n) filter (not is_whole), 0), count(*) filter (not is_whole and noted is null) from ${STAGED_BUCKETS}`,
      [],
    )
    const areLossesKnown = !isLogLost && (areNotesWhole || isWholeWithoutNote)
    const isCounted = areLossesKnown && Number(row?.[2]) === 0
    return { records: Number(row?.[0]), lost: isCounted ? Number(row?.[1]) : null, areLossesKnown }
  })
}

/** Deletes the records whose keys the main file does not have. Returns how many. */
async function dropKeyless(session: DuckDbSession, { nextKey, clusters }: KnownCodes): Promise<number> {
  const [row] = await session.rows(
    `delete from ${STAGED_FACTS} where k >= ${nextKey} or cluster >= ${clusters} or not exists (select 1 from keys where keys.k = facts.k)`,
    [],
  )
  return Number(row?.[0] ?? 0)
}
