/**
 * What requests may ask of Goldmane. It answers all in one loop, and some requests crash or stall it for everybody
 * (docs/goldmane.md, "What differs from upstream"), so those are refused here.
 */
import {
  type Filter,
  FilterType,
  FilterTypeSchema,
  MatchType,
  MatchTypeSchema,
  SortBy,
  SortBySchema,
  StatisticsGroupBySchema,
  type StringMatch,
  StatisticTypeSchema,
} from '../../../src/gen/goldmane/api_pb.ts'
import { resolveTime } from '../../../src/goldmane/request-times.ts'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { unreachable } from '../../../src/lib/assert.ts'
import type { GoldmaneCall } from './goldmane-call.ts'
import { HELD_SECONDS } from './request-time.ts'

/** Seconds: 35,000 years. Sums of such times stay far within 64 bits. */
const MAX_TIME = 1n << 40n
/** The page asks for 1,000 hints at most; page times size must stay far within 64 bits, or Goldmane crashes. */
const MAX_PAGE_SIZE = 1_000_000n
const MAX_PAGE = 1_000_000_000n
/** Goldmane compares each value with each of its flows, in the loop that serves everybody. */
const MAX_FILTER_VALUES = 2000
/** Clocks differ a little; and the ring's oldest bucket leaves while a request is under way. */
const STATISTICS_SLACK_S = 4 * BUCKET_SECONDS

/** Why the request is refused: a sentence without a full stop. Null for a request that may pass. `time` is Goldmane's. */
export function refusalOf(call: GoldmaneCall, time: number): string | null {
  switch (call.method) {
    case 'Stream':
      return (
        refusalOfTime('start_time_gte', call.request.startTimeGte) ?? refusalOfFilter(call.request.filter)
      )
    case 'List':
      return (
        refusalOfRange(call.request, time) ??
        refusalOfPaging(call.request) ??
        refusalOfOrder(call.request.sortBy) ??
        refusalOfFilter(call.request.filter)
      )
    case 'FilterHints':
      return (
        refusalOfRange(call.request, time) ??
        refusalOfPaging(call.request) ??
        (call.request.type === FilterType.FilterTypeUnspecified
          ? 'type must be given'
          : refusalOfEnum('type', call.request.type, FilterTypeSchema)) ??
        refusalOfFilter(call.request.filter)
      )
    case 'Statistics': {
      const { type, groupBy, policyMatch } = call.request
      return (
        refusalOfRange(call.request, time) ??
        refusalOfHeldRange(call.request, time) ??
        refusalOfEnum('type', type, StatisticTypeSchema) ??
        refusalOfEnum('group_by', groupBy, StatisticsGroupBySchema) ??
        refusalOfMatches([policyMatch?.tier, policyMatch?.namespace, policyMatch?.name])
      )
    }
    default:
      return unreachable(call, 'call')
  }
}

interface AskedRange {
  readonly startTimeGte: bigint
  readonly startTimeLt: bigint
}

function refusalOfTime(name: string, value: bigint): string | null {
  return value > MAX_TIME || value < -MAX_TIME ? `${name} is not a time` : null
}

function refusalOfRange(asked: AskedRange, time: number): string | null {
  const unfit =
    refusalOfTime('start_time_gte', asked.startTimeGte) ?? refusalOfTime('start_time_lt', asked.startTimeLt)
  if (unfit !== null) return unfit
  const { gte, lt } = resolve(asked, time)
  return gte < lt ? null : 'start_time_gte must be before start_time_lt'
}

/** Goldmane has no statistics for a range of which it does not hold every bucket. */
function refusalOfHeldRange(asked: AskedRange, time: number): string | null {
  const { gte, lt } = resolve(asked, time)
  if (gte < time - HELD_SECONDS - STATISTICS_SLACK_S)
    return 'Goldmane holds one hour: start_time_gte is before it'
  return lt > time + STATISTICS_SLACK_S ? 'start_time_lt is in the future' : null
}

function resolve(asked: AskedRange, time: number): { gte: number; lt: number } {
  return {
    gte: resolveTime(asked.startTimeGte, time, time - HELD_SECONDS),
    lt: resolveTime(asked.startTimeLt, time, time),
  }
}

function refusalOfPaging({ page, pageSize }: { readonly page: bigint; readonly pageSize: bigint }) {
  if (page < 0n || page > MAX_PAGE) return `page must be between 0 and ${MAX_PAGE}`
  return pageSize < 0n || pageSize > MAX_PAGE_SIZE ? `page_size must be between 0 and ${MAX_PAGE_SIZE}` : null
}

function refusalOfOrder(options: readonly { readonly sortBy: SortBy }[]): string | null {
  const [first, ...others] = options
  if (others.length > 0) return 'Only one sort order can be asked for'
  if (first === undefined) return null
  if (first.sortBy === SortBy.SourceType || first.sortBy === SortBy.DestType)
    return `Goldmane does not sort by ${SortBySchema.value[first.sortBy]?.name}`
  return refusalOfEnum('sort_by', first.sortBy, SortBySchema)
}

function refusalOfEnum(
  name: string,
  value: number,
  { value: known }: { readonly value: Readonly<Record<number, unknown>> },
): string | null {
  return Object.hasOwn(known, value) ? null : `${name} has the value ${value}, which Goldmane does not know`
}

function refusalOfFilter(filter: Filter | undefined): string | null {
  if (filter === undefined) return null
  const { sourceNames, sourceNamespaces, destNames, destNamespaces, protocols, policies } = filter
  const { destPorts, actions, pendingActions } = filter
  const texts = [
    ...[sourceNames, sourceNamespaces, destNames, destNamespaces, protocols].flat(),
    ...policies.flatMap(({ tier, namespace, name }) => [tier, namespace, name]),
  ]
  const values = texts.length + destPorts.length + actions.length + pendingActions.length
  if (values > MAX_FILTER_VALUES)
    return `The filter has ${values} values; at most ${MAX_FILTER_VALUES} are served`
  return refusalOfMatches(texts)
}

function refusalOfMatches(matches: readonly (StringMatch | undefined)[]): string | null {
  for (const match of matches) {
    const refusal = refusalOfEnum('type', match?.type ?? MatchType.Exact, MatchTypeSchema)
    if (refusal !== null) return refusal
  }
  return null
}
