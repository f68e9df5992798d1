import { describe, expect, test } from 'vitest'

import { columnAfter } from './use-cell-cursor.ts'

describe('the cell under the cursor', () => {
  const columns = ['seen', 'action', 'source'] as const

  test('moves sideways and stays at the ends', () => {
    expect(columnAfter('ArrowRight', columns, 'action')).toBe('source')
    expect(columnAfter('ArrowRight', columns, 'source')).toBe('source')
    expect(columnAfter('ArrowLeft', columns, 'seen')).toBe('seen')
  })

  test('does not move for other keys, or without columns', () => {
    expect(columnAfter('ArrowDown', columns, 'action')).toBeUndefined()
    expect(columnAfter('ArrowRight', [], undefined)).toBeUndefined()
  })
})
