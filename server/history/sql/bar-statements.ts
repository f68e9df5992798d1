/** The bars of a timeline. */
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { ACTIONS } from '../../../src/flows/flow.ts'
import { ensure } from '../../../src/lib/assert.ts'
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
  const bins = barsOf(source, asked, selection)
  const { first } = bins
  const parts =
    asked.origin % HOUR_SECONDS === 0 && asked.width % HOUR_SECONDS === 0
      ? await factParts(reader, selection, selected)
      : [{ source, condition: selected.condition }]
  const others: SqlRow[] = []
  const statement = barsBy(parts, bins, verbatim('act'))
  for (const row of await reader.rows(statementOf(statement, dialect), maxRows)) {
    const action = ACTIONS[readNumber(row['code'])]
    if (action === undefined) others.push(row)
    else addBar(row, first + readNumber(row['bar']), action)
  }
  if (others.length > 0) {
    const isOther = sql`act = ${count(OTHER_ACTION)}`
    const ofOthers = parts.map((part) => ({ ...part, condition: allOf([part.condition, isOther]) }))
    const rows = await reader.rows(statementOf(barsBy(ofOthers, bins, verbatim('k')), dialect), maxRows)
    const texts = await actionsOf(
      reader,
      rows.map((row) => readId(row['code'])),
    )
    for (const row of rows) addBar(row, first + readNumber(row['bar']), texts.get(readId(row['code'])) ?? '')
  }
  const sorted = [...bars.values()].sort((a, b) => a.start - b.start || (a.action < b.action ? -1 : 1))
  return { rows: sorted, filteredAfter: selected.filteredAfter }
}

interface Bars extends Pick<HistoryQueries['histogram']['asked'], 'width' | 'step'> {
  /** The start of the first bar that facts of the selection can be in, Unix seconds. */
  readonly first: number
}

function barsOf(
  { grain }: FactSource,
  { origin, width, step }: HistoryQueries['histogram']['asked'],
  { range }: HistorySelection,
): Bars {
  return { first: origin + Math.floor((earliestStart(grain, range) - origin) / width) * width, width, step }
}

/** The records of bars by one of the columns of facts. `bar`: seconds from the first one. */
function barsBy(parts: readonly FactPart[], bars: Bars, column: SqlText): SqlText {
  const { source } = ensure(parts[0], 'a selection has a part')
  const byTime = parts.map((part) => timesOf(part, bars, column))
  const bar = source.dialect.roundedDown(verbatim('f_s'), count(bars.width))
  return sql`select ${bar} as bar, code, sum(f_n) as bar_n from (${joined(byTime, ' union all ')}) as f group by bar, code`
}

/**
 * The records of a part by time, in seconds from the first bar. First by the time as it is stored, which is the same in long
 * runs of records: its seconds are then computed once for each time and not for each record (a third less work).
 */
function timesOf({ source, condition }: FactPart, { first, step }: Bars, column: SqlText): SqlText {
  const { dialect, facts, grain } = source
  const seconds = sql`(${dialect.seconds(verbatim('t'))} - ${count(first)})`
  if (step > BUCKET_SECONDS && grain === 'raw') {
    const times = sql`select ${dialect.roundedDown(seconds, count(step))} as f_s, ${column} as code, k as f_k from ${facts} where ${condition}`
    const n = dialect.asFloat(sql`count(distinct f_k)`)
    return sql`select f_s, code, ${n} as f_n from (${times}) as r group by f_s, code`
  }
  // An hour of the roll-up is one sum.
  const n = dialect.asFloat(step > BUCKET_SECONDS ? sql`count(*)` : extentOf(source).n)
  return sql`select ${seconds} as f_s, ${column} as code, ${n} as f_n from ${facts} where ${condition} group by t, ${column}`
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
