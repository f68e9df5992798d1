/** An open folder of the embedded history: its DuckDB, its files, and what is remembered of them. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { HistoryError } from '../history-error.ts'
import { asHistoryError } from './duckdb-error.ts'
import { loadDuckDb } from './duckdb-module.ts'
import { DuckDbSession } from './duckdb-session.ts'
import { EntryCodes } from './entry-codes.ts'
import { HeldIndex } from './held-index.ts'
import { hasPartFiles, PartFiles } from './part-files.ts'
import { FILE_FORM, MAIN_TABLES } from './part-tables.ts'

/** It has the keys that the other files have codes of. */
const MAIN_FILE = 'history.duckdb'

/** Folders that this process has open: the lock of a file is the process's, so DuckDB would open one twice. */
const openFolders = new Set<string>()

export class HistoryFolder {
  readonly session: DuckDbSession
  readonly files: PartFiles
  readonly codes: EntryCodes
  readonly held: HeldIndex
  readonly #path: string
  readonly #clusters = new Map<string, number>()
  /** Records before it were deleted, so that the roll-up of these hours stays as it is. */
  rawSince = 0
  #stamp = 0

  private constructor(session: DuckDbSession, path: string) {
    this.session = session
    this.#path = path
    this.files = new PartFiles(session, path)
    this.codes = new EntryCodes(session)
    this.held = new HeldIndex(session)
  }

  /** @throws {HistoryError} */
  static async open(path: string, memory: number): Promise<HistoryFolder> {
    const api = await loadDuckDb()
    if (openFolders.has(path)) throw new HistoryError('locked', 'This process has the history open already')
    openFolders.add(path)
    try {
      const temporary = join(path, 'tmp')
      await mkdir(path, { recursive: true })
      const session = await DuckDbSession.open(api, join(path, MAIN_FILE), { memory, temporary })
      const folder = new HistoryFolder(session, path)
      try {
        // What a process that was killed had spilled.
        await rm(temporary, { recursive: true, force: true })
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
    const { session, files } = this
    for (const table of MAIN_TABLES) await session.writer.run(table)
    const form = await this.#meta('form')
    if (form === null) {
      // New codes of keys would otherwise be given, which the records of these files know as those of other keys.
      if (await hasPartFiles(this.#path)) {
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
    const clusters = await session.writer.run('select name, code from clusters')
    for (const [name, code] of await clusters.getRows()) this.#clusters.set(String(name), Number(code))
    await this.codes.open()
    await files.attachAll()
    for (const { catalog } of files.parts('days')) {
      const [row] = await session.rows(`select coalesce(max(stamp), 0) from ${catalog}.main.done`, [])
      this.#stamp = Math.max(this.#stamp, Number(row?.[0]))
    }
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
      openFolders.delete(this.#path)
    }
  }
}
