import { describe, expect, test } from 'vitest'

import { targetOf } from './use-cursor.ts'

describe('the keys of the table', () => {
  test('move by a row, by a page, and to both ends', () => {
    expect(targetOf('ArrowDown', 4, 100, 20)).toBe(5)
    expect(targetOf('ArrowUp', 4, 100, 20)).toBe(3)
    expect(targetOf('PageDown', 4, 100, 20)).toBe(24)
    expect(targetOf('PageUp', 50, 100, 20)).toBe(30)
    expect(targetOf('Home', 50, 100, 20)).toBe(0)
    expect(targetOf('End', 50, 100, 20)).toBe(99)
  })

  test('stop at both ends', () => {
    expect(targetOf('ArrowUp', 0, 100, 20)).toBe(0)
    expect(targetOf('PageDown', 95, 100, 20)).toBe(99)
  })

  test('start at the first row when there is no cursor yet', () => {
    expect(targetOf('ArrowDown', -1, 100, 20)).toBe(0)
    expect(targetOf('ArrowUp', -1, 100, 20)).toBe(0)
  })

  test('leave every other key, and an empty table, alone', () => {
    expect(targetOf('j', 4, 100, 20)).toBeNull()
    expect(targetOf('ArrowDown', -1, 0, 20)).toBeNull()
  })
})
