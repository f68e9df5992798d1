/**
 * Sums in statements and in their rows. ClickHouse takes a name in an aggregate for an alias of the same `select`, so no alias is
 * named as a column is: the sums of a query over facts are `r_…`, those of a query over these `z_…`.
 */
import { COUNTER_NAMES } from '../../../src/flows/counters.ts'
import type { HistorySums } from '../history-store.ts'
import { joined, sql, type SqlText, verbatim } from './sql-text.ts'
import { COUNTER_COLUMNS, extentOf, type FactSource } from './tables.ts'

/** A row as an engine gives it, by names of columns. 64-bit numbers may be numbers, bigints or texts. */
export type SqlRow = Readonly<Record<string, unknown>>

/** The sums over facts, as `r_…` unless another prefix is given. */
export function sumsOfFacts(source: FactSource, prefix: 'r' | 'p' = 'r'): SqlText {
  const { n, first, last } = extentOf(source)
  const as = (name: string) => verbatim(`${prefix}_${name}`)
  const counters = COUNTER_NAMES.map((name) => {
    const column = verbatim(COUNTER_COLUMNS[name])
    return sql`${source.dialect.asFloat(sql`sum(${column})`)} as ${as(COUNTER_COLUMNS[name])}`
  })
  return joined(
    [
      sql`${source.dialect.asFloat(n)} as ${as('n')}`,
      sql`${first} as ${as('first')}`,
      sql`${last} as ${as('last')}`,
      ...counters,
    ],
    ', ',
  )
}

/** The sums over rows that have sums under one prefix, under another. */
export function sumsOfSums(from: 'r' | 'p' = 'r', to: 'z' | 'r' = 'z'): SqlText {
  const of = (aggregate: 'sum' | 'min' | 'max', name: string) =>
    verbatim(`${aggregate}(${from}_${name}) as ${to}_${name}`)
  return joined(
    [
      of('sum', 'n'),
      of('min', 'first'),
      of('max', 'last'),
      ...Object.values(COUNTER_COLUMNS).map((column) => of('sum', column)),
    ],
    ', ',
  )
}

/** The names of {@link sumsOfFacts}, for a query that passes them on. */
export const NAMES_OF_SUMS = verbatim(
  ['n', 'first', 'last', ...Object.values(COUNTER_COLUMNS)].map((name) => `r_${name}`).join(', '),
)

/** Reads the sums of a row. */
export function readSums(row: SqlRow, prefix: 'r' | 'z'): HistorySums {
  const counters = Object.fromEntries(
    COUNTER_NAMES.map((name) => [name, readNullable(row[`${prefix}_${COUNTER_COLUMNS[name]}`])]),
  ) as Record<(typeof COUNTER_NAMES)[number], number | null> // of these names
  return {
    records: readNumber(row[`${prefix}_n`]),
    first: readNumber(row[`${prefix}_first`]),
    last: readNumber(row[`${prefix}_last`]),
    ...counters,
  }
}

/** @throws when it is no number: the statement is wrong then, not the data */
export function readNumber(value: unknown): number {
  const number = readNullable(value)
  if (number === null) throw new Error(`A number was expected in an answer, not ${String(value)}`)
  return number
}

export function readNullable(value: unknown): number | null {
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  return typeof value === 'bigint' || typeof value === 'string' ? Number(value) : null
}

/** @throws when it is no 64-bit number */
export function readId(value: unknown): bigint {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' || typeof value === 'string') return BigInt(value)
  throw new Error(`An id was expected in an answer, not ${String(value)}`)
}

/** @throws when it is no text */
export function readText(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`A text was expected in an answer, not ${String(value)}`)
  return value
}
