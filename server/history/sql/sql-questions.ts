/** The statements of all questions, the same for both engines, and what their rows mean. */
import { unreachable } from '../../../src/lib/assert.ts'
import { HistoryError } from '../history-error.ts'
import type {
  HistoryAnswer,
  HistoryLimits,
  HistoryQueries,
  HistoryQuestion,
  HistorySelection,
} from '../history-store.ts'
import { askFacets } from './facet-statements.ts'
import { askHistogram } from './bar-statements.ts'
import { type FactPart, factParts } from './fact-parts.ts'
import { BODY_PLACES } from './key-body.ts'
import { selectFacts, visibleFacts } from './selection.ts'
import type { SqlReader } from './sql-reader.ts'
import { count, sql, type SqlText, statementOf, verbatim } from './sql-text.ts'
import { readId, readNumber, readSums, sumsOfSums } from './sums.ts'
import { sumsByKey, withKeys } from './sums-by-key.ts'
import type { FactSource } from './tables.ts'

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
  if ((await reader.recordsAtMost()) <= maxRows) return
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
  const parts = () => factParts(reader, selection, selected)
  switch (asked.question) {
    case 'totals': {
      const statement = sql`select count(*) as entries, ${sumsOfSums()} from (${sumsByKey(await parts())}) as f having count(*) > 0`
      return answer(statement, (row) => ({ ...readSums(row, 'z'), keys: readNumber(row['entries']) }))
    }
    case 'histogram':
      return askHistogram(reader, asked.asked, selection, selected, limits)
    case 'sets':
      return answer(setsOf(source, asked.asked, await parts()), (row) => ({
        ...readSums(row, 'z'),
        id: readId(row['set_id']),
        example: readId(row['example']),
        ports: readNumber(row['ports']),
      }))
    case 'traces':
      return answer(tracesOf(source, await parts()), (row) => ({
        ...readSums(row, 'z'),
        example: readId(row['example']),
      }))
    case 'entries':
      return answer(entriesOf(source, await parts()), readEntry)
    default:
      return unreachable(asked, 'question')
  }
}

function readEntry(row: Record<string, unknown>): object {
  return { ...readSums(row, 'r'), entry: readId(row['entry']) }
}

function entriesOf(source: FactSource, parts: readonly FactPart[]): SqlText {
  return sql`${withKeys(source, parts, sql`e.id as entry`)} order by entry`
}

/** The keys of the same trace, whose body differs in the ends and the labels alone, are one row. */
function tracesOf(source: FactSource, parts: readonly FactPart[]): SqlText {
  const { enforced, pending } = BODY_PLACES
  const traceAt = (place: number) => source.dialect.jsonElement(sql`e.body`, place)
  const columns = sql`e.id as entry, e.reporter as of_reporter, e.src_ns as of_src, e.dst_ns as of_dst, ${traceAt(enforced)} as of_enforced, ${traceAt(pending)} as of_pending`
  const rows = withKeys(source, parts, columns)
  return sql`select min(entry) as example, ${sumsOfSums()} from (${rows}) as g group by of_reporter, of_src, of_dst, of_enforced, of_pending order by example`
}

function setsOf(
  source: FactSource,
  { by, top }: HistoryQueries['sets']['asked'],
  parts: readonly FactPart[],
): SqlText {
  const column = verbatim(by === 'group' ? 'grp' : 'sig')
  const port = sql`concat(e.proto, ' ', ${source.dialect.asText(sql`e.port`)}) as set_port`
  const rows = withKeys(source, parts, sql`e.${column} as set_id, e.id as entry, ${port}`)
  return sql`select set_id, min(entry) as example, count(distinct set_port) as ports, ${sumsOfSums()} from (${rows}) as g group by set_id order by coalesce(z_cs, -1) desc, z_n desc, set_id limit ${count(top)}`
}
