/** The bars of a timeline. */
import { ACTIONS } from '../../../src/flows/flow.ts'
import type { HistoryLimits, HistoryQueries, HistorySelection } from '../history-store.ts'
import { type FactPart, factParts } from './fact-parts.ts'
import { earliestStart, type SelectedFacts } from './selection.ts'
import type { SqlReader } from './sql-reader.ts'
import { allOf, count, ids, joined, sql, type SqlText, statementOf, verbatim } from './sql-text.ts'
import { readId, readNumber, readText, type SqlRow } from './sums.ts'
import { extentOf, type FactSource, HOUR_SECONDS, OTHER_ACTION } from './tables.ts'

/**
 * A bar for each time and verdict. The facts have the codes of verdicts, so that keys are not read. Of verdicts that this version does
 * not know, the entries are asked for apart, where there are any: their keys have the texts.
 */
export async function askHistogram(
  reader: SqlReader,
  asked: HistoryQueries['histogram']['asked'],
  selection: HistorySelection,
  selected: SelectedFacts,
  { maxRows }: HistoryLimits,
): Promise<{ readonly rows: readonly object[]; readonly filteredAfter: number }> {
  const { source } = reader
  const { dialect } = source
  const bars = new Map<string, HistoryQueries['histogram']['row']>()
  const addBar = (row: SqlRow, start: number, action: string): void => {
    const name = `${start} ${action}`
    const records = readNumber(row['bar_n']) + (bars.get(name)?.records ?? 0)
    bars.set(name, { start, action, records })
  }
  const { barAt, first } = barOf(source, asked, selection)
  const parts =
    asked.origin % HOUR_SECONDS === 0 && asked.width % HOUR_SECONDS === 0
      ? await factParts(reader, selection, selected)
      : [{ source, condition: selected.condition }]
  const others: SqlRow[] = []
  const statement = barsBy(parts, barAt, verbatim('act'))
  for (const row of await reader.rows(statementOf(statement, dialect), maxRows)) {
    const action = ACTIONS[readNumber(row['code'])]
    if (action === undefined) others.push(row)
    else addBar(row, first + readNumber(row['bar']), action)
  }
  if (others.length > 0) {
    const isOther = sql`act = ${count(OTHER_ACTION)}`
    const ofOthers = parts.map((part) => ({ ...part, condition: allOf([part.condition, isOther]) }))
    const rows = await reader.rows(statementOf(barsBy(ofOthers, barAt, verbatim('k')), dialect), maxRows)
    const texts = await actionsOf(
      reader,
      rows.map((row) => readId(row['code'])),
    )
    for (const row of rows) addBar(row, first + readNumber(row['bar']), texts.get(readId(row['code'])) ?? '')
  }
  const sorted = [...bars.values()].sort((a, b) => a.start - b.start || (a.action < b.action ? -1 : 1))
  return { rows: sorted, filteredAfter: selected.filteredAfter }
}

/**
 * The records of bars by one of the columns of facts. First by time, which is the same in long runs of records: the start of a bar is then
 * computed once for each time and not for each record (a third less work).
 */
function barsBy(parts: readonly FactPart[], barAt: (time: SqlText) => SqlText, column: SqlText): SqlText {
  const byTime = parts.map(({ source, condition }) => {
    const n = source.dialect.asFloat(extentOf(source).n)
    return sql`select t as f_t, ${column} as code, ${n} as f_n from ${source.facts} where ${condition} group by t, ${column}`
  })
  return sql`select ${barAt(sql`f_t`)} as bar, code, sum(f_n) as bar_n from (${joined(byTime, ' union all ')}) as f group by bar, code`
}

/** The start of the bar of a time, as seconds after the first bar that facts of the selection can be in. */
function barOf(
  { dialect, grain }: FactSource,
  { origin, width }: HistoryQueries['histogram']['asked'],
  { range }: HistorySelection,
): { readonly barAt: (time: SqlText) => SqlText; readonly first: number } {
  const first = origin + Math.floor((earliestStart(grain, range) - origin) / width) * width
  const since = count(first)
  const step = count(width)
  return { barAt: (time) => dialect.roundedDown(sql`(${dialect.seconds(time)} - ${since})`, step), first }
}

async function actionsOf(
  reader: SqlReader,
  entries: readonly bigint[],
): Promise<ReadonlyMap<bigint, string>> {
  const { dialect, keys, cluster } = reader.source
  const distinct = [...new Set(entries)]
  const isAsked = dialect.isIn(dialect.keyColumn, ids(distinct))
  const statement = sql`select ${dialect.keyColumn} as act_k, action from ${keys} where cluster = ${cluster} and ${isAsked}`
  const rows = await reader.rows(statementOf(statement, dialect), distinct.length)
  return new Map(rows.map((row) => [readId(row['act_k']), readText(row['action'])]))
}
