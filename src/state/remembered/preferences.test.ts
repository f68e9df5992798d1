import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COLUMNS } from '../../flows/column.ts'
import { DEFAULT_PREFERENCES, parsePreferences } from './preferences.ts'

describe('what was remembered', () => {
  test('comes back', () => {
    const stored = {
      ...DEFAULT_PREFERENCES,
      theme: 'dark' as const,
      hidden: ['bytes' as const],
      widths: { source: 300 },
    }
    expect(parsePreferences(JSON.stringify(stored))).toEqual(stored)
  })

  test('is the defaults when nothing was stored, or another program’s text', () => {
    for (const text of [null, '', 'null', '[1]', '"x"', '{broken'])
      expect(parsePreferences(text)).toEqual(DEFAULT_PREFERENCES)
  })

  test('keeps what is valid beside what is not', () => {
    const parsed = parsePreferences('{"theme":"light","widths":{"source":-1},"order":["nonsense"]}')
    expect(parsed.theme).toBe('light')
    expect(parsed.widths).toEqual({})
    expect(parsed.order).toEqual(DEFAULT_PREFERENCES.order)
  })

  test('an order stored before a column existed gets that column at its end', () => {
    const parsed = parsePreferences('{"order":["bytes","seen"]}')
    expect(parsed.order.slice(0, 2)).toEqual(['bytes', 'seen'])
    expect(parsed.order.toSorted()).toEqual(COLUMNS.map((column) => column.id).toSorted())
  })

  test('a column that a new user does not see is not shown to others by surprise', () => {
    const before = COLUMNS.map(({ id }) => id).filter((id) => id !== 'first')
    const { hidden } = parsePreferences(JSON.stringify({ order: before, hidden: [] }))
    expect(hidden).toEqual(['first'])
    const { hidden: chosen } = parsePreferences(JSON.stringify({ order: [...before, 'first'], hidden: [] }))
    expect(chosen).toEqual([])
  })

  test('any text gives preferences with every column once', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parsePreferences(text).order.toSorted()).toEqual(COLUMNS.map((column) => column.id).toSorted())
      }),
    )
  })
})
