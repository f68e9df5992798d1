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
import { GoldmaneError, STATUS } from './error.ts'
import { matchesFilter } from './filter.ts'
import { pageOf } from './page.ts'
import { hasDataIn, type HeldFlow, type Ring } from './ring.ts'
import { compareTexts } from './text-order.ts'
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { resolveRange, type TimeRange } from './time-range.ts'
import { flowMessage, type Window } from './bucket-counters.ts'

/**
 * Equal places in the order go by id: the ring gives its flows so, and sorting is stable.
 *
 * Throws UNKNOWN for a range or an order that Goldmane refuses, INVALID_ARGUMENT for a negative page.
 */
export function listFlows(ring: Ring, request: FlowListRequest, now: number): FlowListResult {
  const range = resolveRange(request, now, ring.oldest)
  const textOf = sortText(request.sortBy)
  const flows = [...ring.flows()].filter(
    (flow) => matchesFilter(request.filter, flow.key) && hasDataIn(flow, range),
  )
  if (textOf === null) return listByTime(flows, range, request)
  flows.sort((a, b) => compareTexts(textOf(a.key), textOf(b.key)))
  const { items, meta } = pageOf(flows, request, 'true')
  return create(FlowListResultSchema, { meta, flows: items.map((flow) => resultIn(flow, range)) })
}

/** Newest start first; the sums come first, since the start of a result depends on the range. */
function listByTime(flows: readonly HeldFlow[], range: TimeRange, request: FlowListRequest): FlowListResult {
  const results = flows.map((flow) => resultIn(flow, range))
  results.sort((a, b) => startOf(b) - startOf(a))
  const { items, meta } = pageOf(results, request, 'zero')
  return create(FlowListResultSchema, { meta, flows: [...items] })
}

/**
 * The sum over the buckets that lie in the range with both ends. A key that was selected by a bucket which the range cuts
 * therefore comes out with no counters, no times and no labels (storage/diachronic_flow.go:211-228).
 */
function resultIn(flow: HeldFlow, range: TimeRange): FlowResult {
  return create(FlowResultSchema, {
    id: BigInt(flow.id),
    flow: flowMessage(flow.key, windowsIn(flow, range)),
  })
}

function* windowsIn(flow: HeldFlow, { gte, lt }: TimeRange): Generator<Window> {
  for (const window of flow.windows.values()) {
    if (window.start >= gte && window.start + BUCKET_SECONDS <= lt) yield window
  }
}

function startOf(result: FlowResult): number {
  return Number(result.flow?.startTime ?? 0n)
}

/** What a result is sorted by; null is by time. Upstream: storage/bucket_ring.go:153-182. */
function sortText(options: readonly SortOption[]): ((key: FlowKey) => string) | null {
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
    // And whatever a newer client may ask for.
    default:
      throw new GoldmaneError(
        STATUS.UNKNOWN,
        `unsupported sort order: ${SortBySchema.value[by]?.name ?? String(by)}`,
      )
  }
}
