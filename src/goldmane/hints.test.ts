import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../flows/testing/build.ts'
import { type FilterHintsResult, FilterType } from '../gen/goldmane/api_pb.ts'
import { codeOf, flowAgo, hints, startGoldmane } from './testing/fixture.ts'

const outline = ({ meta, hints: found }: FilterHintsResult) => ({
  values: found.map(({ value }) => value),
  totals: [Number(meta?.totalPages), Number(meta?.totalResults)],
})

describe('hints of names and namespaces', () => {
  test.each([
    [FilterType.FilterTypeSourceName, 'sourceName'],
    [FilterType.FilterTypeSourceNamespace, 'sourceNamespace'],
    [FilterType.FilterTypeDestName, 'destName'],
    [FilterType.FilterTypeDestNamespace, 'destNamespace'],
  ] as const)(
    'type %d: the distinct stored values of %s, ascending, the empty one included',
    (type, field) => {
      const { goldmane } = startGoldmane()
      for (const value of ['b', 'pub', '', 'b', '-', 'Global']) {
        goldmane.ingest(flowAgo(1, { [field]: value, destPort: value.length }))
      }
      expect(outline(hints(goldmane, { type })).values).toEqual(['', '-', 'Global', 'b', 'pub'])
    },
  )
})

const goldmaneWith = (policies: Parameters<typeof flowAgo>[1]) => {
  const { goldmane } = startGoldmane()
  goldmane.ingest(flowAgo(1, policies))
  return goldmane
}

const traced = () =>
  goldmaneWith({
    policies: {
      enforced: [
        buildHit({
          kind: 'CalicoNetworkPolicy',
          namespace: 'backend',
          name: 'api',
          tier: 'app',
          action: 'Pass',
        }),
        buildEndOfTier('default-deny', { policyIndex: 1 }),
      ],
      pending: [
        buildHit({ kind: 'StagedGlobalNetworkPolicy', name: 'try', tier: 'security', action: 'Pass' }),
        buildHit({ kind: 'Profile', name: 'kns.backend', tier: '', policyIndex: 1 }),
      ],
    },
  })

describe('hints of policies', () => {
  test.each([
    [FilterType.FilterTypePolicyTier, ['app', 'default', 'security']],
    [FilterType.FilterTypePolicyName, ['api', 'default-deny', 'try']],
    [
      FilterType.FilterTypePolicyKind,
      ['CalicoNetworkPolicy', 'GlobalNetworkPolicy', 'StagedGlobalNetworkPolicy'],
    ],
    [FilterType.FilterTypePolicyNamespace, ['', 'backend']],
  ])('type %d: of all hits, triggers in place of ends of tier, profiles left out', (type, values) => {
    expect(outline(hints(traced(), { type })).values).toEqual(values)
  })

  test('come from every hit of a flow that matches, not only from the hits that matched', () => {
    const filter = { policies: [{ name: { value: 'api' } }] }
    expect(outline(hints(traced(), { type: FilterType.FilterTypePolicyName, filter })).values).toEqual([
      'api',
      'default-deny',
      'try',
    ])
  })

  test('keep an end of tier that has no trigger as it is', () => {
    const enforced = [{ ...buildEndOfTier('x'), trigger: null }]
    const goldmane = goldmaneWith({ policies: { enforced, pending: [] } })
    expect(outline(hints(goldmane, { type: FilterType.FilterTypePolicyKind })).values).toEqual(['EndOfTier'])
  })

  test('name a kind that this version does not know by its number', () => {
    const enforced = [buildHit({ kind: 'Unknown(42)' })]
    const goldmane = goldmaneWith({ policies: { enforced, pending: [] } })
    expect(outline(hints(goldmane, { type: FilterType.FilterTypePolicyKind })).values).toEqual(['42'])
  })
})

describe('a hints request has the parameters of a list', () => {
  const type = FilterType.FilterTypeDestName

  test('a time range, which leaves out a first bucket that it cuts', () => {
    const { goldmane } = startGoldmane()
    goldmane.ingest(flowAgo(10, { destName: 'old' }))
    goldmane.ingest(flowAgo(1, { destName: 'new' }))
    expect(outline(hints(goldmane, { type, startTimeGte: -60n })).values).toEqual(['new'])
    expect(codeOf(() => hints(goldmane, { type, startTimeGte: -1n, startTimeLt: -2n }))).toBe(2)
  })

  test('pages of distinct values, whose totals past the end differ by type', () => {
    const { goldmane } = startGoldmane()
    for (const destName of ['a', 'b', 'c', 'c']) goldmane.ingest(flowAgo(1, { destName }))
    expect(outline(hints(goldmane, { type, pageSize: 2n, page: 1n }))).toEqual({
      values: ['c'],
      totals: [2, 3],
    })
    expect(outline(hints(goldmane, { type, pageSize: 2n, page: 2n }))).toEqual({ values: [], totals: [2, 3] })
    const tiers = { type: FilterType.FilterTypePolicyTier, pageSize: 2n, page: 2n }
    expect(outline(hints(goldmane, tiers))).toEqual({ values: [], totals: [0, 0] })
  })

  test('and refuses an unknown type with UNKNOWN', () => {
    const { goldmane } = startGoldmane()
    expect(codeOf(() => hints(goldmane, {}))).toBe(2)
  })
})
