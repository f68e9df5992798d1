import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { fromLocalText, toLocalText } from './local-time.ts'

describe('a time in a field', () => {
  test('is read back as it was written', () => {
    // Noon UTC of a day: far from the hours that a change of clocks repeats, in every inhabited zone.
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), fc.nat(3599), (day, second) => {
        const time = day * 86_400 + 43_200 + second
        expect(fromLocalText(toLocalText(time))).toBe(time)
      }),
    )
  })

  test('may leave out the seconds', () => {
    expect(fromLocalText('2026-11-22T14:02')).toBe(fromLocalText('2026-11-22T14:02:00'))
  })

  test('is null for any other text', () => {
    for (const text of ['', 'yesterday', '2026-13-40T99:99', '1790000000', '2026-11-22'])
      expect(fromLocalText(text)).toBeNull()
  })
})
