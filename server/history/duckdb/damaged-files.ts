/**
 * The files of a folder that are not used because they are damaged: each costs its own day or month alone. They are set aside, what
 * they had is noted as a gap, and answers about their time say that they are incomplete.
 */
import { join, relative } from 'node:path'
import type { HistoryRange, HistorySelection } from '../history-store.ts'
import { HOUR_SECONDS } from '../sql/tables.ts'
import { asHistoryError } from './duckdb-error.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import { type Part, type PartFiles, rangeOf } from './part-files.ts'
import { type PartKind, partReadings } from './part-tables.ts'
import type { HistoryFolder } from './history-folder.ts'
import type { KnownCodes, SalvageNotes } from './salvage/salvage-notes.ts'
import { type Ailment, ailmentOf, causeOf, filesSetAside, isLog, isOfLog, setFileAside } from './set-aside.ts'

export interface DamagedFile extends HistoryRange {
  readonly kind: PartKind
  /** Of the day or month, as in `Part`. */
  readonly name: string
  /** Its new name, below the folder. */
  readonly file: string
  readonly ailment: Ailment
}

export class DamagedFiles {
  readonly #session: DuckDbSession
  readonly #files: PartFiles
  readonly #folder: string
  readonly #salvaged: SalvageNotes
  readonly #known: () => KnownCodes
  #all: readonly DamagedFile[] = []
  /** Of which nothing could be read back. */
  readonly #unreadable = new Set<DamagedFile>()
  /** Names of files that were set aside by this process. */
  readonly #fresh = new Set<string>()

  constructor(
    { session, files, path, salvaged }: Pick<HistoryFolder, 'session' | 'files' | 'path' | 'salvaged'>,
    known: () => KnownCodes,
  ) {
    this.#session = session
    this.#files = files
    this.#folder = path
    this.#salvaged = salvaged
    this.#known = known
  }

  /** Days that were not read back yet, and did not end by a time (Unix seconds). */
  unreadSince(time: number): readonly DamagedFile[] {
    return this.#all.filter(
      (each) =>
        each.kind === 'days' &&
        each.ailment === 'damaged' &&
        each.to > time &&
        !isLog(each.file) &&
        !this.#unreadable.has(each) &&
        !this.#salvaged.isRead(each.file),
    )
  }

  onUnreadable(file: DamagedFile): void {
    this.#unreadable.add(file)
  }

  /** Names below the folder. */
  get names(): readonly string[] {
    return this.#all.map(({ file }) => file)
  }

  /**
   * Reads which files are set aside. Returns those of which nothing is noted yet: of {@link onUnusable}, and days of a process that was
   * killed then. Inside of the session's `write`, when the others are attached.
   */
  async open(): Promise<readonly DamagedFile[]> {
    const notNoted: DamagedFile[] = []
    for (const kind of ['days', 'hours'] as const) {
      for (const { file, name, ailment } of await filesSetAside(join(this.#folder, kind))) {
        const path = join(kind, file)
        const isNew =
          this.#fresh.has(path) || (kind === 'days' && !isLog(file) && this.#salvaged.of(path) === undefined)
        const added = await this.#add(kind, name, path, ailment)
        if (isNew) notNoted.push(added)
      }
    }
    return notNoted
  }

  /**
   * Sets aside a file that could not be attached, or its log alone where that is at fault: then another try is worth it, and the result
   * is true. Throws what is no fault of the file.
   */
  async onUnusable(part: Part, error: unknown): Promise<boolean> {
    const ailment = ailmentOf(error)
    if (ailment === null) throw asHistoryError(error)
    const isItsLog = isOfLog(error)
    const path = await setFileAside(isItsLog ? `${part.path}.wal` : part.path, ailment)
    this.#fresh.add(relative(this.#folder, path))
    return isItsLog
  }

  /**
   * Reads all of the files that are in use, and sets aside those that cannot be read. Returns how many. Each file is a turn of its own,
   * so that buckets are stored between them.
   */
  async search(onFound: (found: DamagedFile) => Promise<void>): Promise<number> {
    let count = 0
    for (const part of [...this.#files.parts('days'), ...this.#files.parts('hours')]) {
      const found = await this.#session.write(async () => {
        const ailment = await this.#ailmentOf(part)
        if (ailment === null) return null
        let aside = ''
        const isTaken = await this.#files.takeOut(part, async () => {
          aside = await setFileAside(part.path, ailment)
          return aside
        })
        if (!isTaken) return null
        const file = relative(this.#folder, aside)
        this.#fresh.add(file)
        const added = await this.#add(part.kind, part.name, file, ailment)
        await onFound(added)
        return added
      })
      if (found !== null) count += 1
    }
    return count
  }

  /**
   * Why an answer about a range is not whole: a sentence without a full stop; null where no file of it was set aside, or all of them were
   * read back.
   */
  incompleteness({ range, grain }: Pick<HistorySelection, 'range' | 'grain'>): string | null {
    const causes = this.#all
      .filter(({ file }) => !this.#salvaged.isRead(file))
      .filter(({ kind, file, from, to }) => {
        // An hour belongs to a range when a part of it does.
        const reaching = grain === 'hour' ? range.from - HOUR_SECONDS : range.from
        if (kind === 'hours') return grain === 'hour' && from < range.to && to > reaching
        const lostFrom = grain === 'hour' ? Math.max(from, this.#rolledTo(file)) : from
        return lostFrom < Math.min(to, range.to) && to > reaching
      })
      .map(causeOf)
    return causes.length === 0 ? null : [...new Set(causes)].join('; ')
  }

  /** Whether the sums of an hour were made with a file that is set aside, so that they have more than the records that are left. */
  hasSumsOf(hour: number): boolean {
    return this.#all.some(
      ({ kind, file, from }) =>
        kind === 'days' && !this.#salvaged.isRead(file) && hour >= from && hour < this.#rolledTo(file),
    )
  }

  async #ailmentOf({ kind, catalog }: Part): Promise<Ailment | null> {
    try {
      for (const statement of partReadings(kind, catalog)) await this.#session.writer.run(statement)
      return null
    } catch (error) {
      const ailment = ailmentOf(error)
      if (ailment === null) throw error
      return ailment
    }
  }

  async #add(kind: PartKind, name: string, file: string, ailment: Ailment): Promise<DamagedFile> {
    const range = rangeOf(kind, name)
    const added = { kind, name, file, ailment, ...range }
    // First of all, so that answers say it also where nothing can be noted.
    this.#all = [...this.#all, added]
    const isNew = this.#fresh.has(file)
    if (kind === 'days') {
      if (isNew) await this.#salvaged.onNewFile(file)
      // Of one that a process which was killed has set aside, what is known now.
      if (this.#salvaged.of(file) === undefined)
        await this.#salvaged.add({ file, rolledTo: await this.#summedTo(range), known: this.#known() })
    } else if (isNew) {
      await this.#salvaged.onSumsLost(range)
    }
    return added
  }

  /** Hours of a day that ended by this time (Unix seconds) had been summed when its file was set aside. */
  #rolledTo(file: string): number {
    return this.#salvaged.of(file)?.rolledTo ?? 0
  }

  async #summedTo({ from, to }: HistoryRange): Promise<number> {
    let last = from
    for (const { catalog } of this.#files.parts('hours', { from, to })) {
      const [row] = await this.#session.rows(
        `select max(t) from ${catalog}.main.rolled where t >= $1 and t < $2`,
        [from, to],
      )
      if (row !== undefined && row[0] !== null) last = Math.max(last, Number(row[0]) + HOUR_SECONDS)
    }
    return last
  }
}
