/**
 * An in-memory Goldmane: what a client of Calico's flow aggregator can observe, without a cluster. It serves the demo, a
 * replayed capture and every test that needs a Goldmane. docs/goldmane.md has the model and what differs from upstream.
 */
import type { Flow } from '../flows/flow.ts'
import type {
  FilterHintsRequest,
  FilterHintsResult,
  FlowListRequest,
  FlowListResult,
  FlowResult,
  FlowStreamRequest,
  StatisticsRequest,
  StatisticsResult,
} from '../gen/goldmane/api_pb.ts'
import { GoldmaneError, STATUS } from './error.ts'
import { type Call, type Failure, Failures } from './failures.ts'
import { filterHints } from './hints.ts'
import { listFlows } from './list.ts'
import { Ring } from './ring.ts'
import { statistics } from './statistics.ts'
import { FlowStream } from './stream.ts'

/** Upstream: stream/stream_manager.go:46. */
const MAX_STREAMS = 100

export interface GoldmaneOptions {
  /** Unix seconds; fractions are fine. The ring follows it, but never backwards. */
  readonly now: () => number
  readonly maxStreams?: number
}

/** What was not kept or not sent, since the start. */
export interface Losses {
  /** Flows whose start lay outside the ring. */
  readonly flowsOutsideRing: number
  /** Buckets with data that left the ring before a stream's reader had taken them, summed over the streams. */
  readonly bucketsNotStreamed: number
}

export class Goldmane {
  readonly #now: () => number
  readonly #maxStreams: number
  readonly #ring: Ring
  readonly #streams = new Set<FlowStream>()
  readonly #failures = new Failures()
  #flowsOutsideRing = 0
  /** Of streams that are over. */
  #bucketsNotStreamed = 0

  constructor(options: GoldmaneOptions) {
    this.#now = options.now
    this.#maxStreams = options.maxStreams ?? MAX_STREAMS
    this.#ring = new Ring(options.now())
  }

  get losses(): Losses {
    let bucketsNotStreamed = this.#bucketsNotStreamed
    for (const stream of this.#streams) bucketsNotStreamed += stream.lost
    return { flowsOutsideRing: this.#flowsOutsideRing, bucketsNotStreamed }
  }

  /** How many streams are running. */
  get streams(): number {
    return this.#streams.size
  }

  /** Takes a flow into the bucket of its start; its end is not looked at. False: outside the ring, counted as lost. */
  ingest(flow: Flow): boolean {
    this.rollover()
    const kept = this.#ring.add(flow)
    if (!kept) this.#flowsOutsideRing += 1
    return kept
  }

  /**
   * Advances the ring to now, which hands the buckets that became due to the streams. Every call does it; the owner
   * does it at least once an interval, or the streams stand still.
   */
  rollover(): void {
    const before = this.#ring.current
    const dropped = this.#ring.advance(this.#now())
    if (this.#ring.current === before) return
    for (const stream of this.#streams) stream.moved(dropped)
  }

  /** Throws GoldmaneError, as the other calls do. */
  list(request: FlowListRequest): FlowListResult {
    this.#begin('List')
    return listFlows(this.#ring, request, this.#now())
  }

  filterHints(request: FilterHintsRequest): FilterHintsResult {
    this.#begin('FilterHints')
    return filterHints(this.#ring, request, this.#now())
  }

  /** Throws NOT_FOUND when there is nothing: over gRPC one empty result goes before that status. */
  statistics(request: StatisticsRequest): StatisticsResult[] {
    this.#begin('Statistics')
    return statistics(this.#ring, request, this.#now())
  }

  /**
   * Counts as running from this call on and until the signal is aborted or the reader is done, so abort it even when
   * nobody reads. Aborted, it ends without an error. Throws RESOURCE_EXHAUSTED when too many are running.
   */
  stream(request: FlowStreamRequest, signal: AbortSignal): AsyncIterable<FlowResult> {
    this.rollover()
    const failure = this.#failures.take('Stream')
    if (failure !== null && failure.afterResults === 0) throw failure.error
    if (this.#streams.size >= this.#maxStreams) {
      throw new GoldmaneError(
        STATUS.RESOURCE_EXHAUSTED,
        `at most ${this.#maxStreams} streams can run at a time`,
      )
    }
    const stream = new FlowStream(this.#ring, request, this.#now())
    this.#streams.add(stream)
    const abort = () => {
      stream.end(null)
      this.#forget(stream)
    }
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    return this.#read(stream, failure, () => {
      signal.removeEventListener('abort', abort)
      this.#forget(stream)
    })
  }

  /** Makes the next calls of a kind fail. For tests of what talks to Goldmane. */
  fail(failure: Failure): void {
    this.#failures.add(failure)
  }

  /** Takes back the failures that have not happened yet. */
  clearFailures(): void {
    this.#failures.clear()
  }

  /** Ends every running stream with a status, UNAVAILABLE unless given. New ones may begin at once. */
  breakStreams(code: number = STATUS.UNAVAILABLE, message = 'the stream was broken on purpose'): void {
    for (const stream of this.#streams) stream.end(new GoldmaneError(code, message))
  }

  async *#read(
    stream: FlowStream,
    failure: ReturnType<Failures['take']>,
    done: () => void,
  ): AsyncGenerator<FlowResult, void, undefined> {
    let sent = 0
    try {
      for await (const result of stream.results()) {
        yield result
        sent += 1
        if (sent === failure?.afterResults) throw failure.error
      }
    } finally {
      done()
    }
  }

  #begin(call: Call): void {
    this.rollover()
    const failure = this.#failures.take(call)
    if (failure !== null) throw failure.error
  }

  #forget(stream: FlowStream): void {
    if (this.#streams.delete(stream)) this.#bucketsNotStreamed += stream.lost
  }
}
