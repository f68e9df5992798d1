/** What is deleted of the embedded history: whole files, and at the border the records in one. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HOUR_SECONDS } from '../sql/tables.ts'
import type { DuckDbSession } from './duckdb-session.ts'
import type { PartFiles } from './part-files.ts'
import { bucketNotes, type PartKind } from './part-tables.ts'

/** The tables of a kind of file, how rows are counted and in what, what says that a time has rows, and when a row ends. */
const TABLES = {
  days: {
    tables: ['facts', 'done', 'partial'],
    rows: 'select coalesce(sum(n), 0) from',
    counted: bucketNotes,
    notes: bucketNotes,
    end: 't + s',
  },
  hours: {
    tables: ['hours', 'rolled'],
    rows: 'select count(*) from',
    counted: (catalog: string) => `${catalog}.main.hours`,
    notes: (catalog: string) => `${catalog}.main.rolled`,
    end: `t + ${HOUR_SECONDS}`,
  },
} as const satisfies Record<PartKind, object>

export interface Deleted {
  readonly rows: number
  /** Whether a file went, so that keys may be without records. */
  readonly isFileGone: boolean
}

/** Deletes all that ended by a time. Inside of the session's `write`. */
export async function dropBefore(
  session: DuckDbSession,
  files: PartFiles,
  kind: PartKind,
  before: number,
): Promise<Deleted> {
  const { tables, rows: countRows, counted, notes, end } = TABLES[kind]
  const border = Math.max(0, Math.floor(before))
  let rows = 0
  let isFileGone = false
  for (const part of files.parts(kind, { from: Number.NEGATIVE_INFINITY, to: before })) {
    const [gone] = await session.rows(`${countRows} ${counted(part.catalog)} where ${end} <= ${border}`, [])
    const ended = Number(gone?.[0] ?? 0)
    const [left] = await session.rows(
      `select count(*) from ${notes(part.catalog)} where ${end} > ${border}`,
      [],
    )
    rows += ended
    if (Number(left?.[0]) === 0 && part.to <= before) {
      await files.retire(part)
      isFileGone = true
    } else if (ended > 0) {
      await session.transaction(async (connection) => {
        for (const table of tables)
          await connection.run(`delete from ${part.catalog}.main.${table} where ${end} <= ${border}`)
      })
    }
  }
  return { rows, isFileGone }
}

/** Deletes the keys that no record has any more. Inside of the session's `write`. */
export async function dropUnusedKeys(session: DuckDbSession, files: PartFiles): Promise<void> {
  const tables = [
    ...files.parts('days').map(({ catalog }) => `${catalog}.main.facts`),
    ...files.parts('hours').map(({ catalog }) => `${catalog}.main.hours`),
  ]
  const used = [
    'select null::uinteger as k where false',
    ...tables.map((table) => `select distinct k from ${table}`),
  ]
  await session.transaction(async (connection) => {
    await connection.run(
      `delete from keys where not exists (select 1 from (${used.join(' union all ')}) as used where used.k = keys.k)`,
    )
  })
}

/** Bytes of all files below a folder but those in one that is left out. */
export async function bytesIn(folder: string, leftOut: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  let bytes = 0
  for (const entry of entries) {
    if (!entry.isFile() || entry.parentPath === leftOut) continue
    // A file may be removed while the folder is read.
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => null)
    bytes += found?.size ?? 0
  }
  return bytes
}
