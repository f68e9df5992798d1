/** Flows.List: one result per key, summed over the whole range. */
import { create } from '@bufbuild/protobuf'

import {
  type FlowKey,
  type FlowListRequest,
  type FlowListResult,
  FlowListResultSchema,
  type FlowResult,
  FlowResultSchema,
  SortBy,
  SortBySchema,
  type SortOption,
} from '../gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from './goldmane-error.ts'
import { matchesFilter } from './filter.ts'
import { pageOf } from './page.ts'
import { hasDataIn, type HeldFlow, type Ring } from './ring.ts'
import { compareTexts } from './text-order.ts'
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { resolveRange, type TimeRange } from './request-times.ts'
import { flowMessage, type BucketCounters } from './bucket-counters.ts'

/**
 * Returns the matching flows in the order asked for, ties by id: the ring iterates by id, and sorting is stable. Throws
 * UNKNOWN for a range or an order that Goldmane refuses, INVALID_ARGUMENT for a negative page.
 */
export function listFlows(ring: Ring, request: FlowListRequest, now: number): FlowListResult {
  const range = resolveRange(request, now, ring.oldest)
  const textOf = sortTextOf(request.sortBy)
  const flows = [...ring.flows()].filter(
    (flow) => matchesFilter(request.filter, flow.key) && hasDataIn(flow, range),
  )
  if (textOf === null) return listByTime(flows, range, request)
  flows.sort((a, b) => compareTexts(textOf(a.key), textOf(b.key)))
  const { items, meta } = pageOf(flows, request, 'true')
  return create(FlowListResultSchema, { meta, flows: items.map((flow) => resultIn(flow, range)) })
}

/**
 * Sorts by start, newest first. It sums all results before it sorts, because the start of a sum depends on the range.
 */
function listByTime(flows: readonly HeldFlow[], range: TimeRange, request: FlowListRequest): FlowListResult {
  const results = flows.map((flow) => resultIn(flow, range))
  results.sort((a, b) => startOf(b) - startOf(a))
  const { items, meta } = pageOf(results, request, 'zero')
  return create(FlowListResultSchema, { meta, flows: [...items] })
}

/**
 * Sums the buckets that are completely inside the range. A key with data only in a bucket that the range cuts therefore
 * has no counters, no times and no labels (storage/diachronic_flow.go:211-228).
 */
function resultIn(flow: HeldFlow, range: TimeRange): FlowResult {
  return create(FlowResultSchema, {
    id: BigInt(flow.id),
    flow: flowMessage(flow.key, countersIn(flow, range)),
  })
}

function* countersIn(flow: HeldFlow, { gte, lt }: TimeRange): Generator<BucketCounters> {
  for (const bucket of flow.buckets.values()) {
    if (bucket.start >= gte && bucket.start + BUCKET_SECONDS <= lt) yield bucket
  }
}

function startOf(result: FlowResult): number {
  return Number(result.flow?.startTime ?? 0n)
}

/** Returns the text of a key to sort by; null for the order by time. Upstream: storage/bucket_ring.go:153-182. */
function sortTextOf(options: readonly SortOption[]): ((key: FlowKey) => string) | null {
  if (options.length > 1) throw new GoldmaneError(STATUS.UNKNOWN, 'at most one sort order is supported')
  const by = options[0]?.sortBy ?? SortBy.Time
  switch (by) {
    case SortBy.Time:
      return null
    case SortBy.SourceName:
      return (key) => key.sourceName
    case SortBy.SourceNamespace:
      return (key) => key.sourceNamespace
    case SortBy.DestName:
      return (key) => key.destName
    case SortBy.DestNamespace:
      return (key) => key.destNamespace
    case SortBy.SourceType:
    case SortBy.DestType:
    // Also numbers outside the enum, from a newer client.
    default:
      throw new GoldmaneError(
        STATUS.UNKNOWN,
        `unsupported sort order: ${SortBySchema.value[by]?.name ?? String(by)}`,
      )
  }
}
