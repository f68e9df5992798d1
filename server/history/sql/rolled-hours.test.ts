import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { DUCKDB } from './dialect.ts'
import { hoursIn, summedHours, wholeHours } from './rolled-hours.ts'
import { text, verbatim } from './sql-text.ts'

const source = {
  dialect: DUCKDB,
  cluster: text('prod'),
  facts: verbatim('hours'),
  keys: verbatim('keys'),
  grain: 'hour',
} as const

test.each([
  ['two hours and parts of two', { from: 3599, to: 10_801 }, { from: 3600, to: 10_800 }],
  ['an hour', { from: 7200, to: 10_800 }, { from: 7200, to: 10_800 }],
  ['parts of two hours', { from: 3601, to: 10_799 }, null],
  ['a part of an hour', { from: 3601, to: 3602 }, null],
])('the whole hours of %s', (_, range, whole) => {
  expect(wholeHours(range)).toEqual(whole)
})

test('a range of two hours has two', () => {
  expect(hoursIn({ from: 3600, to: 10_800 })).toBe(2)
})

test('a run has no hour with records that are not rolled up, and none is longer', () => {
  const states = fc.array(fc.constantFrom('rolled' as const, 'changed' as const, 'empty' as const), {
    maxLength: 12,
  })
  fc.assert(
    fc.property(states, (hours) => {
      const recorded = hours.flatMap((state, i) =>
        state === 'empty' ? [] : [{ hour: i * 3600, isRolled: state === 'rolled' }],
      )
      const run = summedHours(source, recorded)
      const lengths = hours
        .map((state) => (state === 'rolled' ? 'r' : state === 'changed' ? ' ' : ''))
        .join('')
        .split(' ')
        .map(({ length }) => length)
      const inRun = run === null ? [] : hours.slice(run.range.from / 3600, run.range.to / 3600)
      expect(inRun).not.toContain('changed')
      expect(inRun.filter((state) => state === 'rolled')).toHaveLength(Math.max(...lengths))
      if (run !== null) expect([inRun[0], inRun.at(-1)]).toEqual(['rolled', 'rolled'])
    }),
  )
})
