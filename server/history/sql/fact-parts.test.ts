import { expect, test } from 'vitest'
import { ALL } from '../../../src/filter/tree/expression.ts'
import type { HistoryRange } from '../history-store.ts'
import { DUCKDB } from './dialect.ts'
import { factParts } from './fact-parts.ts'
import type { SqlReader } from './sql-reader.ts'
import { sql, type SqlText, statementOf, text, TRUE, verbatim } from './sql-text.ts'
import type { FactSource } from './tables.ts'

const HOUR = 1_790_002_800
const OF_KEYS = sql`k in (some)`
const CONDITION = sql`the whole selection`

function sourceOf(grain: FactSource['grain']): FactSource {
  return { dialect: DUCKDB, cluster: text('c'), facts: verbatim(grain), keys: verbatim('keys'), grain }
}

/** A reader whose roll-up has the sums of these hours. */
function readerOf(grain: FactSource['grain'], hours: HistoryRange | null): SqlReader {
  return {
    source: sourceOf(grain),
    summedHours: async () => (hours === null ? null : { range: hours, source: sourceOf('hour') }),
    recordsAtMost: async () => 0,
    rows: async () => [],
    batches: async function* () {},
  }
}

/** Of each part the grain, and the bounds of the starts of its facts. */
async function partsOf(
  reader: SqlReader,
  range: HistoryRange,
  ofKeys: SqlText | null = OF_KEYS,
): Promise<readonly (readonly [string, ...(number | string)[]])[]> {
  const selection = { cluster: 'c', range, filter: ALL, namespaces: 'all', grain: 'raw' } as const
  const parts = await factParts(reader, selection, { condition: CONDITION, ofKeys, filteredAfter: 0 })
  return parts.map(({ source, condition }) => {
    if (condition === CONDITION) return [source.grain, 'whole']
    const statement = statementOf(condition, DUCKDB)
    if (ofKeys !== null && ofKeys !== TRUE) expect(statement.text).toContain('k in (some)')
    const times = statement.params.flatMap((param) => (param.type === 'count' ? [param.value] : []))
    return [source.grain, ...times]
  })
}

const whole = { from: HOUR, to: HOUR + 7200 }
/** The least start of an hour of which a part is in the range. */
const FIRST = HOUR - 3599

test.each<readonly [string, HistoryRange, readonly (readonly [string, number, number])[]]>([
  ['those hours alone', whole, [['hour', FIRST, whole.to]]],
  [
    'the records before and after them',
    { from: HOUR - 15, to: HOUR + 7215 },
    [
      ['raw', HOUR - 15, HOUR],
      ['hour', FIRST, whole.to],
      ['raw', whole.to, HOUR + 7215],
    ],
  ],
  [
    'the records after them',
    { from: HOUR, to: HOUR + 7230 },
    [
      ['hour', FIRST, whole.to],
      ['raw', whole.to, HOUR + 7230],
    ],
  ],
])('of hours that are rolled up the sums are read, and %s', async (_, range, parts) => {
  expect(await partsOf(readerOf('raw', whole), range)).toEqual(parts)
  expect(await partsOf(readerOf('raw', whole), range, TRUE)).toEqual(parts)
})

test.each([
  ['records of one key are told apart', readerOf('raw', whole), null],
  ['no hour is rolled up', readerOf('raw', null), OF_KEYS],
  ['hours are asked for', readerOf('hour', whole), OF_KEYS],
])('all is read from one table where %s', async (_, reader, ofKeys) => {
  expect(await partsOf(reader, whole, ofKeys)).toEqual([[reader.source.grain, 'whole']])
})
