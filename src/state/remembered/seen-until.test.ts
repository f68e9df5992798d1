import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseSeenUntil } from './seen-until.ts'

describe('the stored time up to which denials are seen', () => {
  test('is a time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_000_000_000 }), (time) => {
        expect(parseSeenUntil(JSON.stringify(time))).toBe(time)
      }),
    )
  })

  test('is null where something else is stored', () => {
    for (const text of [
      null,
      '',
      'null',
      '0',
      '-5',
      '1e300',
      '"1790000000"',
      '[1790000000]',
      '{',
      'yesterday',
    ])
      expect(parseSeenUntil(text), String(text)).toBeNull()
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseSeenUntil(text) ?? 1).toBeGreaterThan(0)
      }),
    )
  })
})
