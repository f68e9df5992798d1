import { describe, expect, test } from 'vitest'

import type { CaptureId } from '../../source/capture-id.ts'
import { MemoryShelf } from '../testing/memory-shelf.ts'
import { fromVersion1, isKept } from './capture-database.ts'
import type { FileHandle } from './file-handle.ts'
import type { CaptureFacts } from './kept-capture.ts'
import { MAX_KEPT_CAPTURES, RecentCaptures } from './recent-captures.ts'

const HANDLE: FileHandle = { kind: 'file', name: 'a.ndjson', getFile: async () => new File([], 'a.ndjson') }
const FACTS: CaptureFacts = {
  records: 7,
  refused: 1,
  from: 15,
  to: 30,
  format: 'Whisker records',
  origin: 'lab-1',
  hasNoPending: false,
}

function idOf(name: string, hash = name): CaptureId {
  return { name, size: 10, hash }
}

function setUp(shelf = new MemoryShelf()) {
  let now = 1000
  const recent = new RecentCaptures(shelf, () => now++)
  const names = () => recent.state.get().captures.map(({ id }) => id.name)
  return { shelf, recent, names }
}

describe('captures that were opened', () => {
  test('are listed with the newest first, also on a later visit', async () => {
    const { shelf, recent, names } = setUp()
    await recent.opened(idOf('a'), [HANDLE], 1)
    await recent.opened(idOf('b'), [], 2)
    expect(names()).toEqual(['b', 'a'])
    const later = setUp(shelf)
    expect(later.recent.state.get()).toEqual({ captures: [], isKept: null })
    await later.recent.refresh()
    expect(later.names()).toEqual(['b', 'a'])
    expect((await later.recent.originOf(idOf('a'))).reach).toEqual({ handles: [HANDLE] })
    expect((await later.recent.originOf(idOf('b'))).reach).toEqual({ handles: [] })
  })

  test('are one by their content: opened again, one comes first under its new name and keeps what is known', async () => {
    const { recent, names } = setUp()
    await recent.opened(idOf('a'), [HANDLE], 1)
    await recent.learn(idOf('a'), FACTS)
    await recent.opened(idOf('b'), [], 1)
    await recent.opened(idOf('a (1)', 'a'), [], 1)
    expect(names()).toEqual(['a (1)', 'b'])
    // Without a handle of the copy, that of the first file still leads to the same content.
    expect(recent.state.get().captures[0]).toMatchObject({ facts: FACTS, handles: [HANDLE] })
  })

  test('learn also what reading told before they were kept', async () => {
    const { recent } = setUp()
    await recent.learn(idOf('a'), FACTS)
    await recent.opened(idOf('b'), [], 1)
    await recent.opened(idOf('a'), [], 1)
    expect(recent.state.get().captures.map(({ facts }) => facts)).toEqual([FACTS, null])
  })

  test('are at most 20: the one that was opened longest ago goes', async () => {
    const { shelf, recent, names } = setUp()
    const all = Array.from({ length: MAX_KEPT_CAPTURES + 2 }, (_, index) => `capture ${index}`)
    await Promise.all(all.map((name) => recent.opened(idOf(name), [], 1)))
    expect(names()).toEqual(all.slice(2).toReversed())
    expect(shelf.kept.size).toBe(MAX_KEPT_CAPTURES)
  })

  test('can be forgotten, one or all, and so can where a changed file is', async () => {
    const { shelf, recent, names } = setUp()
    for (const name of ['a', 'b', 'c']) void recent.opened(idOf(name), [HANDLE], 1)
    await recent.dropHandles(idOf('a'))
    expect((await recent.originOf(idOf('a'))).reach).toEqual({ handles: [] })
    await recent.forget(idOf('b'))
    expect(names()).toEqual(['c', 'a'])
    await recent.forgetAll()
    expect(names()).toEqual([])
    expect(shelf.kept.size).toBe(0)
  })

  test('of another tab are seen, and forgotten with all', async () => {
    const { shelf, recent } = setUp()
    await recent.refresh()
    await setUp(shelf).recent.opened(idOf('a'), [], 1)
    await recent.forgetAll()
    expect(shelf.kept.size).toBe(0)
  })

  test('are listed for this visit where the browser keeps nothing', async () => {
    const { shelf, recent, names } = setUp()
    shelf.isClosed = true
    await recent.opened(idOf('a'), [HANDLE], 1)
    expect(recent.state.get().isKept).toBe(false)
    await recent.learn(idOf('a'), FACTS)
    await recent.refresh()
    expect(names()).toEqual(['a'])
    await recent.forget(idOf('a'))
    expect(names()).toEqual([])
  })

  test('that are not kept do not learn: a forgotten one does not come back', async () => {
    const { recent, names } = setUp()
    await recent.opened(idOf('a'), [], 1)
    await recent.forget(idOf('a'))
    await recent.learn(idOf('a'), FACTS)
    expect(names()).toEqual([])
  })
})

describe('the database', () => {
  test('takes over the handles of version 1 under the names that they have', () => {
    const kept = fromVersion1('12.0123456789abcdef', { handle: HANDLE, keptAt: 5 })
    expect(kept).toEqual({
      id: { name: 'a.ndjson', size: 12, hash: '0123456789abcdef' },
      handles: [HANDLE],
      files: 1,
      openedAt: 5,
      facts: null,
    })
    expect(isKept(kept)).toBe(true)
  })

  test.each([
    ['no handle', '12.0123456789abcdef', { keptAt: 5 }],
    ['no value', '12.0123456789abcdef', null],
    ['another key', 'abc', { handle: HANDLE, keptAt: 5 }],
  ])('leaves out an entry with %s', (_what, key, value) => {
    expect(fromVersion1(key, value)).toBeNull()
  })

  test.each([null, 1, {}, { id: {}, handles: [], openedAt: 1, facts: null }, { id: idOf('a'), handles: 1 }])(
    'leaves out what another version of the page wrote: %j',
    (value) => {
      expect(isKept(value)).toBe(false)
    },
  )
})
