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
  `create table if not exists no_facts (${FACTS})`,
  `create table if not exists no_hours (${HOURS})`,
]

export type PartKind = 'days' | 'hours'

/**
 * Of a file with a day's records, and of one with a month's roll-up. `done` and `rolled` say what is complete; `stamp` counts the
 * changes of all buckets, so that an hour is known to have changed since it was rolled up.
 */
export const PART_TABLES: Readonly<Record<PartKind, readonly string[]>> = {
  days: [
    `create table if not exists facts (${FACTS})`,
    'create table if not exists done (cluster usmallint, t uinteger, s uinteger, ver bigint, n uinteger, stamp bigint)',
  ],
  hours: [
    `create table if not exists hours (${HOURS})`,
    'create table if not exists rolled (cluster usmallint, t uinteger, stamp bigint)',
  ],
}
