import type {
  FilterHintsRequest,
  FilterHintsResult,
  FlowListRequest,
  FlowListResult,
  StatisticsRequest,
  StatisticsResult,
} from '../../src/gen/goldmane/api_pb.ts'
import { bucketStart } from '../../src/flows/bucket.ts'
import type { BucketCounters } from '../../src/goldmane/bucket-counters.ts'
import { GoldmaneError, STATUS } from '../../src/goldmane/goldmane-error.ts'
import { filterHints } from '../../src/goldmane/hints.ts'
import { listFlows } from '../../src/goldmane/list.ts'
import { resolveRange } from '../../src/goldmane/request-times.ts'
import { type HeldFlow, Ring } from '../../src/goldmane/ring.ts'
import { statistics } from '../../src/goldmane/statistics.ts'
import type { Viewer } from '../auth/viewer.ts'
import type { FlowRing } from '../upstream/flow-ring.ts'
import type { ShownRecord } from '../upstream/ring/record-scan.ts'
import { viewOf } from './viewer-view.ts'
import { WaitingLine } from './waiting-line.ts'

/** Records in one answer: about 60 MB while it is made. */
const MAX_RECORDS = 300_000
/** Answers that wait for the one that is being made. A page asks for a few at a time. */
const LINE_LIMITS = { places: 1, waiting: 64, waitingPerClient: 8 }

/** What the three requests have in common. */
type TimeRequest = Pick<FlowListRequest, 'startTimeGte' | 'startTimeLt'>

export interface ScopedCall {
  readonly viewer: Viewer
  /** Who takes turns with others; see {@link WaitingLine}. */
  readonly client: string
  /** Goldmane's time, Unix seconds: what times relative to now refer to. */
  readonly now: number
  /** Aborted when the viewer has left. */
  readonly signal: AbortSignal
}

/**
 * Answers List, FilterHints and Statistics from the ring for viewers who may see some namespaces only: Goldmane cannot be
 * asked for "source or destination in these". An in-memory Goldmane is filled with what the viewer sees of the time that
 * is asked for, and asked instead; what it has never been given it cannot tell.
 *
 * One answer is made at a time, in steps of about 10 ms, so that the streams go on meanwhile; viewers take turns.
 */
export class ScopedAnswers {
  readonly #ring: FlowRing
  readonly #maxRecords: number
  readonly #line = new WaitingLine(LINE_LIMITS)

  constructor(ring: FlowRing, options: { readonly maxRecords?: number } = {}) {
    this.#ring = ring
    this.#maxRecords = options.maxRecords ?? MAX_RECORDS
  }

  /**
   * As the other two, rejects with GoldmaneError, with RefusedCallError when too many wait, or with the signal's reason
   * when it is aborted.
   */
  list(request: FlowListRequest, call: ScopedCall): Promise<FlowListResult> {
    return this.#answer(request, call, (ring) => listFlows(ring, request, call.now))
  }

  filterHints(request: FilterHintsRequest, call: ScopedCall): Promise<FilterHintsResult> {
    return this.#answer(request, call, (ring) => filterHints(ring, request, call.now))
  }

  /** Rejects with NOT_FOUND when there is no result; over gRPC an empty result precedes that status. */
  statistics(request: StatisticsRequest, call: ScopedCall): Promise<StatisticsResult[]> {
    return this.#answer(request, call, (ring) => statistics(ring, request, call.now))
  }

  async #answer<Answer>(
    request: TimeRequest,
    call: ScopedCall,
    from: (ring: Ring) => Answer,
  ): Promise<Answer> {
    const leave = await this.#line.enter(call.client, call.signal)
    try {
      return from(await this.#fill(request, call))
    } finally {
      leave()
    }
  }

  /** A ring with what the viewer sees of the buckets that the request's range touches. */
  async #fill(request: TimeRequest, { viewer, now, signal }: ScopedCall): Promise<Ring> {
    const ring = new Ring(now)
    const { gte, lt } = resolveRange(request, now, ring.oldest)
    const scan = this.#ring.scan(viewOf(undefined, viewer), bucketStart(gte), lt)
    const flows = new Map<number, HeldFlow>()
    let records = 0
    const add = (record: ShownRecord): void => {
      if (++records > this.#maxRecords) {
        const limit = this.#maxRecords.toLocaleString('en-US')
        const why = `More than ${limit} records are in the time asked for. Ask for a shorter time.`
        throw new GoldmaneError(STATUS.RESOURCE_EXHAUSTED, why)
      }
      const held = flows.get(record.id) ?? heldFlow(record)
      flows.set(record.id, held)
      held.buckets.set(record.start, countersOf(record))
    }
    signal.throwIfAborted()
    while (scan.step(add)) {
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      signal.throwIfAborted()
    }
    for (const held of [...flows.values()].sort((a, b) => a.id - b.id)) ring.adopt(held)
    return ring
  }
}

function heldFlow({ id, key }: ShownRecord): HeldFlow {
  return { id, identity: String(id), key, buckets: new Map() }
}

function countersOf({ start, counters, sourceLabels, destLabels }: ShownRecord): BucketCounters {
  const counter = (field: number): number => counters[field] ?? 0
  return {
    start,
    packetsIn: counter(6),
    packetsOut: counter(7),
    bytesIn: counter(8),
    bytesOut: counter(9),
    connectionsStarted: counter(10),
    connectionsCompleted: counter(11),
    connectionsLive: counter(12),
    sourceLabels,
    destLabels,
  }
}
