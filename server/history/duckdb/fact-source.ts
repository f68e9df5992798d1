/** Where a question reads its records: the files of its range, as one table. */
import type { HistorySelection } from '../history-store.ts'
import { DUCKDB } from '../sql/dialect.ts'
import { count, joined, sql, type SqlText, verbatim } from '../sql/sql-text.ts'
import { HOUR_SECONDS, type FactSource } from '../sql/tables.ts'
import type { HistoryFolder } from './history-folder.ts'
import type { Part } from './part-files.ts'

/** No cluster has this code: a cluster without records is asked with it. */
const NO_CLUSTER = 65_535

export function partsOf(
  { files }: HistoryFolder,
  { range, grain }: Pick<HistorySelection, 'range' | 'grain'>,
): readonly Part[] {
  // An hour belongs to the range when a part of it does.
  return grain === 'hour'
    ? files.parts('hours', { from: range.from - HOUR_SECONDS, to: range.to })
    : files.parts('days', range)
}

export function factSource(
  folder: HistoryFolder,
  parts: readonly Part[],
  { cluster, grain }: Pick<HistorySelection, 'cluster' | 'grain'>,
): FactSource {
  const code = count(folder.clusterCode(cluster) ?? NO_CLUSTER)
  return {
    dialect: DUCKDB,
    // As the column has it, so that DuckDB compares without a cast and skips what cannot match.
    cluster: sql`${code}::usmallint`,
    facts: tableOf(parts, grain === 'hour' ? 'hours' : 'facts'),
    keys: verbatim('keys'),
    grain,
  }
}

/** The number of records in whole files of the range; null for the roll-up, whose rows are not counted. */
export function recordsIn(parts: readonly Part[], { cluster, grain }: FactSource): SqlText | null {
  if (grain === 'hour') return null
  const notes = parts.map(({ catalog }) => sql`select cluster, n from ${verbatim(`${catalog}.main.done`)}`)
  if (notes.length === 0) return sql`select 0 as held`
  return sql`select coalesce(sum(n), 0) as held from (${joined(notes, ' union all ')}) as notes where cluster = ${cluster}`
}

function tableOf(parts: readonly Part[], table: 'hours' | 'facts'): SqlText {
  const tables = parts.map(({ catalog }) => verbatim(`${catalog}.main.${table}`))
  const [only] = tables
  if (only === undefined) return verbatim(`no_${table}`)
  if (tables.length === 1) return only
  return sql`(${joined(
    tables.map((each) => sql`select * from ${each}`),
    ' union all ',
  )}) as facts`
}
