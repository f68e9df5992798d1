/**
 * The embedded history: a folder with DuckDB files, of one gateway at a time. `history.duckdb` has the keys, the clusters and the gaps;
 * `days/` a file of records for each day, `hours/` one of the roll-up for each month. A bucket and the note that it is complete are one
 * transaction in the day's file; its keys are stored before it, because a transaction writes one file.
 */
import { resolve } from 'node:path'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { HistoryError } from '../history-error.ts'
import { DEFAULT_HISTORY_MEMORY } from '../history-options.ts'
import type {
  Bucket,
  EntryId,
  HeldBucket,
  HistoryAnswer,
  HistoryGap,
  HistoryLimits,
  HistoryQueries,
  HistoryQuestion,
  HistoryRange,
  HistorySelection,
  HistoryStats,
  HistoryStore,
  KeptTimes,
  PutOutcome,
  RecordPage,
  RecordStep,
  Salvage,
} from '../history-store.ts'
import { PutQueue } from '../put-queue.ts'
import { answerQuestion } from '../sql/sql-questions.ts'
import { emptyPage, readKeys, readRecordPages } from '../sql/record-pages.ts'
import { gapsIn, heldBuckets, keptTimesOf, settleGaps, statsOf, storeGap } from './folder-notes.ts'
import { compactOneDay } from './compaction.ts'
import { isFatal } from './duckdb-error.ts'
import { HistoryFolder } from './history-folder.ts'
import { openReader } from './open-reader.ts'
import { putBuckets } from './put-buckets.ts'
import { dropBefore, dropUnusedKeys } from './retention.ts'
import { rollUpHours } from './roll-up-hours.ts'
import { sumsBeforeDamage } from './salvage/day-losses.ts'
import { salvageFiles } from './salvage/salvage-files.ts'

/** How often a task is run again without what was damaged. */
const MAX_MENDINGS = 2
/** Milliseconds in which damage is not looked for again where none was found: all files are read for it. */
const SEARCH_PAUSE_MS = 600_000
/** For what the history is asked outside of questions. */
const OWN_LIMITS: HistoryLimits = {
  maxRows: Number.MAX_SAFE_INTEGER - 1,
  maxMs: 60_000,
  maxMemory: Number.POSITIVE_INFINITY,
  signal: new AbortController().signal,
}

export interface DuckDbOptions {
  /** Bytes that DuckDB may take; {@link DEFAULT_HISTORY_MEMORY} unless given. */
  readonly memory?: number
}

/** The history in a folder, which is made when it is not there. Nothing is opened before `open()`. */
export function openDuckDbHistory(path: string, options: DuckDbOptions = {}): DuckDbHistory {
  return new DuckDbHistory(path, options)
}

export class DuckDbHistory implements HistoryStore {
  readonly engine = 'duckdb'
  readonly #path: string
  readonly #options: DuckDbOptions
  readonly #puts = new PutQueue({
    put: (buckets) => this.#write((folder) => putBuckets(folder, buckets)),
    maxBatches: 1,
    mayBeOfOneBucket: () => false,
  })
  #open: HistoryFolder | null = null
  #search: Promise<number> | null = null
  #salvage: Promise<unknown> = Promise.resolve()
  #closing = new AbortController()
  #searchedInVainAt = -Infinity

  constructor(path: string, options: DuckDbOptions) {
    this.#path = resolve(path)
    this.#options = options
  }

  async open(): Promise<void> {
    if (this.#open !== null) return
    this.#open = await HistoryFolder.open(this.#path, this.#options.memory ?? DEFAULT_HISTORY_MEMORY)
    this.#closing = new AbortController()
  }

  async put(bucket: Bucket): Promise<PutOutcome> {
    return this.#puts.put(bucket)
  }

  async have(cluster: string, range: HistoryRange): Promise<readonly HeldBucket[]> {
    return this.#write((folder) => heldBuckets(folder, cluster, range))
  }

  async addGap(cluster: string, gap: HistoryGap): Promise<void> {
    await this.#write((folder) => storeGap(folder, cluster, gap))
  }

  async gaps(cluster: string, range: HistoryRange): Promise<readonly HistoryGap[]> {
    return this.#write((folder) => gapsIn(folder, cluster, range))
  }

  async clusters(): Promise<readonly string[]> {
    return this.#folder().clusters
  }

  async keptTimes(cluster: string): Promise<KeptTimes> {
    return this.#write((folder) => keptTimesOf(folder, cluster))
  }

  async query<Question extends HistoryQuestion>(
    question: Question,
    asked: HistoryQueries[Question]['asked'],
    selection: HistorySelection,
    limits: HistoryLimits,
  ): Promise<HistoryAnswer<HistoryQueries[Question]['row']>> {
    return this.#mending(async () => {
      const { reader, close, incomplete } = await openReader(this.#folder(), selection, limits)
      try {
        return { ...(await answerQuestion(reader, question, asked, selection, limits)), incomplete }
      } finally {
        await close()
      }
    })
  }

  async *records(
    selection: HistorySelection,
    step: RecordStep,
    limits: HistoryLimits,
  ): AsyncIterable<RecordPage> {
    // All rows are read before the first page.
    const begun = await this.#mending(async () => {
      const opened = await openReader(this.#folder(), selection, limits)
      const pages = readRecordPages(opened.reader, selection, step, limits)[Symbol.asyncIterator]()
      try {
        return { ...opened, pages, first: await pages.next() }
      } catch (error) {
        await opened.close()
        throw error
      }
    })
    const { first, pages, incomplete, close } = begun
    try {
      if (first.done === true && incomplete !== null) yield { ...emptyPage(), incomplete }
      for (let next = first; next.done !== true; next = await pages.next())
        yield { ...next.value, incomplete }
    } finally {
      await pages.return?.()
      await close()
    }
  }

  async keysOf(cluster: string, entries: readonly EntryId[]): Promise<readonly LabelledKey[]> {
    const nothing = { cluster, range: { from: 0, to: 0 }, grain: 'raw' } as const
    const { reader, close } = await openReader(this.#folder(), nothing, OWN_LIMITS)
    try {
      return await readKeys(reader, entries)
    } finally {
      await close()
    }
  }

  async rollUp(cluster: string, closedBefore: number): Promise<number> {
    return this.#mending(async (folder) => {
      const { session, files, clusterCode, rawSince } = folder
      const code = clusterCode(cluster)
      const isOfMore = await sumsBeforeDamage(folder, cluster)
      const isCut = (hour: number): boolean => hour < rawSince || isOfMore(hour)
      const rolled = code === undefined ? 0 : await rollUpHours(session, files, code, { closedBefore, isCut })
      // Compacted once it is whole.
      const awaited = folder.damaged.unreadSince(rawSince).map(({ name }) => name)
      await compactOneDay(session, files, { closedBefore, awaited })
      return rolled
    })
  }

  async drop(before: { readonly raw: number; readonly hours: number }): Promise<{ readonly rows: number }> {
    return this.#write(async (folder) => {
      const { session, files, codes, held } = folder
      held.forget()
      await settleGaps(folder, before)
      const raw = await dropBefore(session, files, 'days', before.raw)
      if (raw.rows > 0) await folder.setRawSince(before.raw)
      const hours = await dropBefore(session, files, 'hours', before.hours)
      await folder.salvaged.forgetBefore(before.hours, (file) => folder.damaged.names.includes(file))
      // The keys of a file that is not read back yet are in none that is in use.
      if ((raw.isFileGone || hours.isFileGone) && folder.damaged.unreadSince(folder.rawSince).length === 0) {
        await dropUnusedKeys(session, files)
        codes.forget()
      }
      return { rows: raw.rows + hours.rows }
    })
  }

  async salvage(signal: AbortSignal): Promise<Salvage> {
    const turn = this.#salvage.then(() =>
      this.#mending(async (folder) => {
        if (folder.damaged.unreadSince(folder.rawSince).length === 0) return { readBack: [], postponed: [] }
        return salvageFiles(folder, AbortSignal.any([signal, this.#closing.signal]))
      }),
    )
    this.#salvage = turn.catch(() => {})
    return turn
  }

  async stats(): Promise<HistoryStats> {
    return this.#write((folder) => statsOf(folder))
  }

  async close(): Promise<void> {
    this.#closing.abort(new HistoryError('unavailable', 'The history is being closed'))
    await this.#salvage
    await this.#closeFolder()
  }

  async #closeFolder(): Promise<void> {
    const folder = this.#open
    this.#open = null
    await folder?.close()
  }

  #folder(): HistoryFolder {
    if (this.#open === null) throw new HistoryError('unavailable', 'The history is not open')
    return this.#open
  }

  /** Runs a task on the connection that writes. */
  async #write<T>(task: (folder: HistoryFolder) => Promise<T>): Promise<T> {
    return this.#mending(async (folder) => folder.session.write(async () => task(folder)))
  }

  /** Runs a task. A file that turns out to be damaged is set aside, and the task is run again without it. */
  async #mending<T>(task: (folder: HistoryFolder) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      const folder = this.#folder()
      try {
        return await task(folder)
      } catch (error) {
        if (!(error instanceof HistoryError)) throw error
        // After an error of the disk DuckDB refuses everything, until its files are opened anew.
        if (isFatal(error.cause)) {
          await this.#reopen(folder)
          // With it all questions have ended.
          if (error.trouble === 'too much memory' && tries === 0) continue
        }
        if (error.trouble !== 'damaged' || tries === MAX_MENDINGS) throw error
        if ((await this.#setDamagedAside()) === 0) throw error
      }
    }
  }

  /** One search for all who come upon the damage at the same time. */
  async #setDamagedAside(): Promise<number> {
    if (performance.now() - this.#searchedInVainAt < SEARCH_PAUSE_MS) return 0
    this.#search ??= this.#folder().setDamagedAside()
    const search = this.#search
    try {
      const count = await search
      if (count === 0) this.#searchedInVainAt = performance.now()
      return count
    } finally {
      if (this.#search === search) this.#search = null
    }
  }

  async #reopen(failed: HistoryFolder): Promise<void> {
    // Of several writes that failed for it, the first one opens anew.
    if (this.#open !== failed) return
    // Not `close()`: what is being salvaged may be what failed.
    this.#closing.abort(new HistoryError('unavailable', 'The files of the history are opened anew'))
    await this.#closeFolder()
    await this.open()
  }
}
