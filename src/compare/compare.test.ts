import { describe, expect, it } from 'vitest'

import { buildEndOfTier, buildHit } from '../flows/testing/build.ts'
import { compareSides } from './compare.ts'
import { type ComparedGroup, countOf, isNewlyDenied } from './comparison.ts'
import { A, B, buildSide, records } from './testing/build-side.ts'

const denied = { action: 'Deny' } as const
const trace = (...enforced: readonly ReturnType<typeof buildHit>[]) => ({
  policies: { enforced, pending: [] },
})
const entering = { reporter: 'Dst' } as const

type Lists = Parameters<typeof buildSide>[1][]

function groupsOf(a: Lists, b: Lists): readonly ComparedGroup[] {
  return compareSides(buildSide(A, ...a), buildSide(B, ...b)).groups
}

const sectionsOf = (a: Lists, b: Lists): readonly string[] => groupsOf(a, b).map(({ section }) => section)

describe('the sections', () => {
  it('has nothing where nothing changed', () => {
    const side = [records({}, { count: 30 }), records({ ...denied, destPort: 81 }, { count: 3 })]
    const { groups, asBefore } = compareSides(buildSide(A, ...side), buildSide(B, ...side))
    expect(groups).toEqual([])
    expect(asBefore).toEqual({ groups: 2, a: 33, b: 33 })
  })

  it('tells a conversation that flipped from allowed to denied, though the destination reports it no more', () => {
    const [group, ...others] = groupsOf(
      [records({}, { count: 15 }), records(entering, { count: 15 })],
      [records(denied, { count: 15 })],
    )
    expect(others).toEqual([])
    expect(group).toMatchObject({
      section: 'flipped',
      a: { verdict: 'Allow', records: 15 },
      b: { verdict: 'Deny', reporter: 'Src', records: 15 },
      ports: [{ proto: 'tcp', port: 80, a: 15, b: 15 }],
    })
    expect(isNewlyDenied(group!)).toBe(true)
  })

  it('does not take for allowed what the source let out and the destination refused', () => {
    const refused = [records({}, { count: 9 }), records({ ...denied, ...entering }, { count: 9 })]
    const [group, ...others] = groupsOf([], refused)
    expect(others).toEqual([])
    expect(group).toMatchObject({ section: 'new-denials', a: null, b: { reporter: 'Dst', records: 9 } })
  })

  it('counts by the end that reports on both sides', () => {
    const byBoth = [records({}, { count: 60 }), records(entering, { count: 20 })]
    expect(sectionsOf([records({}, { count: 60 })], byBoth)).toEqual([])
  })

  it('tells another deciding rule with the same verdict, both named', () => {
    const before = records(trace(buildHit({ name: 'old' })), { count: 5 })
    const after = records(trace(buildHit({ name: 'new' })), { count: 5 })
    const [group] = groupsOf([before], [after])
    expect(group).toMatchObject({ section: 'flipped', a: { verdict: 'Allow' }, b: { verdict: 'Allow' } })
    expect(group?.a?.decisions[0]?.policies.enforced[0]?.name).toBe('old')
    expect(group?.b?.decisions[0]?.policies.enforced[0]?.name).toBe('new')
  })

  it('takes a rule that decides on both sides for the same, whichever decided besides', () => {
    const old = records(trace(buildHit({ name: 'old' })), { count: 20 })
    const both = [old, records(trace(buildHit({ name: 'new' })), { count: 2 })]
    expect(sectionsOf([old], both)).toEqual([])
  })

  it('says nothing of a rule where a trace was not recorded', () => {
    expect(sectionsOf([records({}, { count: 5 })], [records(trace(), { count: 5 })])).toEqual([])
  })

  it('names what is denied in part, beside what is allowed still', () => {
    const [group, ...others] = groupsOf(
      [records({}, { count: 20 })],
      [records({}, { count: 20 }), records(denied, { count: 4 })],
    )
    expect(others).toEqual([])
    expect(group).toMatchObject({
      section: 'flipped',
      a: null,
      b: { verdict: 'Deny' },
      beside: { verdict: 'Allow' },
    })
    expect(isNewlyDenied(group!)).toBe(true)
  })

  it('tells what came and what went, by verdict', () => {
    const both = [records({ destPort: 1 }), records({ ...denied, destPort: 2 })]
    expect(sectionsOf([], both)).toEqual(['new-denials', 'new-talkers'])
    expect(sectionsOf(both, [])).toEqual(['gone-quiet', 'denials-gone'])
  })

  it('takes a rollout for the same workload', () => {
    const before = records({ sourceName: 'web-6f7c9d5b8d-*' }, { count: 5 })
    const after = records({ sourceName: 'web-7d4b9c8f6c-*' }, { count: 5 })
    expect(sectionsOf([before], [after])).toEqual([])
  })
})

const scan = (from: number) =>
  Array.from({ length: 20 }, (_, i) => records({ ...denied, destPort: from + i }))

describe('ports', () => {
  it('are one group where they changed alike', () => {
    const ports = Array.from({ length: 26 }, (_, i) => records({ ...denied, destPort: 1000 + i }))
    const [group, ...others] = groupsOf([], ports)
    expect(others).toEqual([])
    expect(group?.ports).toHaveLength(26)
    expect(group?.isScan).toBe(true)
  })

  it('of a scan that goes on are neither new nor gone', () => {
    expect(sectionsOf(scan(1000), scan(2000))).toEqual([])
    // Fewer ports are no scan.
    expect(sectionsOf(scan(1000).slice(0, 5), scan(2000).slice(0, 5))).toEqual([
      'new-denials',
      'denials-gone',
    ])
  })

  it('are no scan where records are sums: what was tried within minutes is not in them', () => {
    const [a, b] = [buildSide(A, ...scan(1000)), buildSide(B, ...scan(2000))]
    a.stepSeconds = 300
    const { groups } = compareSides(a, b)
    expect(groups.map(({ section, isScan }) => [section, isScan])).toEqual([
      ['new-denials', false],
      ['denials-gone', false],
    ])
  })

  it('of a rule of their own are a group of their own', () => {
    const first = records({ destPort: 1 }, { count: 2 })
    const second = records(
      { destPort: 2, ...trace(buildEndOfTier('other', { action: 'Allow' })) },
      { count: 2 },
    )
    expect(sectionsOf([first, second], [])).toEqual(['gone-quiet', 'gone-quiet'])
  })
})

describe('volume', () => {
  it('is told beyond noise alone', () => {
    const many = records({}, { count: 100 })
    expect(sectionsOf([many], [records({}, { count: 61 })])).toEqual(['more-or-less'])
    expect(sectionsOf([many], [records({}, { count: 80 })])).toEqual([])
    expect(sectionsOf([records({}, { count: 2 })], [records({}, { count: 8 })])).toEqual([])
  })

  it('is compared by length', () => {
    const a = buildSide({ from: A.from, to: A.from + 3600 }, records({}, { count: 120 }))
    const b = buildSide(B, records({}, { count: 60 }))
    expect(compareSides(a, b).groups).toEqual([])
  })

  it('is of records where some have no connections', () => {
    const bare = [{ ...records({})[0]!, connections: null }]
    const comparison = compareSides(buildSide(A, records({ destPort: 2 }, { each: 7 })), buildSide(B, bare))
    expect(comparison.unit).toBe('records')
    expect(comparison.groups.map(({ a, b }) => [countOf(comparison, a), countOf(comparison, b)])).toEqual([
      [1, null],
      [null, 1],
    ])
  })
})

const isUncertain = (list: Lists[number]): boolean | undefined => groupsOf([list], [])[0]?.mayBeTooShort

describe('a job that runs rarely', () => {
  it('may be too rare for B', () => {
    expect(isUncertain(records({}, { count: 3, at: 300 }))).toBe(true)
    expect(isUncertain(records({}, { count: 2, every: 1200 }))).toBe(true)
  })

  it('is not what was seen all the time', () => {
    expect(isUncertain(records({}, { count: 120 }))).toBe(false)
    expect(isUncertain(records({}, { count: 30, every: 60 }))).toBe(false)
  })

  it('says how often it ran', () => {
    const [group] = groupsOf([records({}, { count: 3, every: 600 })], [])
    expect(group?.rhythm).toEqual({ spells: 3, activeSeconds: 45, every: 600, longest: 600 })
  })
})

it('puts the greater rate first, whichever side has it', () => {
  const often = records({ sourceName: 'zoo-*' }, { count: 30 })
  const seldom = records({ sourceName: 'ant-*' }, { count: 2 })
  for (const groups of [groupsOf([], [seldom, often]), groupsOf([seldom, often], [])])
    expect(groups.map(({ ends }) => ends.sourceName)).toEqual(['zoo', 'ant'])
})

it('counts records without a verdict, and leaves them out', () => {
  const { groups, withoutVerdict } = compareSides(
    buildSide(A, records({ action: 'ActionUnspecified' }, { count: 3 })),
    buildSide(B),
  )
  expect(groups).toEqual([])
  expect(withoutVerdict).toEqual({ a: 3, b: 0 })
})
