import { describe, expect, test } from 'vitest'

import { atNewest, liesOf } from './range-position.ts'

const HELD = { oldest: 1000, newest: 4600 }

describe('an empty time window', () => {
  test('lies before, after, or within what is held', () => {
    expect(liesOf({ from: 400, to: 1000 }, HELD)).toBe('before')
    expect(liesOf({ from: 400, to: 1015 }, HELD)).toBe('within')
    expect(liesOf({ from: 4600, to: 4700 }, HELD)).toBe('after')
    expect(liesOf({ from: 1, to: 2 }, { oldest: null, newest: null })).toBeNull()
  })

  test('moves to the newest data with its length kept', () => {
    expect(atNewest({ from: 0, to: 300 }, 4600)).toEqual({ from: 4300, to: 4600 })
  })
})
