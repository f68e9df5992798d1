import { text as textOf } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ensure } from '../../../src/lib/assert.ts'
import { count, ids, sql, statementOf, text, texts } from '../sql/sql-text.ts'
import { CLICKHOUSE } from '../sql/dialect.ts'
import { bindParams } from './bound-params.ts'

test('a few parameters are in the address', () => {
  const { query, query_params } = bindParams(
    statementOf(sql`a = ${text("it's")} and b = ${count(1)}`, CLICKHOUSE),
  )
  expect(query).toBe('a = {p1:String} and b = {p2:Int64}')
  expect(query_params).toEqual({ p1: "it's", p2: 1 })
})

test('a long list comes in fields of a form that ClickHouse takes, and is put together again', async () => {
  const list = Array.from({ length: 20_000 }, (_, i) => 2n ** 63n + BigInt(i))
  const names = texts(["it's", 'a\\b\n'])
  const bound = bindParams(statementOf(sql`k in ${ids(list)} and n in ${names}`, CLICKHOUSE))
  expect(bound.query).toMatch(
    /^k in arrayConcat\(\{p1:Array\(UInt64\)\}(, \{p1_\d+:Array\(UInt64\)\})+\) and n in \{p2:Array\(String\)\}$/,
  )
  const form = await textOf(ensure(bound.values, 'form'))
  const fields = [...form.matchAll(/name="param_(\w+)"\r\n\r\n(.*)\r\n/g)]
  for (const [, , value = ''] of fields) expect(value.length).toBeLessThan(128 * 1024)
  const read = fields
    .filter(([, name = '']) => name.startsWith('p1'))
    .flatMap(([, , value = '']) => value.slice(1, -1).split(','))
  expect(read.map(BigInt)).toEqual(list)
  expect(fields.at(-1)?.[2]).toBe(String.raw`['it\'s','a\\b\n']`)
})
