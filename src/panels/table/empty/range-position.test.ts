import { describe, expect, test } from 'vitest'

import { endingAt, positionOf } from './range-position.ts'

const HELD = { oldest: 1000, newest: 4600 }

describe('a time range', () => {
  test('is before, after, or overlapping the records held', () => {
    expect(positionOf({ from: 400, to: 1000 }, HELD)).toBe('before')
    expect(positionOf({ from: 400, to: 1015 }, HELD)).toBe('overlapping')
    expect(positionOf({ from: 4600, to: 4700 }, HELD)).toBe('after')
    expect(positionOf({ from: 1, to: 2 }, { oldest: null, newest: null })).toBeNull()
  })

  test('is moved to the newest record and keeps its length', () => {
    expect(endingAt({ from: 0, to: 300 }, 4600)).toEqual({ from: 4300, to: 4600 })
  })
})
