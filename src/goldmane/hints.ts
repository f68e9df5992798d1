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
import { GoldmaneError, STATUS } from './goldmane-error.ts'
import { hitsOf, matchesFilter } from './filter.ts'
import { pageOf, type TotalsPastEnd } from './page.ts'
import { hasDataIn, type Ring } from './ring.ts'
import { compareTexts } from './text-order.ts'
import { resolveRange } from './request-times.ts'

/** Returns the values as stored, in ascending order, including the empty text. Throws as `listFlows` does. */
export function filterHints(ring: Ring, request: FilterHintsRequest, now: number): FilterHintsResult {
  const range = resolveRange(request, now, ring.oldest)
  const { valuesOf, pastEnd } = hintFieldOf(request.type)
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

function hintFieldOf(type: FilterType): HintField {
  switch (type) {
    case FilterType.FilterTypeDestName:
      return fieldOfKey((key) => key.destName)
    case FilterType.FilterTypeSourceName:
      return fieldOfKey((key) => key.sourceName)
    case FilterType.FilterTypeDestNamespace:
      return fieldOfKey((key) => key.destNamespace)
    case FilterType.FilterTypeSourceNamespace:
      return fieldOfKey((key) => key.sourceNamespace)
    case FilterType.FilterTypePolicyTier:
      return fieldOfHits((hit) => hit.tier)
    case FilterType.FilterTypePolicyName:
      return fieldOfHits((hit) => hit.name)
    case FilterType.FilterTypePolicyKind:
      return fieldOfHits((hit) => PolicyKindSchema.value[hit.kind]?.name ?? String(hit.kind))
    case FilterType.FilterTypePolicyNamespace:
      return fieldOfHits((hit) => hit.namespace)
    case FilterType.FilterTypeUnspecified:
    // Also numbers outside the enum, from a newer client.
    default:
      throw new GoldmaneError(STATUS.UNKNOWN, `unsupported filter type '${type}'`)
  }
}

function fieldOfKey(valueOf: (key: FlowKey) => string): HintField {
  return { valuesOf: (key) => [valueOf(key)], pastEnd: 'true' }
}

/**
 * Takes the values of all hits of a matching flow, not only of those that match. A trigger replaces its end of tier,
 * and profiles are left out. Upstream: storage/bucket_ring.go:184-276.
 */
function fieldOfHits(valueOf: (hit: PolicyHit) => string): HintField {
  return {
    valuesOf: (key) =>
      hitsOf(key)
        .filter((hit) => hit.kind !== PolicyKind.Profile)
        .map((hit) => valueOf(hit.trigger ?? hit)),
    pastEnd: 'zero',
  }
}
