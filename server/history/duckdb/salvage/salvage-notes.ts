/**
 * What the main file has noted of files that were set aside: what was known when they were, and what came of reading them back. Notes
 * stay when such a file is deleted, because what it lost stays lost.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { HistoryRange } from '../../history-store.ts'
import type { DuckDbSession } from '../duckdb-session.ts'
import { rangeOf } from '../part-files.ts'

/** Stands behind the name of a file that is there no more, where another one has its name now. */
const EARLIER = '#'

/** Codes that the main file had given when a file was set aside: it may give greater ones again, for other keys. */
export interface KnownCodes {
  /** Codes of keys are less. */
  readonly nextKey: number
  /** Codes of clusters are less. */
  readonly clusters: number
}

/** What was read back of a file. */
export interface ReadBack {
  readonly records: number
  /** Records that could not be read; null where it is not known how many there were. */
  readonly lost: number | null
}

export interface AsideNote {
  /** Below the folder, as in `DamagedFile`. */
  readonly file: string
  /** Hours of a day that ended by this time (Unix seconds) had been summed when it was set aside, and those sums are held. */
  readonly rolledTo: number
  readonly known: KnownCodes
  /** Attempts to read it that did not come to an end, as the process was killed. */
  readonly tries: number
  /** Null until it is read. */
  readonly readBack: ReadBack | null
}

export class SalvageNotes {
  readonly #session: DuckDbSession
  #all: readonly AsideNote[] = []

  constructor(session: DuckDbSession) {
    this.#session = session
  }

  /** Inside of the session's `write`, as all methods that change something. */
  async open(): Promise<void> {
    const rows = await this.#session.rows(
      'select file, rolled_to, next_key, clusters, tries, records, lost from set_aside',
      [],
    )
    this.#all = rows.map(([file, rolledTo, nextKey, clusters, tries, records, lost]) => ({
      file: String(file),
      rolledTo: Number(rolledTo),
      known: { nextKey: Number(nextKey), clusters: Number(clusters) },
      tries: Number(tries),
      readBack:
        records === null ? null : { records: Number(records), lost: lost === null ? null : Number(lost) },
    }))
  }

  of(file: string): AsideNote | undefined {
    return this.#all.find((note) => note.file === file)
  }

  isRead(file: string): boolean {
    return (this.of(file)?.readBack ?? null) !== null
  }

  /** Whether records were lost with any file that was read back. */
  get haveLosses(): boolean {
    return this.#all.some(({ readBack }) => readBack !== null && readBack.lost !== 0)
  }

  /** Of all files of a day that were ever set aside, their logs among them. */
  ofDay(day: string): readonly AsideNote[] {
    return this.#all.filter(({ file }) => dayOf(file) === day)
  }

  /** Of files of a day that were read back, and of which something is lost. */
  lossesOf(day: string): readonly AsideNote[] {
    return this.ofDay(day).filter(({ readBack }) => readBack !== null && readBack.lost !== 0)
  }

  async add({ file, rolledTo, known }: Omit<AsideNote, 'tries' | 'readBack'>): Promise<void> {
    await this.#session.writer.run(
      'insert into set_aside values ($1, $2::bigint, $3::bigint, $4::bigint, 0, null, null)',
      [file, rolledTo, known.nextKey, known.clusters],
    )
    await this.open()
  }

  async onBegin(file: string): Promise<void> {
    await this.#session.writer.run('update set_aside set tries = tries + 1 where file = $1', [file])
    await this.open()
  }

  async onEnd(file: string): Promise<void> {
    await this.#session.writer.run('update set_aside set tries = 0 where file = $1', [file])
    await this.open()
  }

  /** Stores what came of a file. In a transaction, which {@link open} has to follow. */
  async settle(connection: DuckDBConnection, file: string, { records, lost }: ReadBack): Promise<void> {
    await connection.run(
      `update set_aside set records = $1::bigint, lost = ${lost ?? 'null'} where file = $2`,
      [records, file],
    )
  }

  /** When a file is set aside under the name of an earlier one, which was deleted since. */
  async onNewFile(file: string): Promise<void> {
    if (this.of(file) === undefined) return
    await this.#session.writer.run('update set_aside set file = file || $1 where file = $2', [EARLIER, file])
    await this.open()
  }

  /** When the sums of a month are lost: hours of its days are summed from what is left. */
  async onSumsLost({ from, to }: HistoryRange): Promise<void> {
    for (const { file } of this.#all.filter((note) => isIn(startOf(note.file), { from, to })))
      await this.#session.writer.run('update set_aside set rolled_to = 0 where file = $1', [file])
    await this.open()
  }

  /** When nothing is held of a time any more. A file that is there still keeps its note. */
  async forgetBefore(time: number, isThere: (file: string) => boolean): Promise<void> {
    const gone = this.#all.filter(({ file }) => rangeOf('days', dayOf(file)).to <= time && !isThere(file))
    if (gone.length === 0) return
    for (const { file } of gone)
      await this.#session.writer.run('delete from set_aside where file = $1', [file])
    await this.open()
  }
}

/** The day of a file that was set aside: `days/2026-11-20.1.duckdb.damaged`. */
function dayOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).slice(0, '2026-11-20'.length)
}

function startOf(file: string): number {
  return rangeOf('days', dayOf(file)).from
}

function isIn(time: number, { from, to }: HistoryRange): boolean {
  return time >= from && time < to
}
