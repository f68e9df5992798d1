/**
 * Statistics.List: the traffic that each policy, or each rule, allowed, denied and passed. It is summed from the ring
 * for each request, so that there is no second store to keep consistent. Upstream: storage/stats.go,
 * storage/bucket_ring.go:590-673.
 */
import { create } from '@bufbuild/protobuf'

import {
  Action,
  type FlowKey,
  type PolicyHit,
  PolicyHitSchema,
  PolicyKind,
  Reporter,
  RuleDirection,
  StatisticsGroupBy,
  type StatisticsRequest,
  type StatisticsResult,
  StatisticsResultSchema,
  StatisticType,
} from '../gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from './goldmane-error.ts'
import { hitsOf, matchesPolicy } from './filter.ts'
import type { Ring } from './ring.ts'
import { compareTexts } from './text-order.ts'
import { BUCKET_SECONDS, bucketStart } from '../flows/bucket.ts'
import { resolveRange, type TimeRange } from './request-times.ts'
import type { BucketCounters } from './bucket-counters.ts'

/**
 * Returns one result per policy or rule. Throws NOT_FOUND when there is none, UNKNOWN for a range that is empty or
 * leaves the ring, INVALID_ARGUMENT for a type of statistic that does not exist.
 */
export function statistics(ring: Ring, request: StatisticsRequest, now: number): StatisticsResult[] {
  const range = bucketRange(ring, resolveRange(request, now, ring.oldest))
  const amount = amountOf(request.type)
  const rulesByKey = new Map<FlowKey, readonly CountedRule[]>()
  const results = new Map<string, StatisticsResult>()
  for (let bucket = range.gte; bucket < range.lt; bucket += BUCKET_SECONDS) {
    for (const { key, buckets } of ring.flowsIn(bucket)) {
      const counters = buckets.get(bucket)
      if (counters === undefined) continue
      let rules = rulesByKey.get(key)
      if (rules === undefined) rulesByKey.set(key, (rules = rulesOf(key, request)))
      for (const rule of rules) {
        let result = results.get(rule.group)
        if (result === undefined) results.set(rule.group, (result = emptyResult(rule, request)))
        addSample(result, bucket, request.timeSeries, rule.action, amount(counters, rule.direction))
      }
    }
  }
  if (results.size === 0) throw new GoldmaneError(STATUS.NOT_FOUND, 'No statistics matching request')
  return [...results.values()].sort(compareResults)
}

/** Rounds both ends of a range down to bucket starts. Throws UNKNOWN when one is outside the ring. */
function bucketRange(ring: Ring, { gte, lt }: TimeRange): TimeRange {
  if (gte < ring.oldest || gte >= ring.end || lt < ring.oldest || lt >= ring.end) {
    throw new GoldmaneError(STATUS.UNKNOWN, `failed to find bucket for time range ${gte}:${lt}`)
  }
  return { gte: bucketStart(gte), lt: bucketStart(lt) }
}

/** A hit of a trace as the statistics count it. */
interface CountedRule {
  /** Identifies the result to which it is added. */
  readonly group: string
  readonly policy: PolicyHit
  readonly action: Action
  readonly direction: RuleDirection
}

/**
 * Returns the distinct rules of a trace. An enforced and a pending hit count once when they are identical, and twice
 * when their index or action differs (stats.go:264-291).
 */
function rulesOf(key: FlowKey, request: StatisticsRequest): readonly CountedRule[] {
  const direction = key.reporter === Reporter.Src ? RuleDirection.Egress : RuleDirection.Ingress
  const rules = new Map<string, CountedRule>()
  for (const hit of hitsOf(key)) {
    // An end of tier is credited to its trigger, with the action of the end of tier (stats.go:240-258).
    const named = hit.kind === PolicyKind.EndOfTier ? (hit.trigger ?? hit) : hit
    const { kind, tier, namespace, name } = named
    const policy = create(PolicyHitSchema, { kind, tier, namespace, name })
    // The policy is matched without an action, so a match that asks for an action finds nothing.
    if (request.policyMatch !== undefined && !matchesPolicy(request.policyMatch, policy)) continue
    const policyId = JSON.stringify([kind, tier, namespace, name])
    const ruleId = JSON.stringify([policyId, hit.action, named.policyIndex.toString(), direction])
    if (request.groupBy === StatisticsGroupBy.Policy) {
      rules.set(ruleId, { group: policyId, policy, action: hit.action, direction })
    } else if (request.groupBy === StatisticsGroupBy.PolicyRule) {
      policy.action = hit.action
      // Upstream puts the hit's policy_index into rule_index (stats.go:255).
      policy.ruleIndex = named.policyIndex
      rules.set(ruleId, { group: ruleId, policy, action: hit.action, direction })
    }
  }
  return [...rules.values()]
}

interface Amount {
  readonly in: number
  readonly out: number
}

function amountOf(type: StatisticType): (counters: BucketCounters, direction: RuleDirection) => Amount {
  switch (type) {
    case StatisticType.PacketCount:
      return ({ packetsIn, packetsOut }) => ({ in: packetsIn, out: packetsOut })
    case StatisticType.ByteCount:
      return ({ bytesIn, bytesOut }) => ({ in: bytesIn, out: bytesOut })
    // Connections are counted once, in the direction of the rule.
    case StatisticType.LiveConnectionCount:
      return ({ connectionsLive }, direction) =>
        direction === RuleDirection.Ingress
          ? { in: connectionsLive, out: 0 }
          : { in: 0, out: connectionsLive }
    default:
      throw new GoldmaneError(STATUS.INVALID_ARGUMENT, `unknown statistic type ${String(type)}`)
  }
}

function emptyResult(
  { policy, direction }: CountedRule,
  { groupBy, type }: StatisticsRequest,
): StatisticsResult {
  return create(StatisticsResultSchema, {
    policy,
    direction: groupBy === StatisticsGroupBy.Policy ? RuleDirection.Any : direction,
    groupBy,
    type,
  })
}

/** Called for buckets in ascending order. In a time series, each bucket with data opens a sample; gaps stay gaps. */
function addSample(
  result: StatisticsResult,
  bucket: number,
  timeSeries: boolean,
  action: Action,
  amount: Amount,
): void {
  const x = BigInt(bucket)
  if (timeSeries ? result.x.at(-1) !== x : result.allowedIn.length === 0) {
    for (const series of seriesOf(result)) series.push(0n)
    if (timeSeries) result.x.push(x)
  }
  switch (action) {
    case Action.Allow:
      addToLast(result.allowedIn, result.allowedOut, amount)
      break
    case Action.Deny:
      addToLast(result.deniedIn, result.deniedOut, amount)
      break
    case Action.Pass:
      addToLast(result.passedIn, result.passedOut, amount)
      break
    case Action.ActionUnspecified:
    // Also numbers outside the enum: they add nothing to the sample, but the sample exists.
    default:
  }
}

function seriesOf(result: StatisticsResult): readonly bigint[][] {
  const { allowedIn, allowedOut, deniedIn, deniedOut, passedIn, passedOut } = result
  return [allowedIn, allowedOut, deniedIn, deniedOut, passedIn, passedOut]
}

function addToLast(seriesIn: bigint[], seriesOut: bigint[], amount: Amount): void {
  seriesIn.push((seriesIn.pop() ?? 0n) + BigInt(amount.in))
  seriesOut.push((seriesOut.pop() ?? 0n) + BigInt(amount.out))
}

function compareResults(a: StatisticsResult, b: StatisticsResult): number {
  return compareHits(a.policy, b.policy) || a.direction - b.direction
}

function compareHits(a: PolicyHit | undefined, b: PolicyHit | undefined): number {
  if (a === undefined || b === undefined) return 0
  return (
    compareTexts(a.tier, b.tier) ||
    a.kind - b.kind ||
    compareTexts(a.namespace, b.namespace) ||
    compareTexts(a.name, b.name) ||
    a.action - b.action ||
    Number(a.ruleIndex - b.ruleIndex)
  )
}
