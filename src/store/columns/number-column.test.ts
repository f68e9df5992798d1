import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { NO_GROUP, NumberColumn } from './number-column.ts'

/** Numbers around the greatest value of each array width, above 32 bits, negative, fractional, or not recorded (NaN). */
const anyNumber = fc.oneof(
  { weight: 4, arbitrary: fc.nat(300) },
  { weight: 2, arbitrary: fc.constant(Number.NaN) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(254, 255, 256, 65_534, 65_535, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1),
  },
  { weight: 1, arbitrary: fc.constantFrom(-1, 0.5) },
)

const anyColumn = fc.array(anyNumber, { maxLength: 60 })

function columnOf(values: readonly number[]): NumberColumn {
  const column = new NumberColumn(values.length)
  for (const [row, value] of values.entries()) column.set(row, value)
  return column
}

function bytesOf(...values: readonly number[]): number {
  return columnOf(values).byteLength / values.length
}

describe('a column of numbers', () => {
  test('returns each value that was set, whatever widths came before and after', () => {
    fc.assert(
      fc.property(anyColumn, (values) => {
        const column = columnOf(values)
        expect(values.map((_, row) => column.value(row))).toEqual(values)
        const copied = new Float64Array(values.length)
        column.copyTo(copied)
        expect([...copied]).toEqual(values)
        expect(column.hasMissing).toBe(values.some(Number.isNaN))
      }),
    )
  })

  test('sums and counts missing values by group as a plain array does', () => {
    fc.assert(
      fc.property(
        anyColumn,
        fc.array(fc.integer({ min: NO_GROUP, max: 2 }), { minLength: 60 }),
        (values, all) => {
          const column = columnOf(values)
          const groups = Int32Array.from(all.slice(0, values.length))
          const sums = new Float64Array(3)
          const missing = new Uint32Array(3)
          column.sumByGroup(groups, sums)
          column.countMissingByGroup(groups, missing)
          const of = (group: number): readonly number[] => values.filter((_, row) => groups[row] === group)
          for (const group of [0, 1, 2]) {
            const present = of(group).filter((value) => !Number.isNaN(value))
            expect(sums[group]).toBe(present.reduce((sum, value) => sum + value, 0))
            expect(missing[group]).toBe(of(group).length - present.length)
          }
        },
      ),
    )
  })

  test('adds what was recorded, in it and in another column', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyNumber, anyNumber), { maxLength: 60 }), (pairs) => {
        const column = columnOf(pairs.map(([value]) => value))
        const added = Float64Array.from(pairs, ([, other]) => other)
        column.addTo(added, added.some(Number.isNaN))
        expect([...added]).toEqual(
          pairs.map(([value, other]) => {
            if (Number.isNaN(value)) return other
            return Number.isNaN(other) ? value : value + other
          }),
        )
      }),
    )
  })

  test('takes the bytes per row that its greatest value needs, and none while nothing was recorded', () => {
    expect([
      bytesOf(Number.NaN),
      bytesOf(254, 0),
      bytesOf(0, 255),
      bytesOf(65_535, 1),
      bytesOf(2 ** 32 - 1, 1),
    ]).toEqual([0, 1, 2, 4, 8])
  })
})
