/** A selection as a condition on facts: the cluster, the range, the namespaces of the viewer, and the filter. */
import { sqlPlanFor } from '../../../src/filter/plan/sql-plan.ts'
import type { Expression } from '../../../src/filter/tree/expression.ts'
import type { HistoryRange, HistorySelection } from '../history-store.ts'
import { decodeBody } from './key-body.ts'
import { partialTest, type PartialOutcome } from './partial-filter.ts'
import { hasKey, keyCondition, recordCondition } from './predicate-text.ts'
import type { SqlReader } from './sql-reader.ts'
import { allOf, count, ids, someOf, sql, type SqlText, statementOf, texts, TRUE } from './sql-text.ts'
import { readId, readText } from './sums.ts'
import { type FactSource, HOUR_SECONDS } from './tables.ts'

/** Entries that are tested in JavaScript for one question; with more it is `too large`. */
const MAX_TESTED_ENTRIES = 500_000
const MAX_TIME = 2 ** 32 - 1

export interface SelectedFacts {
  /** What can stand after `where` of a query over the facts. */
  readonly condition: SqlText
  /** The same without the range, where it is about keys alone; null where records of one key are told apart. */
  readonly ofKeys: SqlText | null
  /** So many entries were tested in JavaScript. */
  readonly filteredAfter: number
}

/** The facts that a filter finds; it may be another one than the selection's. */
export async function selectFacts(
  reader: SqlReader,
  selection: HistorySelection,
  filter: Expression,
): Promise<SelectedFacts> {
  const { source } = reader
  const now = selection.range.to
  const { keys, records, remainder } = sqlPlanFor(filter)
  const keysThatPass = allOf([namespaceCondition(source, selection), keyCondition(keys, source.dialect)])
  const inRange = rangeCondition(source, selection.range)
  const ofRecords = recordCondition(records, source, now)
  const selected = (of: SqlText, isOfKeys: boolean, filteredAfter: number): SelectedFacts => ({
    condition: allOf([inRange, ofRecords, of]),
    ofKeys: isOfKeys && ofRecords === TRUE ? of : null,
    filteredAfter,
  })
  if (remainder.kind === 'all') return selected(ofKeys(source, keysThatPass), true, 0)
  const groups = await testEntries(reader, keysThatPass, remainder)
  const ofGroups = groups.map(({ entries, left }) => {
    const ofEntries = source.dialect.isIn(sql`k`, ids(entries))
    return left === true
      ? ofEntries
      : allOf([ofEntries, recordCondition(sqlPlanFor(left).records, source, now)])
  })
  const tested = groups.reduce((sum, { entries }) => sum + entries.length, 0)
  const isOfKeys = groups.every(({ left }) => left === true)
  return selected(someOf(ofGroups), isOfKeys, tested)
}

/** All that the viewer may see of the range, whatever the filter says. */
export function visibleFacts(source: FactSource, selection: HistorySelection): SqlText {
  return allOf([
    rangeCondition(source, selection.range),
    ofKeys(source, namespaceCondition(source, selection)),
  ])
}

function ofKeys(source: FactSource, condition: SqlText): SqlText {
  return condition === TRUE ? TRUE : hasKey(source, condition)
}

/** The facts of a cluster and a range that count. */
export function rangeCondition(
  { dialect, cluster, grain, isHeld = TRUE }: FactSource,
  range: HistoryRange,
): SqlText {
  const from = earliestStart(grain, range)
  return sql`cluster = ${cluster} and t >= ${dialect.time(count(timeIn(from)))} and t < ${dialect.time(count(timeIn(range.to)))} and ${isHeld}`
}

/** The least start that a fact of the range can have: an hour belongs to it when a part of it does. */
export function earliestStart(grain: HistorySelection['grain'], { from }: HistorySelection['range']): number {
  return timeIn(grain === 'hour' ? from - HOUR_SECONDS + 1 : from)
}

/** Starts are whole seconds of 32 bits, so that the next whole one is the same bound. */
function timeIn(time: number): number {
  return Math.min(MAX_TIME, Math.max(0, Math.ceil(time)))
}

function namespaceCondition({ dialect }: FactSource, { namespaces }: HistorySelection): SqlText {
  if (namespaces === 'all') return TRUE
  const list = texts([...namespaces])
  return someOf([dialect.isIn(sql`src_ns`, list), dialect.isIn(sql`dst_ns`, list)])
}

interface TestedGroup {
  readonly entries: bigint[]
  /** What is left to be asked of the records of these keys. */
  readonly left: Exclude<PartialOutcome, false>
}

/** Tests entries with what SQL cannot say, and puts those together for whose records the same is left. */
async function testEntries(
  reader: SqlReader,
  keysThatPass: SqlText,
  remainder: Expression,
): Promise<readonly TestedGroup[]> {
  const { dialect, cluster, keys } = reader.source
  const test = partialTest(remainder)
  const statement = sql`select ${dialect.keyColumn} as entry_k, body from ${keys} where cluster = ${cluster} and ${keysThatPass}`
  const groups = new Map<string, TestedGroup>()
  for await (const rows of reader.batches(statementOf(statement, dialect), MAX_TESTED_ENTRIES)) {
    for (const row of rows) {
      const left = test(decodeBody(readText(row['body'])))
      if (left === false) continue
      const name = JSON.stringify(left)
      const entry = readId(row['entry_k'])
      const group = groups.get(name)
      if (group === undefined) groups.set(name, { entries: [entry], left })
      else group.entries.push(entry)
    }
  }
  return [...groups.values()]
}
