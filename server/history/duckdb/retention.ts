/** What is deleted of the embedded history: whole files, and at the border the records in one. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDbSession } from './duckdb-session.ts'
import type { Part, PartFiles } from './part-files.ts'
import type { PartKind } from './part-tables.ts'

/** The tables of a kind of file, the column that counts rows in the second one, and when a row of both ends. */
const TABLES = {
  days: { tables: ['facts', 'done'], rows: 'select coalesce(sum(n), 0) from', counted: 'done', end: 't + s' },
  hours: { tables: ['hours', 'rolled'], rows: 'select count(*) from', counted: 'hours', end: 't + 3600' },
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
  const { tables, rows: countRows, counted, end } = TABLES[kind]
  let rows = 0
  let isFileGone = false
  for (const part of files.parts(kind, { from: Number.NEGATIVE_INFINITY, to: before })) {
    const countIn = async (condition: string) => {
      const [row] = await session.rows(`${countRows} ${part.catalog}.main.${counted} where ${condition}`, [])
      return Number(row?.[0] ?? 0)
    }
    const border = Math.max(0, Math.floor(before))
    const ended = await countIn(`${end} <= ${border}`)
    const [left] = await session.rows(
      `select count(*) from ${part.catalog}.main.${tables[1]} where ${end} > ${border}`,
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

/**
 * Deletes the oldest days, and then the oldest months of the roll-up, until the folder takes no more than so many bytes. The newest file of
 * each kind stays. Returns the end of the newest day that went too.
 */
export async function dropToSize(
  session: DuckDbSession,
  files: PartFiles,
  folder: string,
  maxBytes: number,
): Promise<Deleted & { readonly rawBefore: number }> {
  let rows = 0
  let rawBefore = 0
  let isFileGone = false
  for (const kind of ['days', 'hours'] as const) {
    const { rows: countRows, counted } = TABLES[kind]
    for (const part of files.parts(kind).slice(0, -1)) {
      if ((await bytesIn(folder)) <= maxBytes) return { rows, rawBefore, isFileGone }
      const [row] = await session.rows(`${countRows} ${part.catalog}.main.${counted}`, [])
      rows += Number(row?.[0] ?? 0)
      await files.retire(part)
      isFileGone = true
      if (kind === 'days') rawBefore = part.to
    }
  }
  return { rows, rawBefore, isFileGone }
}

/** Deletes the keys that no record has any more. Inside of the session's `write`. */
export async function dropUnusedKeys(session: DuckDbSession, files: PartFiles): Promise<void> {
  const tables = [
    ...files.parts('days').map(({ catalog }: Part) => `${catalog}.main.facts`),
    ...files.parts('hours').map(({ catalog }: Part) => `${catalog}.main.hours`),
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

/** Bytes of all files below a folder. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  let bytes = 0
  for (const entry of entries) {
    if (!entry.isFile()) continue
    // A file may be removed while the folder is read.
    const found = await stat(join(entry.parentPath, entry.name)).catch(() => null)
    bytes += found?.size ?? 0
  }
  return bytes
}
