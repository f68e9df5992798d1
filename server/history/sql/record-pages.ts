/** The records of a selection, page by page. */
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { LabelledKey } from '../../../src/flows/flow.ts'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
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
import { selectFacts } from './selection.ts'
import type { SqlReader } from './sql-reader.ts'
import { count, ids, joined, sql, type SqlText, statementOf, verbatim } from './sql-text.ts'
import { readId, readNullable, readNumber, readText, type SqlRow } from './sums.ts'
import { COUNTER_COLUMNS, endOf, type FactSource, HOUR_SECONDS } from './tables.ts'

/** Keys that are read with one statement. */
const MAX_KEYS_AT_ONCE = 10_000

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
  // A bucket has each entry once, so that nothing is to be summed.
  const isAsStored = step <= BUCKET_SECONDS && grain === 'raw'
  const begins = isAsStored ? start : dialect.roundedDown(start, count(step))
  const counters = Object.values(COUNTER_COLUMNS).map((name) => {
    const column = verbatim(name)
    return isAsStored ? sql`${column} as r_${column}` : sql`sum(${column}) as r_${column}`
  })
  const length = isAsStored ? sql`s` : sql`greatest(${count(step)}, max(${endOf(source)}) - ${begins})`
  const grouped = isAsStored ? sql`` : sql` group by begins, f_k`
  return sql`select ${begins} as begins, k as f_k, ${length} as length, ${joined(counters, ', ')} from ${facts} where ${condition}${grouped}`
}

function countersOf(rows: readonly SqlRow[]): CounterColumns {
  const columns = COUNTER_NAMES.map((name) => {
    const column = `r_${COUNTER_COLUMNS[name]}`
    return [name, Float64Array.from(rows, (row) => readNullable(row[column]) ?? Number.NaN)] as const
  })
  return Object.fromEntries(columns) as unknown as CounterColumns // one column for each counter
}
