/** The statements of all questions, the same for both engines, and what their rows mean. */
import { unreachable } from '../../../src/lib/assert.ts'
import { ACTIONS } from '../../../src/flows/flow.ts'
import { conversationId } from '../entry-id.ts'
import { HistoryError } from '../history-error.ts'
import type {
  HistoryAnswer,
  HistoryLimits,
  HistoryQueries,
  HistoryQuestion,
  HistorySelection,
} from '../history-store.ts'
import { askFacets } from './facets.ts'
import { hasKey } from './predicate-text.ts'
import { selectFacts, type SelectedFacts, visibleFacts } from './selection.ts'
import type { SqlReader } from './sql-reader.ts'
import { allOf, count, id, ids, sql, type SqlText, statementOf, verbatim } from './sql-text.ts'
import { addSums, readId, readNumber, readSums, readText, sumsOfFacts, sumsOfSums } from './sums.ts'
import { sumsByKey, withKeys } from './sums-by-key.ts'
import { type FactSource, OTHER_ACTION } from './tables.ts'

type Asked = {
  [Question in HistoryQuestion]: {
    readonly question: Question
    readonly asked: HistoryQueries[Question]['asked']
  }
}[HistoryQuestion]
type Row<Question extends HistoryQuestion> = HistoryQueries[Question]['row']

/** Answers a question. @throws {HistoryError} */
export async function answerQuestion<Question extends HistoryQuestion>(
  reader: SqlReader,
  question: Question,
  asked: HistoryQueries[Question]['asked'],
  selection: HistorySelection,
  limits: HistoryLimits,
): Promise<HistoryAnswer<Row<Question>>> {
  await checkSize(reader, selection, limits)
  const { rows, filteredAfter } = await ask(reader, { question, asked } as Asked, selection, limits) // of one question
  return { rows: rows as readonly Row<Question>[], filteredAfter, incomplete: null } // of that question
}

/** @throws {HistoryError} `too large` when the viewer has more records in the range than may be read */
async function checkSize(
  reader: SqlReader,
  selection: HistorySelection,
  { maxRows }: HistoryLimits,
): Promise<void> {
  const { source } = reader
  const statement = sql`select count(*) as visible from ${source.facts} where ${visibleFacts(source, selection)}`
  const [row] = await reader.rows(statementOf(statement, source.dialect), 1)
  const visible = readNumber(row?.['visible'])
  if (visible > maxRows)
    throw new HistoryError('too large', `${visible} records are more than the limit of ${maxRows}`)
}

interface Answered {
  readonly rows: readonly object[]
  readonly filteredAfter: number
}

async function ask(
  reader: SqlReader,
  asked: Asked,
  selection: HistorySelection,
  limits: HistoryLimits,
): Promise<Answered> {
  if (asked.question === 'facets') return askFacets(reader, asked.asked, selection, limits)
  const { source } = reader
  const selected = await selectFacts(reader, selection, selection.filter)
  const answer = async (statement: SqlText, read: (row: Record<string, unknown>) => object) => {
    const rows = await reader.rows(statementOf(statement, source.dialect), limits.maxRows)
    return { rows: rows.map(read), filteredAfter: selected.filteredAfter }
  }
  switch (asked.question) {
    case 'totals': {
      const statement = sql`select count(*) as entries, ${sumsOfSums()} from (${sumsByKey(source, selected.condition)}) as f having count(*) > 0`
      return answer(statement, (row) => ({ ...readSums(row, 'z'), keys: readNumber(row['entries']) }))
    }
    case 'histogram':
      return askHistogram(reader, asked.asked, selected, limits)
    case 'sets':
      return answer(setsOf(source, asked.asked, selected.condition), (row) => ({
        ...readSums(row, 'z'),
        id: readId(row['set_id']),
        example: readId(row['example']),
        ports: readNumber(row['ports']),
      }))
    case 'entries':
      return answer(entriesOf(source, selected.condition), readEntry)
    case 'conversation': {
      const inConversation = hasKey(source, sql`conv = ${id(conversationId(asked.asked.like))}`)
      return answer(entriesOf(source, allOf([selected.condition, inConversation])), readEntry)
    }
    default:
      return unreachable(asked, 'question')
  }
}

function readEntry(row: Record<string, unknown>): object {
  return { ...readSums(row, 'r'), entry: readId(row['entry']) }
}

function entriesOf(source: FactSource, condition: SqlText): SqlText {
  return sql`${withKeys(source, condition, sql`e.id as entry`)} order by entry`
}

function setsOf(
  source: FactSource,
  { by, top }: HistoryQueries['sets']['asked'],
  condition: SqlText,
): SqlText {
  const column = verbatim(by === 'group' ? 'grp' : 'sig')
  const port = sql`concat(e.proto, ' ', ${source.dialect.asText(sql`e.port`)}) as set_port`
  const rows = withKeys(source, condition, sql`e.${column} as set_id, e.id as entry, ${port}`)
  return sql`select set_id, min(entry) as example, count(distinct set_port) as ports, ${sumsOfSums()} from (${rows}) as g group by set_id order by coalesce(z_cs, -1) desc, z_n desc, set_id limit ${count(top)}`
}

/**
 * A bar for each time and verdict. The facts have the codes of verdicts, so that keys are not read; only of a verdict that this
 * version does not know, each key has a row of its own, and its text is read afterwards.
 */
async function askHistogram(
  reader: SqlReader,
  { origin, width }: HistoryQueries['histogram']['asked'],
  { condition, filteredAfter }: SelectedFacts,
  { maxRows }: HistoryLimits,
): Promise<Answered> {
  const { source } = reader
  const { dialect, facts } = source
  const sinceOrigin = sql`(${dialect.seconds(sql`t`)} - ${count(origin)})`
  const other = count(OTHER_ACTION)
  const statement = sql`select ${dialect.roundedDown(sinceOrigin, sql`${count(width)}`)} as bar, act as act_code, case when act = ${other} then k end as act_k, ${sumsOfFacts(source)} from ${facts} where ${condition} group by bar, act_code, act_k`
  const rows = await reader.rows(statementOf(statement, dialect), maxRows)
  const texts = await actionsOf(
    reader,
    rows.flatMap(({ act_k: k }) => (k === null ? [] : [readId(k)])),
  )
  const bars = new Map<string, Row<'histogram'>>()
  for (const row of rows) {
    const k = row['act_k']
    const action = k === null ? (ACTIONS[readNumber(row['act_code'])] ?? '') : (texts.get(readId(k)) ?? '')
    const start = origin + readNumber(row['bar'])
    const bar = { start, action, ...readSums(row, 'r') }
    const held = bars.get(`${start} ${action}`)
    bars.set(`${start} ${action}`, held === undefined ? bar : { ...bar, ...addSums(held, bar) })
  }
  const sorted = [...bars.values()].sort((a, b) => a.start - b.start || (a.action < b.action ? -1 : 1))
  return { rows: sorted, filteredAfter }
}

async function actionsOf(
  reader: SqlReader,
  entries: readonly bigint[],
): Promise<ReadonlyMap<bigint, string>> {
  if (entries.length === 0) return new Map()
  const { dialect, keys, cluster } = reader.source
  const distinct = [...new Set(entries)]
  const isAsked = dialect.isIn(dialect.keyColumn, sql`${ids(distinct)}`)
  const statement = sql`select ${dialect.keyColumn} as act_k, action from ${keys} where cluster = ${cluster} and ${isAsked}`
  const rows = await reader.rows(statementOf(statement, dialect), distinct.length)
  return new Map(rows.map((row) => [readId(row['act_k']), readText(row['action'])]))
}
