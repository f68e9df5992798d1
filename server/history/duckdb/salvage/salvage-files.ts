/** Reads files of days that were set aside back into the history, one after the other. */
import { join } from 'node:path'
import { ensure } from '../../../../src/lib/assert.ts'
import type { HistoryGap, PostponedFile, Salvage, SalvagedFile } from '../../history-store.ts'
import { mergedGaps } from '../../sql/gap-ranges.ts'
import type { DamagedFile } from '../damaged-files.ts'
import { asHistoryError, isFatal } from '../duckdb-error.ts'
import { replaceGaps, storedGaps } from '../folder-notes.ts'
import type { HistoryFolder } from '../history-folder.ts'
import { removeFile } from '../part-files.ts'
import { causeOfDay, causeOfPart } from './day-losses.ts'
import { requireFreeSpace } from './free-space.ts'
import { restoreDay } from './restore-day.ts'
import type { AsideNote } from './salvage-notes.ts'
import { type StagedDay, stageDay } from './stage-day.ts'
import {
  attachStaged,
  detachStaged,
  findBuckets,
  STAGED_BUCKETS,
  type StagedCounts,
} from './staged-buckets.ts'

/** The file with what was read, in the folder of what DuckDB spills: it counts for no size, and the next start removes it. */
const STAGED_FILE = 'salvage.duckdb'
/** What {@link STAGED_FILE} leaves of a process that was killed. */
export const STAGED_LEFT = /^salvage\.duckdb(?:\.wal)?$/

/** A file that kills the process each time does not keep it from recording. */
const MAX_TRIES = 10

/**
 * Returns what came of each file. Rejects with the signal's reason, and with a HistoryError where a file that is in use turns out to be
 * damaged or DuckDB refuses everything; after each of them all of it may be begun anew.
 */
export async function salvageFiles(folder: HistoryFolder, signal: AbortSignal): Promise<Salvage> {
  const readBack: SalvagedFile[] = []
  const postponed: PostponedFile[] = []
  for (const damaged of folder.damaged.unreadSince(folder.rawSince)) {
    signal.throwIfAborted()
    if (folder.files.isAttached(join(folder.path, damaged.file))) continue
    try {
      readBack.push(await salvageFile(folder, damaged, signal))
    } catch (error) {
      signal.throwIfAborted()
      const failed = asHistoryError(error)
      if (failed.trouble === 'damaged' || isFatal(failed.cause)) throw failed
      // One that is too large or open elsewhere does not keep the others waiting.
      postponed.push({ file: damaged.file, why: failed.message })
    }
  }
  return { readBack, postponed }
}

async function salvageFile(
  folder: HistoryFolder,
  damaged: DamagedFile,
  signal: AbortSignal,
): Promise<SalvagedFile> {
  const { session, path, temporary } = folder
  const { tries } = noteOf(folder, damaged)
  const isThere = tries < MAX_TRIES && (await requireFreeSpace(join(path, damaged.file)))
  if (!isThere) return onUnreadable(folder, damaged)
  await session.write(async () => folder.salvaged.onBegin(damaged.file))
  try {
    const staged = await stageDay({
      api: session.api,
      damaged: join(path, damaged.file),
      path: join(temporary, STAGED_FILE),
      signal,
    })
    if (staged === null) return onUnreadable(folder, damaged)
    try {
      return await restore(folder, damaged, staged, signal)
    } finally {
      await removeFile(staged.path)
    }
  } finally {
    // Where DuckDB refuses everything it stays counted.
    await session.write(async () => folder.salvaged.onEnd(damaged.file)).catch(() => {})
  }
}

function noteOf({ salvaged }: HistoryFolder, { file }: DamagedFile): AsideNote {
  return ensure(salvaged.of(file), 'note of a file that was set aside')
}

function onUnreadable(folder: HistoryFolder, damaged: DamagedFile): SalvagedFile {
  folder.damaged.onUnreadable(damaged)
  return { file: damaged.file, records: 0, lost: null }
}

async function restore(
  folder: HistoryFolder,
  damaged: DamagedFile,
  staged: StagedDay,
  signal: AbortSignal,
): Promise<SalvagedFile> {
  const { session } = folder
  await attachStaged(session, staged)
  try {
    const counts = await findBuckets(session, staged, noteOf(folder, damaged).known)
    await restoreDay(folder, signal)
    await session.write(async () => settle(folder, damaged, counts))
    return { file: damaged.file, records: counts.records, lost: counts.lost }
  } finally {
    // After an error of the disk nothing is attached any more.
    await detachStaged(session).catch(() => {})
  }
}

/** Notes what is missing in place of the whole day, and that the file was read, in one transaction of the main file. */
async function settle(
  folder: HistoryFolder,
  { file, name }: DamagedFile,
  { records, lost, areLossesKnown }: StagedCounts,
): Promise<void> {
  const { session, clusters, rawSince } = folder
  // Another file of the day may be the cause of the gaps that are noted.
  const isOnlyOne = folder.salvaged.ofDay(name).length === 1
  const changed = new Map<number, readonly HistoryGap[]>()
  if (areLossesKnown && isOnlyOne) {
    for (const cluster of clusters) {
      const code = await folder.codeOfCluster(cluster)
      const others = (await storedGaps(folder, code)).flatMap((gap) => {
        if (gap.cause !== causeOfDay(name)) return [gap]
        // Of what retention has deleted meanwhile nothing was stored again.
        return gap.from < rawSince ? [{ ...gap, to: Math.min(gap.to, rawSince) }] : []
      })
      changed.set(code, mergedGaps([...others, ...(await lossesOf(folder, code, name, { records, lost }))]))
    }
  }
  await session.transaction(async (connection) => {
    for (const [code, gaps] of changed) await replaceGaps(folder, connection, code, gaps)
    await folder.salvaged.settle(connection, file, { records, lost })
  })
  await folder.salvaged.open()
}

/** A gap for each bucket that is not whole. */
async function lossesOf(
  { session, rawSince }: HistoryFolder,
  code: number,
  day: string,
  counts: Pick<StagedCounts, 'records' | 'lost'>,
): Promise<readonly HistoryGap[]> {
  const rows = await session.rows(
    `select t, t + s, n from ${STAGED_BUCKETS} where cluster = $1 and not is_whole and t + s > $2`,
    [code, rawSince],
  )
  return rows.map(([from, to, n]) => ({
    from: Number(from),
    to: Number(to),
    cause: Number(n) === 0 ? causeOfDay(day) : causeOfPart(day, counts),
  }))
}
