import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ensure } from '../lib/assert.ts'
import { compareSides } from './compare.ts'
import { SideTally } from './side-tally.ts'
import { HALF_HOUR, records, type SideRecord, T0 } from './testing/build-side.ts'

const NOTHING = new SideTally({ from: T0, to: T0 + HALF_HOUR })

function tallyOf(range: SideTally['range'] | null, list: readonly SideRecord[]): SideTally {
  const tally = new SideTally(range)
  for (const { key, at, connections } of list) {
    const way = ensure(tally.wayOf(key), 'a side of a test has room')
    tally.add(way, { records: 1, connections, first: T0 + at, last: T0 + at + 15 })
  }
  return tally
}

/** Without the rhythm, of which the slots are not as wide. */
function groupsOf(side: SideTally) {
  return compareSides(side, NOTHING).groups.map(({ section, ends, ports, a }) => ({
    section,
    ends,
    ports,
    a,
  }))
}

describe('a side whose range is not known before', () => {
  it('is from its first to its last record, in whatever order they come', () => {
    const { range } = tallyOf(null, [
      ...records({}, { at: 900 }),
      ...records({}, { at: 0 }),
      ...records({}, { at: 1785 }),
    ])
    expect(range).toEqual({ from: T0, to: T0 + HALF_HOUR })
    const filtered = tallyOf(null, records({}, { at: 900 }))
    filtered.reach(T0, T0 + HALF_HOUR)
    expect(filtered.range).toEqual(range)
    expect(tallyOf(null, []).range).toEqual({ from: 0, to: 0 })
  })

  it('has the groups of one whose range is given', () => {
    const at = fc.integer({ min: 0, max: 40_000 }).map((bucket) => bucket * 15)
    const list = fc.array(
      fc
        .tuple(at, fc.integer({ min: 80, max: 83 }))
        .map(([time, destPort]) => records({ destPort }, { at: time })),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(list, (lists) => {
        const grown = tallyOf(null, lists.flat())
        const given = tallyOf(grown.range, lists.flat())
        expect(groupsOf(grown)).toEqual(groupsOf(given))
      }),
    )
  })

  it.each([
    ['forwards', (list: readonly SideRecord[]) => list],
    ['backwards', (list: readonly SideRecord[]) => list.toReversed()],
  ])('shows the rhythm of a job over a day, %s', (_, ordered) => {
    const job = records({ destName: 'db-*' }, { count: 48, every: 1800 })
    const steady = records({}, { count: 5760 })
    const { groups } = compareSides(tallyOf(null, ordered([...steady, ...job])), NOTHING)
    const gone = groups.find(({ ends }) => ends.destName === 'db')
    expect(gone?.rhythm).toMatchObject({ spells: 48 })
    // To the width of a slot, which is 480 s for a day here.
    expect(Math.abs((gone?.rhythm?.every ?? 0) - 1800)).toBeLessThanOrEqual(480)
  })
})
