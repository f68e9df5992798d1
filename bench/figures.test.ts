import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  type Aim,
  Figures,
  formatAims,
  formatMissedAims,
  formatValue,
  mergeTurns,
  missedAims,
  resultsTable,
  type Unit,
} from './figures.ts'

function figuresOf(value: number, aims: readonly Aim[], floor: number | null = null, unit: Unit = 'ms') {
  const figures = new Figures('touch')
  figures.add(
    { what: 'an act', unit, aims },
    value,
    floor === null ? null : { what: 'static copy', value: floor },
  )
  return figures.all
}

describe('an aim', () => {
  test.each<[string, number, Aim, boolean]>([
    ['under, below it', 59.9, { under: 60 }, true],
    ['under, at it', 60, { under: 60 }, false],
    ['over, above it', 150_001, { over: 150_000 }, true],
    ['over, at it', 150_000, { over: 150_000 }, false],
    ['at most, at it', 15, { atMost: 15 }, true],
    ['at most, above it', 16, { atMost: 15 }, false],
    ['none at all, one of them', 1, { atMost: 0 }, false],
    ['times the floor of 20, at it', 26, { timesFloor: 1.3 }, true],
    ['times the floor of 20, above it', 26.1, { timesFloor: 1.3 }, false],
  ])('%s', (_, value, aim, isMet) => {
    expect(missedAims(figuresOf(value, [aim], 20)).length).toBe(isMet ? 0 : 1)
  })

  test('is missed by what could not be measured', () => {
    for (const aim of [{ under: 1 }, { over: 1 }, { atMost: 1 }, { timesFloor: 1 }])
      expect(missedAims(figuresOf(Number.NaN, [aim], 5))).toHaveLength(1)
    expect(missedAims(figuresOf(5, [{ timesFloor: 2 }], Number.NaN))).toHaveLength(1)
  })

  test('of several names only those missed', () => {
    const text = formatMissedAims(figuresOf(45, [{ timesFloor: 2 }, { under: 50 }], 20))
    expect(text).toBe(
      '1 of 1 figures miss their aim:\n\n- touch: an act: 45 ms (aim ≤ 2 × floor, floor 20 ms)',
    )
  })

  test('that is a ratio needs a floor', () => {
    expect(() => figuresOf(1, [{ timesFloor: 2 }])).toThrow('no floor for an act')
  })
})

test('a figure without an aim misses none, and is not counted among those that have one', () => {
  expect(missedAims(figuresOf(1e9, []))).toEqual([])
  expect(formatMissedAims(figuresOf(1e9, []))).toBe('All 0 figures with an aim meet it.')
})

test('two figures of one name are refused, because the table could not tell them apart', () => {
  const figures = new Figures('touch')
  figures.add({ what: 'an act', unit: 'ms', aims: [] }, 1)
  expect(() => figures.add({ what: 'an act', unit: 'ms', aims: [] }, 2)).toThrow('two figures named an act')
})

test('values are written with their unit', () => {
  expect(formatValue(1234.5, 'ms')).toBe('1,235 ms')
  expect(formatValue(4.25, 'ms')).toBe('4.3 ms')
  expect(formatValue(0.031, '')).toBe('0.03')
  expect(formatValue(150_000, '/s')).toBe('150,000/s')
  expect(formatValue(12, '')).toBe('12')
  expect(formatValue(Number.NaN, 'ms')).toBe('not measured')
  const aims = [{ under: 600 }, { over: 5 }, { atMost: 0 }, { atMost: 9 }, { timesFloor: 1.3 }]
  expect(formatAims({ what: '', unit: 'ms', aims })).toBe('< 600 ms, > 5 ms, 0, ≤ 9 ms, ≤ 1.3 × floor')
})

test('the cells of a row are returned to the benchmark that registers it', () => {
  const target = { what: 'an act', unit: 'ms', aims: [{ under: 60 }] } as const
  expect(new Figures('touch').add(target, 44.4)).toEqual(['an act', '< 60 ms', '44 ms'])
})

describe('turns', () => {
  test('are merged to medians between the least and the greatest value, floors likewise', () => {
    const values = fc.array(fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.nat(100)), {
      minLength: 1,
    })
    fc.assert(
      fc.property(values, (pairs) => {
        const [merged] = mergeTurns(pairs.map(([value, floor]) => figuresOf(value, [], floor)))
        const sorted = pairs.map(([value]) => value).toSorted((a, b) => a - b)
        expect(sorted).toContain(merged?.value)
        expect(sorted.filter((value) => value < (merged?.value ?? 0)).length).toBeLessThanOrEqual(
          pairs.length / 2,
        )
        expect(sorted.filter((value) => value > (merged?.value ?? 0)).length).toBeLessThanOrEqual(
          pairs.length / 2,
        )
        expect(pairs.map(([, floor]) => floor)).toContain(merged?.floor?.value)
      }),
    )
  })

  test('do not hide one in which a figure could not be measured', () => {
    const [merged] = mergeTurns([figuresOf(1, []), figuresOf(Number.NaN, []), figuresOf(3, [])])
    expect(merged?.value).toBeNaN()
  })
})

test('the table of results has before, after and floor, and marks what is missed', () => {
  const after = figuresOf(70, [{ under: 60 }], 20)
  const before = figuresOf(440, [{ under: 60 }], 21)
  expect(resultsTable(after, before)).toBe(
    [
      '| what | aim | before | after | floor |',
      '| --- | --- | --- | --- | --- |',
      '| touch: an act | < 60 ms | 440 ms | 70 ms **missed** | 20 ms (static copy) |',
    ].join('\n'),
  )
  expect(resultsTable(figuresOf(50, []), [])).toContain('| touch: an act |  |  | 50 ms |  |')
})
