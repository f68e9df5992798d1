/** An open folder of the embedded history: its DuckDB, its files, and what is remembered of them. */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HistoryError } from '../history-error.ts'
import { DamagedFiles } from './damaged-files.ts'
import { asHistoryError } from './duckdb-error.ts'
import { type DuckDb, loadDuckDb } from './duckdb-module.ts'
import { DuckDbSession, type SessionSettings } from './duckdb-session.ts'
import { EntryCodes } from './entry-codes.ts'
import { HeldIndex } from './held-index.ts'
import { noteDamage } from './folder-notes.ts'
import { makeFolder } from './make-folder.ts'
import { hasPartFiles, type Part, PartFiles } from './part-files.ts'
import { FILE_FORM, MAIN_READING, MAIN_TABLES, partChecks, partNumbers } from './part-tables.ts'
import { fileIdentity, removedError } from './present-files.ts'
import { STAGED_LEFT } from './salvage/salvage-files.ts'
import { SalvageNotes } from './salvage/salvage-notes.ts'
import { ailmentOf, isOfLog, setFileAside, UnusableFile } from './set-aside.ts'

/** It has the keys that the other files have codes of. */
const MAIN_FILE = 'history.duckdb'

/** As DuckDB names what it spills. */
const SPILLED = /^duckdb_temp_(?:storage|block)[\w-]*\.(?:tmp|block)$/

/** Folders that this process has open: the lock of a file is the process's, so DuckDB would open one twice. */
const openFolders = new Set<string>()

export class HistoryFolder {
  readonly session: DuckDbSession
  readonly files: PartFiles
  readonly codes: EntryCodes
  readonly held: HeldIndex
  readonly damaged: DamagedFiles
  readonly salvaged: SalvageNotes
  readonly path: string
  /** Where DuckDB spills to. */
  readonly temporary: string
  readonly #mainIdentity: string | null
  readonly #clusters = new Map<string, number>()
  /** Records before it were deleted, so that the roll-up of these hours stays as it is. */
  rawSince = 0
  #stamp = 0

  private constructor(session: DuckDbSession, path: string, mainIdentity: string | null) {
    this.session = session
    this.path = path
    this.#mainIdentity = mainIdentity
    this.temporary = temporaryOf(path)
    this.files = new PartFiles(session, path)
    this.codes = new EntryCodes(session)
    this.held = new HeldIndex(session)
    this.salvaged = new SalvageNotes(session)
    this.damaged = new DamagedFiles(this, () => ({ nextKey: this.codes.next, clusters: this.#clusters.size }))
  }

  /** @throws {HistoryError} */
  static async open(path: string, memory: number): Promise<HistoryFolder> {
    const api = await loadDuckDb()
    if (openFolders.has(path)) throw new HistoryError('locked', 'This process has the history open already')
    openFolders.add(path)
    try {
      const temporary = temporaryOf(path)
      await makeFolder(path)
      const session = await openMain(api, path, { memory, temporary })
      const folder = new HistoryFolder(session, path, await fileIdentity(join(path, MAIN_FILE)))
      try {
        await removeSpilled(temporary)
        await session.write(async () => folder.#prepare())
        return folder
      } catch (error) {
        await session.close()
        throw error
      }
    } catch (error) {
      openFolders.delete(path)
      throw asHistoryError(error)
    }
  }

  async #prepare(): Promise<void> {
    await this.#readMain(async () => this.#prepareMain())
    await this.files.attachAll(
      async (part) => this.#inspect(part),
      async (part, error) => this.damaged.onUnusable(part, error),
    )
    for (const fresh of await this.damaged.open()) await noteDamage(this, fresh, Date.now() / 1000)
  }

  async #prepareMain(): Promise<void> {
    const { writer } = this.session
    for (const table of MAIN_TABLES) await writer.run(table)
    const form = await this.#meta('form')
    if (form === null) {
      // New codes of keys would otherwise be given, which the records of these files know as those of other keys.
      if (await hasPartFiles(this.path)) {
        throw new HistoryError(
          'damaged',
          `The folder has records, and no ${MAIN_FILE} with their keys: bring it back from the same backup`,
        )
      }
      await this.#setMeta('form', FILE_FORM)
    } else if (form !== FILE_FORM) {
      throw new HistoryError(
        'damaged',
        `The folder has a history of form ${form}, and this version reads form ${FILE_FORM}`,
      )
    }
    this.rawSince = (await this.#meta('raw_since')) ?? 0
    const clusters = await writer.run('select name, code from clusters')
    for (const [name, code] of await clusters.getRows()) this.#clusters.set(String(name), Number(code))
    await this.codes.open()
    await this.salvaged.open()
  }

  /** @throws {UnusableFile} of a file that was cut off, or where the main file does not know what its records are of, as an older one */
  async #inspect({ kind, catalog, path }: Part): Promise<void> {
    const { session } = this
    // Blocks that are missing would not be missed before they are read.
    if ((await stat(path)).size < (await session.fileBytes(catalog))) throw new UnusableFile('damaged')
    for (const check of partChecks(kind, catalog)) await session.writer.run(check)
    const numbers = partNumbers(kind, catalog)
    const [records] = await session.rows(numbers.records, [])
    const [notes] = await session.rows(numbers.notes, [])
    // Codes would otherwise be given a second time, and records be shown as those of other keys.
    const isKnown = Number(records?.[0]) < this.codes.next && Number(notes?.[0]) < this.#clusters.size
    if (!isKnown) throw new UnusableFile('keyless')
    this.#stamp = Math.max(this.#stamp, Number(notes?.[1]))
  }

  /**
   * Looks for what is damaged, sets it aside, and returns how many files that were. Without the main file there is no history.
   * @throws {HistoryError}
   */
  async setDamagedAside(): Promise<number> {
    const { session } = this
    await session.write(async () => this.#readMain(async () => void (await session.writer.run(MAIN_READING))))
    return this.damaged.search(async (found) => {
      this.held.forget()
      await noteDamage(this, found, Date.now() / 1000)
    })
  }

  async #readMain<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (error) {
      throw mainError(this.path, error)
    }
  }

  /** The file that a time belongs to, for records that are about to be written. @throws {HistoryError} where the folder or the file is gone */
  async writablePart(time: number): Promise<Part> {
    const main = join(this.path, MAIN_FILE)
    // It is that of another folder where a volume was unmounted, or a backup brought back.
    if ((await fileIdentity(main)) !== this.#mainIdentity) throw removedError(main)
    const part = await this.files.partAt('days', time)
    if ((await fileIdentity(part.path)) === null) throw removedError(part.path)
    return part
  }

  get clusters(): readonly string[] {
    return [...this.#clusters.keys()].sort()
  }

  readonly clusterCode = (name: string): number | undefined => this.#clusters.get(name)

  /** The code of a cluster, which is stored when it is new. Inside of the session's `write`. */
  async codeOfCluster(name: string): Promise<number> {
    const known = this.#clusters.get(name)
    if (known !== undefined) return known
    const { api, writer } = this.session
    const code = this.#clusters.size
    await writer.run('insert into clusters values ($1, $2)', [code, name], [api.USMALLINT, api.VARCHAR])
    this.#clusters.set(name, code)
    return code
  }

  /** Counts the changes of buckets, over restarts too. */
  nextStamp(): bigint {
    this.#stamp += 1
    return BigInt(this.#stamp)
  }

  async setRawSince(time: number): Promise<void> {
    if (time <= this.rawSince) return
    await this.#setMeta('raw_since', time)
    this.rawSince = time
  }

  async #meta(name: string): Promise<number | null> {
    const result = await this.session.writer.run('select max(value) from meta where name = $1', [name])
    const [row] = await result.getRows()
    return row === undefined || row[0] === null ? null : Number(row[0])
  }

  async #setMeta(name: string, value: number): Promise<void> {
    await this.session.writer.run('insert into meta values ($1, $2::bigint)', [name, value])
  }

  async close(): Promise<void> {
    try {
      await this.session.close()
    } finally {
      openFolders.delete(this.path)
    }
  }
}

function temporaryOf(path: string): string {
  return join(path, 'tmp')
}

/** Removes what a process that was killed had spilled or read back, and nothing else: of a folder that is more than a history, `tmp` may be anybody's. */
async function removeSpilled(temporary: string): Promise<void> {
  const files = await readdir(temporary).catch(() => [])
  const ours = files.filter((file) => SPILLED.test(file) || STAGED_LEFT.test(file))
  for (const file of ours) await rm(join(temporary, file), { force: true })
}

async function openMain(api: DuckDb, path: string, settings: SessionSettings): Promise<DuckDbSession> {
  const file = join(path, MAIN_FILE)
  try {
    return await DuckDbSession.open(api, file, settings)
  } catch (error) {
    // Without its log the file is as it was some time ago; the files that have newer codes are set aside after it.
    if (!(error instanceof HistoryError) || !isOfLog(error.cause)) throw mainError(path, error)
    await setFileAside(`${file}.wal`, 'damaged')
  }
  try {
    return await DuckDbSession.open(api, file, settings)
  } catch (error) {
    throw mainError(path, error)
  }
}

/** Of a main file that cannot be read, what that means and what can be done. */
function mainError(path: string, error: unknown): unknown {
  const cause = error instanceof HistoryError ? error.cause : error
  const ailment = ailmentOf(cause)
  if (ailment === null) return error
  const file = join(path, MAIN_FILE)
  const is = ailment === 'newer' ? 'was written by a newer version of DuckDB' : 'is damaged'
  const [said = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return new HistoryError(
    'damaged',
    `${file} ${is}, and without the keys in it no record of the folder can be read: bring the whole folder back from a backup, or keep it and begin anew (mv ${path} ${path}.damaged). DuckDB says: ${said}`,
    { cause },
  )
}
