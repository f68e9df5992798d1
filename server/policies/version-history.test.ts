import { describe, expect, test } from 'vitest'
import { VersionHistory, type Sighting, type Version } from './version-history.ts'
import { WATCHED_KINDS, type WatchedKind } from './watched-kinds.ts'

const kindOf = (name: string): WatchedKind => {
  const kind = WATCHED_KINDS.find(({ resource }) => resource === name)
  if (kind === undefined) throw new Error(`no kind ${name}`)
  return kind
}
const TIERS = kindOf('tiers')
const SETS = kindOf('networksets')

const NOON = 1_800_000_000

interface Seen {
  readonly path?: string
  readonly text?: string
  readonly kind?: WatchedKind
  readonly created?: number | null
  readonly changed?: number | null
  readonly at?: number
  readonly known?: number | null
}

function seen({ path = 'tiers/a', text = 'one', kind = TIERS, at = NOON, ...times }: Seen = {}): Sighting {
  const { created = NOON - 9_000, changed = null, known = null } = times
  const head = { namespace: '', name: path, createdAt: created, changedAt: changed }
  return { kind, path, text, head, at, knownUntil: known }
}

function versionsOf(history: VersionHistory, path = 'tiers/a'): readonly Version[] {
  return [...history.objects()].find((object) => object.path === path)?.versions ?? []
}

describe('of an object that was there when the gateway came', () => {
  test('nothing is known without times of its own', () => {
    const history = new VersionHistory()
    history.put(seen())
    expect(versionsOf(history)).toEqual([
      { text: 'one', from: null, basis: 'assumed', earlier: 'unknown', until: null },
    ])
  })

  test('the last change is known from its fields’ managers, and that there was another version before', () => {
    const history = new VersionHistory()
    history.put(seen({ changed: NOON - 600 }))
    expect(versionsOf(history)).toMatchObject([{ from: NOON - 600, basis: 'stated', earlier: 'unknown' }])
  })

  test('it is known that there was none before it was created', () => {
    const history = new VersionHistory()
    history.put(seen({ created: NOON - 600, changed: NOON - 600 }))
    expect(versionsOf(history)).toMatchObject([{ from: NOON - 600, basis: 'stated', earlier: 'none' }])
  })

  test('a time of the future is one of a clock that is fast', () => {
    const history = new VersionHistory()
    history.put(seen({ created: NOON + 20, changed: NOON + 20 }))
    expect(versionsOf(history)).toMatchObject([{ from: NOON }])
  })
})

function start(): VersionHistory {
  const history = new VersionHistory()
  history.put(seen())
  return history
}

describe('a change that is seen', () => {
  test('ends the version before it, at the time of its event', () => {
    const history = start()
    history.put(seen({ text: 'two', at: NOON + 100, known: NOON + 100 }))
    expect(versionsOf(history)).toMatchObject([
      { text: 'one', from: null, until: NOON + 100 },
      { text: 'two', from: NOON + 100, basis: 'seen', earlier: 'held', until: null },
    ])
  })

  test('has the time that the object states, where the gateway was not there', () => {
    const history = start()
    history.put(seen({ text: 'two', changed: NOON + 200, at: NOON + 500, known: NOON }))
    expect(versionsOf(history)).toMatchObject([{ until: NOON + 200 }, { from: NOON + 200, basis: 'stated' }])
  })

  test('does not have a time of before the gateway saw the other version', () => {
    const history = start()
    history.put(seen({ text: 'two', changed: NOON - 500, at: NOON + 500, known: NOON + 400 }))
    expect(versionsOf(history)).toMatchObject([{ until: NOON + 500 }, { from: NOON + 500, basis: 'seen' }])
  })

  test('leaves no version that was in force for no time', () => {
    const history = start()
    history.put(seen({ text: 'two', changed: NOON + 60, at: NOON + 60, known: NOON + 60 }))
    history.put(seen({ text: 'three', changed: NOON + 60, at: NOON + 61, known: NOON + 60 }))
    expect(versionsOf(history)).toMatchObject([
      { text: 'one', until: NOON + 60 },
      { text: 'three', from: NOON + 60, earlier: 'held', until: null },
    ])
    expect(history.size).toBe(1)
  })

  test('is none when the text is the same', () => {
    const history = start()
    const { revision } = history
    history.put(seen({ changed: NOON + 1, at: NOON + 5, known: NOON }))
    expect(history.revision).toBe(revision)
    expect(versionsOf(history)).toHaveLength(1)
  })
})

describe('an object', () => {
  test('that is new was not there before', () => {
    const history = new VersionHistory()
    history.put(seen({ created: NOON + 49, at: NOON + 50, known: NOON + 50 }))
    expect(versionsOf(history)).toMatchObject([{ from: NOON + 50, basis: 'seen', earlier: 'none' }])
  })

  test('that was there, and could not be read until now, was not created now', () => {
    const history = new VersionHistory()
    history.put(seen({ at: NOON + 50, known: NOON + 50 }))
    expect(versionsOf(history)).toMatchObject([{ from: null, basis: 'assumed', earlier: 'unknown' }])
  })

  test('that was deleted and created again was away between', () => {
    const history = new VersionHistory()
    history.put(seen())
    history.remove('tiers/a', NOON + 10)
    expect(history.size).toBe(0)
    history.put(seen({ created: NOON + 20, at: NOON + 20, known: NOON + 20 }))
    expect(versionsOf(history)).toMatchObject([
      { until: NOON + 10 },
      { from: NOON + 20, earlier: 'none', until: null },
    ])
  })

  test('that a new list of its kind lacks is gone, and those of other kinds stay', () => {
    const history = new VersionHistory()
    history.put(seen())
    history.put(seen({ path: 'tiers/b' }))
    history.put(seen({ path: 'networksets/a', kind: SETS }))
    history.retain(TIERS, new Set(['tiers/b']), NOON + 10)
    expect(versionsOf(history)).toMatchObject([{ until: NOON + 10 }])
    expect(versionsOf(history, 'tiers/b')).toMatchObject([{ until: null }])
    expect(versionsOf(history, 'networksets/a')).toMatchObject([{ until: null }])
    expect(history.size).toBe(2)
  })
})

describe('memory', () => {
  test('is freed of what ended before the hour of flows', () => {
    const history = new VersionHistory()
    history.put(seen())
    history.put(seen({ text: 'two', at: NOON + 100, known: NOON + 100 }))
    history.remove('tiers/a', NOON + 200)
    history.prune(NOON + 100 + 75 * 60)
    expect(versionsOf(history)).toHaveLength(2)
    history.prune(NOON + 101 + 75 * 60)
    expect(versionsOf(history)).toMatchObject([{ text: 'two', earlier: 'unknown' }])
    history.prune(NOON + 201 + 75 * 60)
    expect([...history.objects()]).toEqual([])
    expect(history.omitted).toEqual({ objects: 0, versions: 0 })
  })

  test('that is full drops old versions first, then takes no more, and counts both', () => {
    const history = new VersionHistory({ objects: 10, characters: 10 })
    history.put(seen({ text: 'aaaa' }))
    history.put(seen({ text: 'bbbb', at: NOON + 10, known: NOON + 10 }))
    history.put(seen({ path: 'tiers/b', text: 'cccc', at: NOON + 20 }))
    expect(history.omitted).toEqual({ objects: 0, versions: 1 })
    expect(versionsOf(history)).toMatchObject([{ text: 'bbbb', earlier: 'unknown' }])
    history.put(seen({ path: 'tiers/c', text: 'dddd', at: NOON + 30 }))
    expect(history.omitted).toEqual({ objects: 1, versions: 1 })
    expect(versionsOf(history, 'tiers/c')).toEqual([])
    history.remove('tiers/b', NOON + 40)
    history.put(seen({ path: 'tiers/c', text: 'dddd', at: NOON + 50 }))
    expect(history.omitted).toEqual({ objects: 0, versions: 2 })
    expect(history.size).toBe(2)
  })

  test('has a bound on objects, and on the versions of each', () => {
    const history = new VersionHistory({ objects: 2, characters: 1e6 })
    for (const path of ['a', 'b', 'c']) history.put(seen({ path }))
    expect(history.size).toBe(2)
    expect(history.omitted.objects).toBe(1)
    for (let i = 1; i <= 150; i++)
      history.put(seen({ path: 'a', text: `${i}`, at: NOON + i, known: NOON + i }))
    expect(versionsOf(history, 'a')).toHaveLength(100)
    expect(history.omitted.versions).toBe(51)
  })

  test('keeps nothing of a kind that may no longer be read', () => {
    const history = new VersionHistory()
    history.put(seen())
    history.put(seen({ text: 'two', at: NOON + 100, known: NOON + 100 }))
    history.forget(TIERS)
    expect([...history.objects()]).toEqual([])
    expect(history.size).toBe(0)
  })
})
