import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ensure } from '../../src/lib/assert.ts'
import { parseTimeout, printTimeout } from './grpc-timeout.ts'

test.each([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3000],
  ['300m', 300],
  ['5000u', 5],
  ['7000000n', 7],
  ['0m', 0],
])('%s is %d milliseconds', (text, milliseconds) => {
  expect(parseTimeout(text)).toBeCloseTo(milliseconds)
})

test.each(['', '5', 'S', '5s', '-1S', '1.5S', '123456789S', '5 S'])('%j is no timeout', (text) => {
  expect(parseTimeout(text)).toBeNull()
})

test('what is printed can be parsed, and is never shorter than what was meant', () => {
  fc.assert(
    fc.property(fc.nat({ max: 99_999_999 }), fc.constantFrom(1, 60_000, 3_600_000), (count, unit) => {
      const milliseconds = count * unit
      const parsed = ensure(parseTimeout(printTimeout(milliseconds)), 'timeout')
      expect(parsed).toBeGreaterThanOrEqual(milliseconds)
      expect(parsed - milliseconds).toBeLessThan(3_600_000)
    }),
  )
})
