/** The records of a selection, page by page. */
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { HistoryError } from '../history-error.ts'
import type {
  CounterColumns,
  EntryId,
  HistoryLimits,
  HistorySelection,
  RecordPage,
  RecordStep,
} from '../history-store.ts'
import { decodeBody } from './key-body.ts'
import { type FactPart, factParts } from './fact-parts.ts'
import { rangeCondition, type SelectedFacts, selectFacts } from './selection.ts'
import type { SqlReader } from './sql-reader.ts'
import { allOf, count, ids, joined, sql, type SqlText, statementOf, verbatim } from './sql-text.ts'
import { readId, readNullable, readNumber, readText, type SqlRow } from './sums.ts'
import { COUNTER_COLUMNS, endOf, type FactSource, HOUR_SECONDS } from './tables.ts'

/** Keys that are read with one statement. */
const MAX_KEYS_AT_ONCE = 10_000

/** Times the limit: so many records are looked at for whether their sums are too many. */
const COUNTED_SHARE = 3

/** Reads the records that are selected, summed to a step. */
export async function* readRecordPages(
  reader: SqlReader,
  selection: HistorySelection,
  step: RecordStep,
  limits: HistoryLimits,
): AsyncIterable<RecordPage> {
  const { source } = reader
  const selected = await selectFacts(reader, selection, selection.filter)
  const parts =
    step.step === HOUR_SECONDS
      ? await factParts(reader, selection, selected)
      : [{ source, condition: selected.condition }]
  await checkAmount(reader, selection, step, selected, limits)
  const statement = statementOf(recordsOf(source, step, parts, limits.maxRows), source.dialect)
  const indexes = new Map<EntryId, number>()
  for await (const rows of reader.batches(statement, limits.maxRows)) {
    if (rows.length === 0) continue
    const entries = rows.map((row) => readId(row['entry']))
    const fresh = [...new Set(entries)].filter((entry) => !indexes.has(entry))
    const keys = await readKeys(reader, fresh)
    for (const entry of fresh) indexes.set(entry, indexes.size)
    yield {
      ...countersOf(rows),
      starts: Float64Array.from(rows, (row) => readNumber(row['start'])),
      seconds: Float64Array.from(rows, (row) => readNumber(row['length'])),
      keyIndexes: Uint32Array.from(entries, (entry) => indexes.get(entry) ?? 0),
      keys,
      incomplete: null,
    }
  }
}

/** A page without records, which says that some are missing. */
export function emptyPage(): RecordPage {
  return {
    ...countersOf([]),
    starts: new Float64Array(0),
    seconds: new Float64Array(0),
    keyIndexes: new Uint32Array(0),
    keys: [],
    incomplete: null,
  }
}

/**
 * Refuses what is certainly too much before it is sorted, which takes many times as long as counting it.
 *
 * @throws {HistoryError} `too large`
 */
async function checkAmount(
  reader: SqlReader,
  { range }: HistorySelection,
  { step }: RecordStep,
  { condition }: SelectedFacts,
  { maxRows }: HistoryLimits,
): Promise<void> {
  const { source } = reader
  const { dialect, facts, grain } = source
  if (grain !== 'raw' || step >= HOUR_SECONDS || (await reader.recordsAtMost()) <= maxRows) return
  const counted = async (statement: SqlText) =>
    readNumber((await reader.rows(statementOf(statement, dialect), 1))[0]?.['counted'])
  const records = await counted(sql`select count(*) as counted from ${facts} where ${condition}`)
  if (records <= maxRows) return
  if (step <= BUCKET_SECONDS) throw tooManyRecords(maxRows)
  // As many sums as a part of the range has are fewer than all, and often too many already.
  const share = (COUNTED_SHARE * maxRows) / records
  if (share >= 1) return
  const part = { from: range.from, to: range.from + (range.to - range.from) * share }
  const inPart = allOf([condition, rangeCondition(source, part)])
  const begins = dialect.roundedDown(dialect.seconds(sql`t`), count(step))
  const sums = await counted(
    sql`select count(*) as counted from (select distinct k, ${begins} as begins from ${facts} where ${inPart}) as p`,
  )
  if (sums > maxRows) throw tooManyRecords(maxRows)
}

function tooManyRecords(maxRows: number): HistoryError {
  return new HistoryError('too large', `There are more records than the limit of ${maxRows}`)
}

/** The keys of entries that are held, in their order. Those that are not held are left out. */
export async function readKeys(
  reader: SqlReader,
  entries: readonly EntryId[],
): Promise<readonly LabelledKey[]> {
  const { dialect, keys, cluster } = reader.source
  const found = new Map<EntryId, LabelledKey>()
  for (let from = 0; from < entries.length; from += MAX_KEYS_AT_ONCE) {
    const asked = entries.slice(from, from + MAX_KEYS_AT_ONCE)
    const isAsked = dialect.isIn(sql`id`, ids(asked))
    const statement = sql`select id, body from ${keys} where cluster = ${cluster} and ${isAsked}`
    for (const row of await reader.rows(statementOf(statement, dialect), asked.length)) {
      found.set(readId(row['id']), decodeBody(readText(row['body'])))
    }
  }
  return entries.flatMap((entry) => found.get(entry) ?? [])
}

function recordsOf(
  { dialect, keys, cluster }: FactSource,
  step: RecordStep,
  parts: readonly FactPart[],
  maxRows: number,
): SqlText {
  const counters = Object.values(COUNTER_COLUMNS).map((column) => verbatim(`r_${column}`))
  // No step lies in two of the parts.
  const rows = joined(
    parts.map((part) => rowsOf(part, step)),
    ' union all ',
  )
  return sql`select begins as start, e.id as entry, length, ${joined(counters, ', ')} from (${rows}) as f join (select ${dialect.keyColumn} as e_k, id from ${keys} where cluster = ${cluster}) as e on e.e_k = f.f_k order by start, entry limit ${count(maxRows + 1)}`
}

function rowsOf({ source, condition }: FactPart, { step }: RecordStep): SqlText {
  const { dialect, facts, grain } = source
  const start = dialect.seconds(sql`t`)
  const isRecord = grain === 'raw' && step <= BUCKET_SECONDS
  // A bucket has each entry once, and so has an hour of the roll-up: nothing is to be summed.
  const isOnce = isRecord || (grain === 'hour' && step === HOUR_SECONDS)
  const begins = isOnce ? start : dialect.roundedDown(start, count(step))
  const counters = Object.values(COUNTER_COLUMNS).map((name) => {
    const column = verbatim(name)
    return sql`${dialect.asFloat(isOnce ? column : sql`sum(${column})`)} as r_${column}`
  })
  const end = isOnce ? endOf(source) : sql`max(${endOf(source)})`
  const length = isRecord ? sql`s` : sql`greatest(${count(step)}, ${end} - ${begins})`
  const grouped = isOnce ? sql`` : sql` group by begins, f_k`
  return sql`select ${begins} as begins, k as f_k, ${length} as length, ${joined(counters, ', ')} from ${facts} where ${condition}${grouped}`
}

function countersOf(rows: readonly SqlRow[]): CounterColumns {
  const columns = COUNTER_NAMES.map((name) => {
    const column = `r_${COUNTER_COLUMNS[name]}`
    return [name, Float64Array.from(rows, (row) => readNullable(row[column]) ?? Number.NaN)] as const
  })
  return Object.fromEntries(columns) as unknown as CounterColumns // one column for each counter
}
