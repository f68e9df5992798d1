import { arbitraryKey } from '../flows/testing/arbitrary-key.ts'
import type { MessageInitShape } from '@bufbuild/protobuf'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { buildEndOfTier, buildHit } from '../flows/testing/build.ts'
import type { FlowKey, PolicyHit } from '../flows/flow.ts'
import {
  Action,
  MatchType,
  PolicyKind,
  type PolicyMatchSchema,
  RuleDirection,
  StatisticsGroupBy,
  type StatisticsResult,
  StatisticType,
} from '../gen/goldmane/api_pb.ts'
import {
  arbitraryFlow,
  bucketsAgo,
  codeOf,
  CURRENT,
  flowAgo,
  startGoldmane,
  statisticsOf,
} from './testing/fixture.ts'

const COUNTED = { packetsIn: 1, packetsOut: 2, bytesIn: 10, bytesOut: 20, numConnectionsLive: 5 }

function goldmaneWith(
  enforced: readonly PolicyHit[],
  pending: readonly PolicyHit[] = [],
  key: Partial<FlowKey> = {},
) {
  const { goldmane } = startGoldmane()
  goldmane.ingest(flowAgo(2, { policies: { enforced, pending }, ...key }, COUNTED))
  return goldmane
}

/** Allowed, denied, passed; in and out of each. */
function amounts(result: StatisticsResult | undefined): number[][] {
  const { allowedIn, allowedOut, deniedIn, deniedOut, passedIn, passedOut } = result ?? {}
  return [allowedIn, allowedOut, deniedIn, deniedOut, passedIn, passedOut].map((series) =>
    (series ?? []).map(Number),
  )
}

const PASS = buildHit({ name: 'pass-on', tier: 'security', action: 'Pass' })
const ALLOW = buildHit({
  kind: 'CalicoNetworkPolicy',
  namespace: 'backend',
  name: 'api',
  policyIndex: 1,
  ruleIndex: 7,
})

describe('by policy', () => {
  test('one result each, in any direction, without action and rule', () => {
    const results = statisticsOf(goldmaneWith([PASS, ALLOW]))
    expect(results).toMatchObject([
      {
        policy: { kind: PolicyKind.CalicoNetworkPolicy, namespace: 'backend', name: 'api', tier: 'default' },
        direction: RuleDirection.Any,
        groupBy: StatisticsGroupBy.Policy,
        type: StatisticType.PacketCount,
      },
      { policy: { name: 'pass-on', tier: 'security' } },
    ])
    for (const { policy } of results) {
      expect(policy).toMatchObject({ action: Action.ActionUnspecified, ruleIndex: 0n, policyIndex: 0n })
    }
  })

  test('adds to the action of the hit, in and out alike', () => {
    const [allowed, passed] = statisticsOf(goldmaneWith([PASS, ALLOW]))
    expect(amounts(allowed)).toEqual([[1], [2], [0], [0], [0], [0]])
    expect(amounts(passed)).toEqual([[0], [0], [0], [0], [1], [2]])
  })

  test('an action that is not specified gives a result without amounts', () => {
    const results = statisticsOf(goldmaneWith([buildHit({ action: 'ActionUnspecified' })]))
    expect(results.map(amounts)).toEqual([[[0], [0], [0], [0], [0], [0]]])
  })

  test('an end of tier is credited to its trigger, with its own action', () => {
    const [result, ...others] = statisticsOf(goldmaneWith([buildEndOfTier('default-deny')]))
    expect(others).toEqual([])
    expect(result?.policy).toMatchObject({ kind: PolicyKind.GlobalNetworkPolicy, name: 'default-deny' })
    expect(amounts(result)).toEqual([[0], [0], [1], [2], [0], [0]])
  })

  test('an end of tier without a trigger is credited to itself', () => {
    const [result] = statisticsOf(goldmaneWith([{ ...buildEndOfTier('x'), trigger: null }]))
    expect(result?.policy).toMatchObject({ kind: PolicyKind.EndOfTier, name: '', tier: 'default' })
  })

  test('a profile is a policy of kind Profile', () => {
    const [result] = statisticsOf(
      goldmaneWith([buildHit({ kind: 'Profile', name: 'kns.backend', tier: '' })]),
    )
    expect(result?.policy).toMatchObject({ kind: PolicyKind.Profile, name: 'kns.backend' })
  })

  test('a hit that is enforced and pending counts once, at another index or with another action twice', () => {
    const packets = (pending: PolicyHit) => amounts(statisticsOf(goldmaneWith([ALLOW], [pending]))[0])
    expect(packets(ALLOW)[0]).toEqual([1])
    expect(packets({ ...ALLOW, policyIndex: 0 })[0]).toEqual([2])
    expect(packets({ ...ALLOW, action: 'Deny' })).toEqual([[1], [2], [1], [2], [0], [0]])
    // Hits that differ only in their rule count once, because the rule is not part of the identity.
    expect(packets({ ...ALLOW, ruleIndex: 0 })[0]).toEqual([1])
  })
})

describe('by rule', () => {
  const byRule = { groupBy: StatisticsGroupBy.PolicyRule }

  test('one result per action, index in the trace and direction; rule_index holds the policy_index', () => {
    const results = statisticsOf(goldmaneWith([PASS, ALLOW], [{ ...ALLOW, policyIndex: 0 }]), byRule)
    expect(
      results.map(({ policy, direction }) => [policy?.name, policy?.action, policy?.ruleIndex, direction]),
    ).toEqual([
      ['api', Action.Allow, 0n, RuleDirection.Egress],
      ['api', Action.Allow, 1n, RuleDirection.Egress],
      ['pass-on', Action.Pass, 0n, RuleDirection.Egress],
    ])
    expect(results.map((result) => amounts(result)[0])).toEqual([[1], [1], [0]])
  })

  test('the direction follows from the reporter', () => {
    const [result] = statisticsOf(goldmaneWith([ALLOW], [], { reporter: 'Dst' }), byRule)
    expect(result?.direction).toBe(RuleDirection.Ingress)
  })

  test('a trigger has index 0, and the action of its end of tier', () => {
    const [result] = statisticsOf(
      goldmaneWith([PASS, buildEndOfTier('default-deny', { policyIndex: 1 })]),
      byRule,
    )
    expect(result?.policy).toMatchObject({ name: 'default-deny', action: Action.Deny, ruleIndex: 0n })
  })
})

describe('what is counted', () => {
  test.each([
    [StatisticType.PacketCount, 'Src', [1], [2]],
    [StatisticType.ByteCount, 'Src', [10], [20]],
    [StatisticType.LiveConnectionCount, 'Src', [0], [5]],
    [StatisticType.LiveConnectionCount, 'Dst', [5], [0]],
  ] as const)('type %d reported by %s: %j in, %j out', (type, reporter, allowedIn, allowedOut) => {
    const [result] = statisticsOf(goldmaneWith([ALLOW], [], { reporter }), { type })
    expect(amounts(result).slice(0, 2)).toEqual([allowedIn, allowedOut])
    expect(result?.type).toBe(type)
  })

  test('another type is refused with INVALID_ARGUMENT', () => {
    const request = { type: 9 as StatisticType } // enums are open: any number may come
    expect(codeOf(() => statisticsOf(goldmaneWith([ALLOW]), request))).toBe(3)
  })
})

const found = (policyMatch: Parameters<typeof statisticsOf>[1]) =>
  codeOf(() => statisticsOf(goldmaneWith([PASS, ALLOW, buildEndOfTier('default-deny')]), policyMatch)) ===
  undefined

describe('a policy match', () => {
  test.each([
    [{ name: { value: 'api' } }, true],
    [{ name: { value: 'ap' } }, false],
    [{ name: { value: 'ap', type: MatchType.Fuzzy } }, true],
    [{ kind: PolicyKind.CalicoNetworkPolicy }, true],
    [{ kind: PolicyKind.Profile }, false],
    [{ tier: { value: 'security' }, name: { value: 'pass-on' } }, true],
    [{ tier: { value: 'security' }, name: { value: 'api' } }, false],
    [{ namespace: { value: 'backend' } }, true],
  ] satisfies [MessageInitShape<typeof PolicyMatchSchema>, boolean][])(
    '%j finds something: %s',
    (policyMatch, expected) => {
      expect(found({ policyMatch })).toBe(expected)
    },
  )

  test('looks at triggers here, unlike the filter of List', () => {
    expect(found({ policyMatch: { name: { value: 'default-deny' } } })).toBe(true)
    expect(found({ policyMatch: { kind: PolicyKind.EndOfTier } })).toBe(false)
  })

  test('with any action finds nothing', () => {
    expect(found({ policyMatch: { name: { value: 'api' }, action: Action.Allow } })).toBe(false)
  })
})

const at = (n: number) => BigInt(bucketsAgo(n))

const packets = (request: Parameters<typeof statisticsOf>[1]) => {
  const { goldmane } = startGoldmane()
  for (const n of [240, 3, 2, 1, 0, -1]) {
    goldmane.ingest(flowAgo(n, { policies: { enforced: [ALLOW], pending: [] } }, { packetsIn: 1 }))
  }
  return amounts(statisticsOf(goldmane, request)[0])[0]
}

describe('the time range', () => {
  test('left open leaves out the bucket that is filling', () => {
    expect(packets({})).toEqual([4])
  })

  test('takes the whole bucket of its start and none of the bucket of its end', () => {
    expect(packets({ startTimeGte: at(3) + 14n, startTimeLt: at(1) + 14n })).toEqual([2])
  })

  test('may reach into the future bucket', () => {
    expect(packets({ startTimeGte: at(1), startTimeLt: at(-1) + 14n })).toEqual([2])
  })

  test('within one bucket has nothing', () => {
    expect(codeOf(() => packets({ startTimeGte: at(2), startTimeLt: at(2) + 14n }))).toBe(5)
  })

  test.each([
    ['before the ring', { startTimeGte: at(240) - 1n }],
    ['after the ring', { startTimeLt: at(-2) }],
    ['of no length', { startTimeGte: -5n, startTimeLt: -5n }],
  ])('%s is refused with UNKNOWN', (_, request) => {
    expect(codeOf(() => packets(request))).toBe(2)
  })
})

describe('a time series', () => {
  test('has a sample for each bucket in which the policy had data, and no zeros between', () => {
    const { goldmane } = startGoldmane()
    const policies = { enforced: [ALLOW], pending: [] }
    for (const n of [2, 5]) goldmane.ingest(flowAgo(n, { policies }, { packetsIn: n }))
    goldmane.ingest(flowAgo(5, { policies, destPort: 443 }, { packetsIn: 100 }))
    goldmane.ingest(flowAgo(4, { policies: { enforced: [PASS], pending: [] } }))
    const [allowed, passed] = statisticsOf(goldmane, { timeSeries: true })
    expect(allowed?.x).toEqual([BigInt(bucketsAgo(5)), BigInt(bucketsAgo(2))])
    expect(amounts(allowed)[0]).toEqual([105, 2])
    expect(amounts(allowed)[4]).toEqual([0, 0])
    expect(passed?.x).toEqual([BigInt(bucketsAgo(4))])
  })

  test('not asked for, x is empty', () => {
    expect(statisticsOf(goldmaneWith([ALLOW]))[0]?.x).toEqual([])
  })

  test('adds up to the sums, and rules to their policy, for any flows', () => {
    const arbitraryFlows = fc
      .array(arbitraryKey, { minLength: 1, maxLength: 4 })
      .chain((keys) => fc.array(arbitraryFlow(keys, 9, 1), { minLength: 1 }))
    fc.assert(
      fc.property(arbitraryFlows, (flows) => {
        const { goldmane } = startGoldmane()
        for (const flow of flows) goldmane.ingest(flow)
        goldmane.ingest(flowAgo(1))
        const totals = (request: Parameters<typeof statisticsOf>[1]) => {
          const byPolicy = new Map<string, number[]>()
          for (const result of statisticsOf(goldmane, request)) {
            const { kind, tier, namespace, name } = result.policy ?? {}
            const policy = JSON.stringify([kind, tier, namespace, name])
            const before = byPolicy.get(policy) ?? [0, 0, 0, 0, 0, 0]
            const sums = amounts(result).map((series, i) => series.reduce((a, b) => a + b, before[i] ?? 0))
            byPolicy.set(policy, sums)
          }
          return byPolicy
        }
        const once = totals({})
        expect(totals({ timeSeries: true })).toEqual(once)
        expect(totals({ groupBy: StatisticsGroupBy.PolicyRule })).toEqual(once)
      }),
    )
  })
})

test('no result at all is NOT_FOUND', () => {
  const { goldmane } = startGoldmane()
  expect(codeOf(() => statisticsOf(goldmane))).toBe(5)
  goldmane.ingest(flowAgo(1, { policies: { enforced: [], pending: [] } }, { startTime: CURRENT - 1 }))
  expect(codeOf(() => statisticsOf(goldmane))).toBe(5)
})
