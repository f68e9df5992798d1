/** The tables in the files of the embedded history. */
import { KEY_COLUMN_LIST } from '../sql/key-columns.ts'
import { COUNTER_COLUMNS } from '../sql/tables.ts'

/** The form of the files. Another one is not read. */
export const FILE_FORM = 1

const COUNTERS = Object.values(COUNTER_COLUMNS)
  .map((column) => `${column} bigint`)
  .join(', ')

const KEY_TYPES = { text: 'varchar', number: 'integer', texts: 'varchar[]', numbers: 'integer[]' } as const
const KEY_COLUMNS = KEY_COLUMN_LIST.map(({ column, type }) => `"${column}" ${KEY_TYPES[type]}`).join(', ')

const FACTS = `cluster usmallint, t uinteger, s uinteger, k uinteger, act utinyint, ${COUNTERS}`
const HOURS = `cluster usmallint, t uinteger, s uinteger, k uinteger, act utinyint, n uinteger, first uinteger, last uinteger, ${COUNTERS}`

/**
 * No table has an index: DuckDB holds indexes in memory, and each of these tables is written by one transaction at a time. The two
 * empty ones stand where no file has records of a range.
 */
export const MAIN_TABLES: readonly string[] = [
  'create table if not exists meta (name varchar, value bigint)',
  'create table if not exists clusters (code usmallint, name varchar)',
  `create table if not exists keys (cluster usmallint, k uinteger, id ubigint, grp ubigint, sig ubigint, conv ubigint, ${KEY_COLUMNS}, folded varchar[], body varchar)`,
  'create table if not exists gaps (cluster usmallint, t_from bigint, t_to bigint, cause varchar)',
  // Days that were set aside: see salvage/salvage-notes.ts. `records` is null until they are read back.
  'create table if not exists set_aside (file varchar, rolled_to bigint, next_key bigint, clusters bigint, tries bigint, records bigint, lost bigint)',
  `create table if not exists no_facts (${FACTS})`,
  `create table if not exists no_hours (${HOURS})`,
]

/** The main file's name in statements. */
export const MAIN_CATALOG = 'history'

/**
 * Keys in a row group of the main file, which are stored at once: a checkpoint writes the last row group anew and has all of it in memory,
 * which DuckDB's own size of 122,880 makes 120 MB.
 */
export const KEYS_AT_ONCE = 4096

/** The statement that opens the main file, and makes it when it is not there. Row groups of another size take this version of the file's form. */
export function mainAttachment(path: string): string {
  return `${attachment(path, MAIN_CATALOG)} (storage_version 'v1.2.0', row_group_size ${KEYS_AT_ONCE})`
}

/** Reads all of the keys, so that each block of them is held to its checksum. */
export const MAIN_READING = 'select bit_xor(hash(keys)) from keys'

export type PartKind = 'days' | 'hours'

/** The tables of a day: its records, and the notes of its buckets. */
export type DayTable = keyof (typeof PART_TABLES)['days']

/** The columns of the tables of each kind of file. */
const PART_TABLES = {
  days: {
    facts: FACTS,
    done: 'cluster usmallint, t uinteger, s uinteger, ver bigint, n uinteger, stamp bigint',
    partial:
      'cluster usmallint, t uinteger, s uinteger, ver bigint, n uinteger, noted uinteger, stamp bigint',
  },
  hours: { hours: HOURS, rolled: 'cluster usmallint, t uinteger, stamp bigint' },
} as const satisfies Record<PartKind, object>

/**
 * Statements that make the tables of a file with a day's records, or of one with a month's roll-up, which is attached as
 * `catalog`. `done` and `rolled` say what is complete; `stamp` counts the changes of all buckets, so that an hour is known to
 * have changed since it was rolled up. `partial` has the buckets of which damage took records: `n` are there of `noted`, which is null
 * where it is not known. A bucket is in one of `done` and `partial`.
 */
export function partTables(kind: PartKind, catalog: string): readonly string[] {
  return Object.entries(PART_TABLES[kind]).map(
    ([table, columns]) => `create table if not exists ${catalog}.main.${table} (${columns})`,
  )
}

/** The names of the columns of a day's table, in their order. */
export function dayColumns(table: DayTable): string {
  return namesOf(PART_TABLES.days[table])
}

function namesOf(columns: string): string {
  return columns.replaceAll(/ \w+(?=,|$)/g, '')
}

/** Statements that fail where a table has other columns, as in a file that is not ours. */
export function partChecks(kind: PartKind, catalog: string): readonly string[] {
  return Object.entries(PART_TABLES[kind]).map(
    ([table, columns]) => `select ${namesOf(columns)} from ${catalog}.main.${table} limit 0`,
  )
}

/** Statements for the greatest code of an entry in a file, and for the greatest code of a cluster with the greatest stamp. */
export function partNumbers(
  kind: PartKind,
  catalog: string,
): { readonly records: string; readonly notes: string } {
  const records = kind === 'days' ? 'facts' : 'hours'
  const notes = kind === 'days' ? bucketNotes(catalog) : `${catalog}.main.rolled`
  return {
    records: `select coalesce(max(k), -1) from ${catalog}.main.${records}`,
    notes: `select coalesce(max(cluster), -1), coalesce(max(stamp), 0) from ${notes}`,
  }
}

/** What can stand after `from`: the notes of all buckets of a day that have records, whole ones and others. */
export function bucketNotes(catalog: string): string {
  const columns = 'cluster, t, s, n, stamp'
  return `(select ${columns} from ${catalog}.main.done union all select ${columns} from ${catalog}.main.partial) as notes`
}

/** Statements that read all of a file, so that each block of it is held to its checksum. */
export function partReadings(kind: PartKind, catalog: string): readonly string[] {
  return Object.entries(PART_TABLES[kind]).map(
    ([table, columns]) => `select bit_xor(hash(${namesOf(columns)})) from ${catalog}.main.${table}`,
  )
}

/** Statements that delete the bucket or hour of a cluster (`$1`, its code) that begins at a time (`$2`). */
export function partDeletions(kind: PartKind, catalog: string): readonly string[] {
  return Object.keys(PART_TABLES[kind]).map(
    (table) => `delete from ${catalog}.main.${table} where cluster = $1::usmallint and t = $2::uinteger`,
  )
}

/** The statement that opens a file beside the main one, and makes it when it is not there. */
export function attachment(path: string, catalog: string): string {
  return `attach '${path.replaceAll("'", "''")}' as ${catalog}`
}
