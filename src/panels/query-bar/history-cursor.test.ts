import { describe, expect, test } from 'vitest'

import { HistoryCursor } from './history-cursor.ts'

describe('the arrow keys step through the query history', () => {
  test('back one by one to the oldest, and forward to the text that was there at first', () => {
    const cursor = new HistoryCursor(() => ['a', 'b', 'c'])
    expect(cursor.older('')).toBe('c')
    expect(cursor.older('c')).toBe('b')
    expect(cursor.older('b')).toBe('a')
    expect(cursor.older('a')).toBeNull()
    expect(cursor.newer('a')).toBe('b')
    expect(cursor.newer('b')).toBe('c')
    expect(cursor.newer('c')).toBe('')
    expect(cursor.newer('')).toBeNull()
  })

  test('past entries that are equal to the text', () => {
    const cursor = new HistoryCursor(() => ['a', 'b'])
    expect(cursor.older('b')).toBe('a')
    expect(cursor.newer('a')).toBe('b')
    expect(cursor.newer('b')).toBe('b')
  })

  test('from the newest entry once the text was edited', () => {
    const cursor = new HistoryCursor(() => ['a', 'b', 'c'])
    cursor.older('')
    expect(cursor.older('c')).toBe('b')
    expect(cursor.shows('b and x')).toBe(false)
    expect(cursor.newer('b and x')).toBeNull()
    expect(cursor.older('b and x')).toBe('c')
  })

  test('nowhere without a history', () => {
    const cursor = new HistoryCursor(() => [])
    expect(cursor.older('')).toBeNull()
    expect(cursor.newer('')).toBeNull()
  })
})
