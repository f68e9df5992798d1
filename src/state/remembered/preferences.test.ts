import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { COLUMNS, type ColumnId } from '../../flows/column.ts'
import { FakeBrowser } from '../testing/fake-browser.ts'
import {
  DEFAULT_PREFERENCES,
  MAX_ANSWER_WIDTH,
  MIN_ANSWER_WIDTH,
  parsePreferences,
  PreferenceStore,
} from './preferences.ts'

describe('stored preferences', () => {
  test('are read as they were written', () => {
    const stored = {
      ...DEFAULT_PREFERENCES,
      theme: 'dark' as const,
      hidden: ['bytes' as const],
    }
    expect(parsePreferences(JSON.stringify(stored))).toEqual(stored)
  })

  test('are the defaults when nothing was stored, or another program’s text', () => {
    for (const text of [null, '', 'null', '[1]', '"x"', '{broken'])
      expect(parsePreferences(text)).toEqual(DEFAULT_PREFERENCES)
  })

  test('keep a valid setting beside an invalid one', () => {
    const parsed = parsePreferences('{"theme":"light","facets":3,"order":["nonsense"]}')
    expect(parsed.theme).toBe('light')
    expect(parsed.facets).toBe(DEFAULT_PREFERENCES.facets)
    expect(parsed.order).toEqual(DEFAULT_PREFERENCES.order)
  })

  test.each([
    [MIN_ANSWER_WIDTH, MIN_ANSWER_WIDTH],
    [MAX_ANSWER_WIDTH, MAX_ANSWER_WIDTH],
    [MIN_ANSWER_WIDTH - 1, null],
    [MAX_ANSWER_WIDTH + 1, null],
    ['500', null],
  ])('of an answer %s wide have it %s wide', (stored, width) => {
    expect(parsePreferences(JSON.stringify({ answerWidth: stored })).answerWidth).toBe(width)
  })

  test('have no list in which one entry is no column', () => {
    expect(parsePreferences('{"kept":["bytes","nonsense"]}').kept).toEqual([])
    expect(parsePreferences('{"kept":["bytes"]}').kept).toEqual(['bytes'])
  })

  test('have a column at the end that was added after they were stored', () => {
    const parsed = parsePreferences('{"order":["bytes","seen"]}')
    expect(parsed.order.slice(0, 2)).toEqual(['bytes', 'seen'])
    expect(parsed.order.toSorted()).toEqual(COLUMNS.map((column) => column.id).toSorted())
  })

  test('hide an added column that is hidden by default', () => {
    const before = COLUMNS.map(({ id }) => id).filter((id) => id !== 'first')
    const { hidden } = parsePreferences(JSON.stringify({ order: before, hidden: [] }))
    expect(hidden).toEqual(['first'])
    const { hidden: chosen } = parsePreferences(JSON.stringify({ order: [...before, 'first'], hidden: [] }))
    expect(chosen).toEqual([])
  })

  test('have every column once, whatever text is stored', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(parsePreferences(text).order.toSorted()).toEqual(COLUMNS.map((column) => column.id).toSorted())
      }),
    )
  })
})

function show(tab: PreferenceStore, id: ColumnId): void {
  tab.change(({ hidden }) => ({ hidden: hidden.filter((each) => each !== id) }))
}

describe('two tabs', () => {
  test('keep each other’s settings', () => {
    const browser = new FakeBrowser()
    const a = new PreferenceStore(browser.openTab())
    const b = new PreferenceStore(browser.openTab())
    expect(b.get()).toEqual(DEFAULT_PREFERENCES)

    a.change({ theme: 'dark' })
    show(a, 'first')
    show(b, 'packets')

    for (const tab of [a, b, new PreferenceStore(browser.openTab())]) {
      expect(tab.get().theme).toBe('dark')
      expect(tab.get().hidden).not.toContain('first')
      expect(tab.get().hidden).not.toContain('packets')
    }
  })
})
