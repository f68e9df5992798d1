import fc from 'fast-check'
import { expect, test } from 'vitest'

import { unpacked } from './indexed-page.ts'

const varint = (value: number): number[] =>
  value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))]

/** Bits from the lowest on, in whole bytes. */
function packedBits(values: readonly number[], width: number): number[] {
  let bits = 0n
  for (const [i, value] of values.entries()) bits |= BigInt(value) << BigInt(i * width)
  return Array.from({ length: Math.ceil((values.length * width) / 8) }, (_, i) =>
    Number((bits >> BigInt(8 * i)) & 0xffn),
  )
}

const anyRuns = fc.integer({ min: 1, max: 32 }).chain((width) => {
  const value = fc.integer({ min: 0, max: 2 ** width - 1 })
  const repeated = fc.tuple(value, fc.integer({ min: 1, max: 300 })).map(([number, times]) => ({
    values: Array.from({ length: times }, () => number),
    bytes: [...varint(2 * times), ...packedBits([number], width)].slice(
      0,
      varint(2 * times).length + Math.ceil(width / 8),
    ),
  }))
  const packed = fc.array(value, { minLength: 1, maxLength: 6 }).map((eighth) => {
    const values = Array.from({ length: 8 * eighth.length }, (_, i) => eighth[(i * 5) % eighth.length]!)
    return { values, bytes: [...varint(2 * eighth.length + 1), ...packedBits(values, width)] }
  })
  return fc.record({
    width: fc.constant(width),
    runs: fc.array(fc.oneof(repeated, packed), { minLength: 1, maxLength: 5 }),
    padding: fc.nat(7),
  })
})

test('runs of one number and packed numbers are read as they were written, without padding', () => {
  fc.assert(
    fc.property(anyRuns, ({ width, runs, padding }) => {
      const values = runs.flatMap((run) => run.values)
      const wanted = values.slice(0, Math.max(1, values.length - padding))
      const numbers = unpacked(Uint8Array.from(runs.flatMap((run) => run.bytes)), width, wanted.length)
      expect([...numbers].map((number) => number >>> 0)).toEqual(wanted)
    }),
  )
})

test.each([
  ['that end before their values', [2 * 3, 1]],
  ['whose packed bits are cut off', [3, 0xff]],
  ['whose length has no end', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['without a value', [2 * 8]],
])('runs %s are refused', (_, bytes) => {
  expect(() => unpacked(Uint8Array.from(bytes), 8, 8)).toThrow('a page is damaged')
})

test('numbers of no bits are zeros', () => {
  expect([...unpacked(new Uint8Array(0), 0, 3)]).toEqual([0, 0, 0])
})
