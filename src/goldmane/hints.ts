/** Flows.FilterHints: the distinct values of one field among the flows that match. */
import { create } from '@bufbuild/protobuf'

import {
  FilterHintSchema,
  type FilterHintsRequest,
  type FilterHintsResult,
  FilterHintsResultSchema,
  FilterType,
  type FlowKey,
  type PolicyHit,
  PolicyKind,
  PolicyKindSchema,
} from '../gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from './error.ts'
import { hitsOf, matchesFilter } from './filter.ts'
import { pageOf, type TotalsPastEnd } from './page.ts'
import { hasDataIn, type Ring } from './ring.ts'
import { compareTexts } from './text-order.ts'
import { resolveRange } from './time-range.ts'

/** Raw stored values in ascending order, the empty text included. Throws as List does. */
export function filterHints(ring: Ring, request: FilterHintsRequest, now: number): FilterHintsResult {
  const range = resolveRange(request, now, ring.oldest)
  const { valuesOf, pastEnd } = fieldOf(request.type)
  const values = new Set<string>()
  for (const flow of ring.flows()) {
    if (!matchesFilter(request.filter, flow.key) || !hasDataIn(flow, range)) continue
    for (const value of valuesOf(flow.key)) values.add(value)
  }
  const { items, meta } = pageOf([...values].sort(compareTexts), request, pastEnd)
  return create(FilterHintsResultSchema, {
    meta,
    hints: items.map((value) => create(FilterHintSchema, { value })),
  })
}

interface HintField {
  readonly valuesOf: (key: FlowKey) => readonly string[]
  readonly pastEnd: TotalsPastEnd
}

function fieldOf(type: FilterType): HintField {
  switch (type) {
    case FilterType.FilterTypeDestName:
      return ofKey((key) => key.destName)
    case FilterType.FilterTypeSourceName:
      return ofKey((key) => key.sourceName)
    case FilterType.FilterTypeDestNamespace:
      return ofKey((key) => key.destNamespace)
    case FilterType.FilterTypeSourceNamespace:
      return ofKey((key) => key.sourceNamespace)
    case FilterType.FilterTypePolicyTier:
      return ofHits((hit) => hit.tier)
    case FilterType.FilterTypePolicyName:
      return ofHits((hit) => hit.name)
    case FilterType.FilterTypePolicyKind:
      return ofHits((hit) => PolicyKindSchema.value[hit.kind]?.name ?? String(hit.kind))
    case FilterType.FilterTypePolicyNamespace:
      return ofHits((hit) => hit.namespace)
    case FilterType.FilterTypeUnspecified:
    // And whatever a newer client may ask for.
    default:
      throw new GoldmaneError(STATUS.UNKNOWN, `unsupported filter type '${type}'`)
  }
}

function ofKey(valueOf: (key: FlowKey) => string): HintField {
  return { valuesOf: (key) => [valueOf(key)], pastEnd: 'true' }
}

/**
 * All hits of a flow that matched, not only those that made it match. A trigger stands for its end of tier; profiles
 * are no policies. Upstream: storage/bucket_ring.go:184-276.
 */
function ofHits(valueOf: (hit: PolicyHit) => string): HintField {
  return {
    valuesOf: (key) =>
      hitsOf(key)
        .filter((hit) => hit.kind !== PolicyKind.Profile)
        .map((hit) => valueOf(hit.trigger ?? hit)),
    pastEnd: 'zero',
  }
}
