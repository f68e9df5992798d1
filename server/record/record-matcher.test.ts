import { expect, test } from 'vitest'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { parse } from '../../src/filter/language/parse-query.ts'
import type { Expression } from '../../src/filter/tree/expression.ts'
import { recordMatcher } from './record-matcher.ts'

function query(text: string): Expression {
  const parsed = parse(text)
  if (!parsed.ok) throw new Error(`${text} is no query`)
  return parsed.expression
}

test('sums are those of the one record', () => {
  const matches = recordMatcher(query('bytes > 1kB'), { now: () => 0 })
  expect(matches(buildFlow({}, { bytesIn: 900, bytesOut: 200 }))).toBe(true)
  expect(matches(buildFlow({}, { bytesIn: 900, bytesOut: 0 }))).toBe(false)
})

test('ages count back from the moment at which a record comes', () => {
  let now = 1_000_000
  const matches = recordMatcher(query('seen < 5m'), { now: () => now })
  const record = buildFlow({}, { startTime: 785, endTime: 800 })
  expect(matches(record)).toBe(true)
  now = 1_100_000
  expect(matches(record)).toBe(false)
})
