/**
 * Files of the history that cannot be used: they are renamed and never deleted, so that somebody may look at them, and the others go on
 * without them. `2026-11-20.1.duckdb` becomes `2026-11-20.1.duckdb.damaged`; of a log that cannot be replayed the log alone,
 * `2026-11-20.1.duckdb.wal.damaged`.
 */
import { access, readdir, rename } from 'node:fs/promises'
import { unreachable } from '../../../src/lib/assert.ts'
import { HistoryError } from '../history-error.ts'
import type { PartKind } from './part-tables.ts'

/** What is wrong with a file, as its new name ends. `keyless`: the main file has no keys of its records. */
export const AILMENTS = ['damaged', 'newer', 'keyless'] as const
export type Ailment = (typeof AILMENTS)[number]

const SET_ASIDE = /^(\d{4}-\d\d(?:-\d\d)?)\.\d+\.duckdb(?:\.wal)?\.([a-z]+)(?:-\d+)?$/
/** Files of one name that may have been set aside. */
const MAX_OF_A_NAME = 1000

/** Why records of a part are missing: a sentence without a full stop. */
export function causeOf({
  kind,
  name,
  ailment,
}: {
  readonly kind: PartKind
  /** Of the day or month, as in `Part`. */
  readonly name: string
  readonly ailment: Ailment
}): string {
  const what = kind === 'days' ? name : `the hours of ${name}`
  switch (ailment) {
    case 'damaged':
      return `The file of ${what} is damaged`
    case 'newer':
      return `The file of ${what} was written by a newer version`
    case 'keyless':
      return `The keys of the records of ${what} are lost`
    default:
      return unreachable(ailment, 'ailment of a file')
  }
}

/** A file opens, and is of no use nevertheless. */
export class UnusableFile extends Error {
  override readonly name = 'UnusableFile'
  readonly ailment: Ailment

  constructor(ailment: Ailment) {
    super(ailment)
    this.ailment = ailment
  }
}

/** What an error says of the file that was opened or read; null where it is not the file that is at fault. */
export function ailmentOf(error: unknown): Ailment | null {
  if (error instanceof UnusableFile) return error.ailment
  const said = error instanceof Error ? error.message : String(error)
  if (/newer version of DuckDB|we can only read versions/i.test(said)) return 'newer'
  if (error instanceof HistoryError) return error.trouble === 'damaged' ? 'damaged' : null
  // A table with other columns than ours, or none.
  if (/^(Binder|Catalog) Error/.test(said)) return 'damaged'
  return /not a valid DuckDB database|Serialization Error|Corrupt|checksum|Could not read enough bytes|older version of DuckDB|replaying WAL/i.test(
    said,
  )
    ? 'damaged'
    : null
}

/** Whether what was set aside is the log of a file that is in use. */
export function isLog(file: string): boolean {
  return file.includes('.duckdb.wal.')
}

/** Whether it is the log beside a file that cannot be read. */
export function isOfLog(error: unknown): boolean {
  return error instanceof Error && /Failure while replaying WAL/.test(error.message)
}

/** Whether the log of a file that is set aside was set aside itself. */
export async function hasLostLog(path: string): Promise<boolean> {
  return exists(`${path}.wal.damaged`)
}

/** Renames a file, and its log with it. Returns its new path. */
export async function setFileAside(path: string, ailment: Ailment): Promise<string> {
  for (let n = 1; n <= MAX_OF_A_NAME; n++) {
    const aside = `${path}.${ailment}${n === 1 ? '' : `-${n}`}`
    if (await exists(aside)) continue
    await rename(path, aside)
    // Beside it under its name, as DuckDB looks for it.
    if (await exists(`${path}.wal`)) await rename(`${path}.wal`, `${aside}.wal`)
    return aside
  }
  throw new HistoryError('failed', `${MAX_OF_A_NAME} files ${path} have been set aside: move them away`)
}

/** The names of the day or month, and what is wrong, of the files of a folder that were set aside. */
export async function filesSetAside(
  folder: string,
): Promise<readonly { readonly file: string; readonly name: string; readonly ailment: Ailment }[]> {
  return (await readdir(folder)).toSorted().flatMap((file) => {
    const [, name, word] = SET_ASIDE.exec(file) ?? []
    const ailment = AILMENTS.find((each) => each === word)
    return name === undefined || ailment === undefined ? [] : [{ file, name, ailment }]
  })
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
