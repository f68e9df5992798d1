import { describe, expect, test } from 'vitest'

import { Recall } from './history-cursor.ts'

describe('going back through the queries', () => {
  test('goes back one by one, stops at the oldest, and comes forward to what stood there', () => {
    const recall = new Recall(() => ['a', 'b', 'c'])
    expect(recall.older('')).toBe('c')
    expect(recall.older('c')).toBe('b')
    expect(recall.older('b')).toBe('a')
    expect(recall.older('a')).toBeNull()
    expect(recall.newer('a')).toBe('b')
    expect(recall.newer('b')).toBe('c')
    expect(recall.newer('c')).toBe('')
    expect(recall.newer('')).toBeNull()
  })

  test('passes over what stands there already', () => {
    const recall = new Recall(() => ['a', 'b'])
    expect(recall.older('b')).toBe('a')
    expect(recall.newer('a')).toBe('b')
    expect(recall.newer('b')).toBe('b')
  })

  test('starts at the newest again once the text was edited', () => {
    const recall = new Recall(() => ['a', 'b', 'c'])
    recall.older('')
    expect(recall.older('c')).toBe('b')
    expect(recall.shows('b and x')).toBe(false)
    expect(recall.newer('b and x')).toBeNull()
    expect(recall.older('b and x')).toBe('c')
  })

  test('has nothing to say without a history', () => {
    const recall = new Recall(() => [])
    expect(recall.older('')).toBeNull()
    expect(recall.newer('')).toBeNull()
  })
})
