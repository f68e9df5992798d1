/** Where a question reads its records: the files of its range, as one table. */
import type { HistoryRange, HistorySelection } from '../history-store.ts'
import { DUCKDB } from '../sql/dialect.ts'
import { count, joined, sql, type SqlText, verbatim } from '../sql/sql-text.ts'
import { HOUR_SECONDS, type FactSource } from '../sql/tables.ts'
import type { ReaderSources } from './duckdb-reader.ts'
import type { HistoryFolder } from './history-folder.ts'
import type { Part } from './part-files.ts'
import { bucketNotes } from './part-tables.ts'

/** No cluster has this code: a cluster without records is asked with it. */
const NO_CLUSTER = 65_535

type FactPlace = Pick<HistorySelection, 'range' | 'grain'>

export function partsOf({ files }: HistoryFolder, { range, grain }: FactPlace): readonly Part[] {
  // An hour belongs to the range when a part of it does.
  return grain === 'hour'
    ? files.parts('hours', { from: range.from - HOUR_SECONDS, to: range.to })
    : files.parts('days', range)
}

/** The files of the roll-up that may have hours of a range of records. */
export function hourPartsOf({ files }: HistoryFolder, { range, grain }: FactPlace): readonly Part[] {
  return grain === 'raw' ? files.parts('hours', range) : []
}

function factSource(
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

/** What a question reads. */
export function readerSources(
  folder: HistoryFolder,
  parts: readonly Part[],
  hourParts: readonly Part[],
  selection: Pick<HistorySelection, 'cluster' | 'grain'>,
): ReaderSources {
  const source = factSource(folder, parts, selection)
  const rolled = {
    source: factSource(folder, hourParts, { ...selection, grain: 'hour' }),
    hoursOf: (range: HistoryRange) => recordedHours(parts, hourParts, source, range),
    rawSince: folder.rawSince,
  }
  const hasBoth = parts.length > 0 && hourParts.length > 0
  return { source, countHeld: recordsIn(parts, source), rolled: hasBoth ? rolled : null }
}

/** The number of records in whole files of the range; null for the roll-up, whose rows are not counted. */
function recordsIn(parts: readonly Part[], { cluster, grain }: FactSource): SqlText | null {
  if (grain === 'hour') return null
  const notes = parts.map(({ catalog }) => sql`select cluster, n from ${verbatim(bucketNotes(catalog))}`)
  if (notes.length === 0) return sql`select 0 as held`
  return sql`select coalesce(sum(n), 0) as held from (${joined(notes, ' union all ')}) as notes where cluster = ${cluster}`
}

/** The hours of a range with records, in order, and whether each was rolled up after its last change. */
function recordedHours(
  days: readonly Part[],
  hours: readonly Part[],
  { cluster }: FactSource,
  { from, to }: HistoryRange,
): SqlText {
  const inRange = sql`cluster = ${cluster} and t >= ${DUCKDB.time(count(from))} and t < ${DUCKDB.time(count(to))}`
  const changes = days.map(
    ({ catalog }) => sql`select t, stamp from ${verbatim(bucketNotes(catalog))} where ${inRange}`,
  )
  const sums = hours.map(
    ({ catalog }) => sql`select t, stamp from ${verbatim(`${catalog}.main.rolled`)} where ${inRange}`,
  )
  const hour = DUCKDB.roundedDown(sql`t`, count(HOUR_SECONDS))
  const changed = sql`select ${hour} as hour, max(stamp) as changed_at from (${joined(changes, ' union all ')}) as d group by hour`
  const rolled = sql`select t, max(stamp) as rolled_at from (${joined(sums, ' union all ')}) as r group by t`
  return sql`select hour, coalesce(rolled_at >= changed_at, false) as is_rolled from (${changed}) as c left join (${rolled}) as s on s.t = c.hour order by hour`
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
