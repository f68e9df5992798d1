import { expect, test } from 'vitest'
import { CLICKHOUSE, DUCKDB } from './dialect.ts'
import { allOf, count, FALSE, ids, someOf, sql, statementOf, text, TRUE, verbatim } from './sql-text.ts'

test('a value is a parameter of the statement, in the syntax of each engine', () => {
  const where = allOf([
    sql`name = ${text("x'); drop table keys --")}`,
    DUCKDB.isIn(sql`k`, sql`${ids([7n])}`),
  ])
  const statement = statementOf(sql`select ${verbatim('k')} from keys where ${where}`, DUCKDB)
  expect(statement.text).toBe(
    'select k from keys where (name = $1::varchar and k in (select unnest($2::ubigint[])))',
  )
  expect(statement.params.map(({ value }) => value)).toEqual(["x'); drop table keys --", [7n]])
  expect(
    statementOf(sql`t < ${count(15)} and ${CLICKHOUSE.isIn(sql`k`, sql`${ids([7n])}`)}`, CLICKHOUSE).text,
  ).toBe('t < {p1:Int64} and k in {p2:Array(UInt64)}')
})

test('a parameter that occurs twice is bound once', () => {
  const since = count(15)
  const statement = statementOf(sql`a > ${since} or b > ${since} or c > ${count(15)}`, DUCKDB)
  expect(statement.text).toBe('a > $1::bigint or b > $1::bigint or c > $2::bigint')
  expect(statement.params).toHaveLength(2)
})

test('conditions that always or never hold leave no text', () => {
  expect(allOf([TRUE, TRUE])).toBe(TRUE)
  expect(someOf([FALSE])).toBe(FALSE)
  expect(statementOf(allOf([TRUE, sql`a`, someOf([FALSE, sql`b`])]), DUCKDB).text).toBe('(a and (b))')
})
