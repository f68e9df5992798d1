import { describe, expect, test } from 'vitest'

import { targetIndex } from './use-row-cursor.ts'

describe('the key presses in the table', () => {
  test('move by a row, by a page, and to both ends', () => {
    expect(targetIndex('ArrowDown', 4, 100, 20)).toBe(5)
    expect(targetIndex('ArrowUp', 4, 100, 20)).toBe(3)
    expect(targetIndex('PageDown', 4, 100, 20)).toBe(24)
    expect(targetIndex('PageUp', 50, 100, 20)).toBe(30)
    expect(targetIndex('Home', 50, 100, 20)).toBe(0)
    expect(targetIndex('End', 50, 100, 20)).toBe(99)
  })

  test('stop at both ends', () => {
    expect(targetIndex('ArrowUp', 0, 100, 20)).toBe(0)
    expect(targetIndex('PageDown', 95, 100, 20)).toBe(99)
  })

  test('start at the first row when there is no cursor yet', () => {
    expect(targetIndex('ArrowDown', -1, 100, 20)).toBe(0)
    expect(targetIndex('ArrowUp', -1, 100, 20)).toBe(0)
  })

  test('leave every other key, and an empty table, alone', () => {
    expect(targetIndex('j', 4, 100, 20)).toBeNull()
    expect(targetIndex('ArrowDown', -1, 0, 20)).toBeNull()
  })
})
