import { describe, expect, test } from 'vitest'

import { ArrangementKeeper } from './arrangement-keeper.ts'

function setUp() {
  const asked: (number | null)[] = []
  const keeper = new ArrangementKeeper((arrangement) => asked.push(arrangement))
  keeper.reset()
  return { keeper, last: () => asked.at(-1) }
}

describe('the order of the rows', () => {
  test('is set anew with each answer while the source is read, and then kept', () => {
    const { keeper, last } = setUp()
    expect(last()).toBeNull()
    keeper.onAnswer({ state: 'loading', read: 5, total: 10 })
    expect(last()).toBeNull()
    keeper.onAnswer({ state: 'loaded' })
    const kept = last()
    expect(kept).toEqual(expect.any(Number))
    keeper.onAnswer({ state: 'loaded' })
    expect(last()).toBe(kept)
  })

  test.each(['pointer', 'focus'] as const)('is kept while the %s is in the table', (use) => {
    const { keeper, last } = setUp()
    keeper.setUse(use, true)
    expect(last()).toEqual(expect.any(Number))
    // What was read meanwhile is put in order once the reader has left the table.
    keeper.onAnswer({ state: 'live' })
    keeper.setUse(use, false)
    expect(last()).toBeNull()
    keeper.onAnswer({ state: 'live' })
    expect(last()).toEqual(expect.any(Number))
    keeper.setUse(use, true)
    keeper.setUse(use, false)
    expect(last()).toEqual(expect.any(Number))
  })

  test('is set anew when the reader asks for it, under the pointer too', () => {
    const { keeper, last } = setUp()
    keeper.onAnswer({ state: 'live' })
    keeper.setUse('pointer', true)
    const before = last()
    keeper.renew()
    expect(last()).not.toBe(before)
  })

  test('is set once more by what the first answer of the whole source says is new', () => {
    const { keeper, last } = setUp()
    keeper.setNewSince(100)
    keeper.onAnswer({ state: 'live' })
    expect(last()).toEqual(expect.any(Number))
    keeper.setNewSince(200)
    expect(last()).toBeNull()
    keeper.onAnswer({ state: 'live' })
    const kept = last()
    expect(kept).toEqual(expect.any(Number))
    // The answer that the same baseline confirms.
    keeper.onAnswer({ state: 'live' })
    keeper.setNewSince(215)
    expect(last()).toBe(kept)
  })

  test('is not set before a source that was lost has been read', () => {
    const trouble = { kind: 'offline', say: 'Goldmane does not answer.', detail: null, retry: true } as const
    const { keeper, last } = setUp()
    keeper.onAnswer({ state: 'reading', from: 0, percent: 40 })
    keeper.onAnswer({ state: 'silent', trouble })
    expect(last()).toBeNull()
    keeper.onAnswer({ state: 'live' })
    expect(last()).toEqual(expect.any(Number))
  })

  test('is set anew for another source', () => {
    const { keeper, last } = setUp()
    keeper.onAnswer({ state: 'live' })
    keeper.reset()
    expect(last()).toBeNull()
  })
})
