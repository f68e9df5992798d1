/**
 * An in-memory Goldmane: it behaves as Calico's flow aggregator does to a client, without a cluster. It serves the
 * demo, a replayed capture and every test that needs a Goldmane. docs/goldmane.md has the model and the differences to
 * upstream.
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
import { GoldmaneError, STATUS } from './goldmane-error.ts'
import { type Call, type Failure, FailureQueue } from './failure-injection.ts'
import { Hang } from './hang.ts'
import { filterHints } from './hints.ts'
import { listFlows } from './list.ts'
import { Ring } from './ring.ts'
import { statistics } from './statistics.ts'
import { FlowStream } from './stream.ts'

/** Upstream: stream/stream_manager.go:46. */
const MAX_STREAMS = 100

export interface GoldmaneOptions {
  /** The time that the ring follows, Unix seconds with fractions. When it goes back, the ring stays. */
  readonly now: () => number
  readonly maxStreams?: number
  /** Buckets held before the one that is filling: more than the hour of a real Goldmane for a capture that is longer. */
  readonly pastBuckets?: number
}

/** Data that was dropped since the start. */
export interface Losses {
  /** Flows whose start was outside the ring. */
  readonly flowsOutsideRing: number
  /** Buckets with data that left the ring before a stream's reader had all of them, summed over the streams. */
  readonly bucketsNotStreamed: number
}

export class Goldmane {
  readonly #now: () => number
  readonly #maxStreams: number
  readonly #pastBuckets: number | undefined
  #ring: Ring
  readonly #streams = new Set<FlowStream>()
  readonly #failures = new FailureQueue()
  readonly #hang = new Hang()
  #flowsOutsideRing = 0
  /** The part of the streams that have ended. */
  #bucketsNotStreamed = 0

  constructor(options: GoldmaneOptions) {
    this.#now = options.now
    this.#maxStreams = options.maxStreams ?? MAX_STREAMS
    this.#pastBuckets = options.pastBuckets
    this.#ring = new Ring(options.now(), options.pastBuckets)
  }

  get losses(): Losses {
    let bucketsNotStreamed = this.#bucketsNotStreamed
    for (const stream of this.#streams) bucketsNotStreamed += stream.lostBuckets
    return { flowsOutsideRing: this.#flowsOutsideRing, bucketsNotStreamed }
  }

  /** The number of streams that are running. */
  get streams(): number {
    return this.#streams.size
  }

  /** Resolves when Goldmane goes on; null unless it hangs. Who serves its calls over a network must wait for it. */
  get hanging(): Promise<void> | null {
    return this.#hang.over
  }

  /** Adds a flow to the bucket of its start. Returns false, and counts a loss, when that is outside the ring. */
  ingest(flow: Flow): boolean {
    this.rollover()
    const kept = this.#ring.add(flow)
    if (!kept) this.#flowsOutsideRing += 1
    return kept
  }

  /**
   * Advances the ring to the present time, so that streams send the buckets that became due. Every call does it first.
   * The owner must do it at least once an interval, or streams stand still.
   */
  rollover(): void {
    if (this.#hang.over !== null) return
    const before = this.#ring.current
    const dropped = this.#ring.advance(this.#now())
    if (this.#ring.current === before) return
    for (const stream of this.#streams) stream.onRingMoved(dropped)
  }

  /** Answers Flows.List. Throws GoldmaneError, as the other calls do. */
  list(request: FlowListRequest): FlowListResult {
    this.#beginCall('List')
    return listFlows(this.#ring, request, this.#now())
  }

  filterHints(request: FilterHintsRequest): FilterHintsResult {
    this.#beginCall('FilterHints')
    return filterHints(this.#ring, request, this.#now())
  }

  /**
   * Answers Statistics.List. Throws NOT_FOUND when it has no result; over gRPC an empty result precedes that status.
   */
  statistics(request: StatisticsRequest): StatisticsResult[] {
    this.#beginCall('Statistics')
    return statistics(this.#ring, request, this.#now())
  }

  /**
   * Starts a stream. It counts as running from this call until the signal is aborted or its reader is done, so the
   * caller must abort a stream that it does not read. An aborted stream ends without an error. Throws
   * RESOURCE_EXHAUSTED when `maxStreams` are running.
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
      this.#release(stream)
    }
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    return this.#resultsOf(stream, failure, () => {
      signal.removeEventListener('abort', abort)
      this.#release(stream)
    })
  }

  /** Makes the next calls of a kind fail, for tests of Goldmane's clients. */
  fail(failure: Failure): void {
    this.#failures.add(failure)
  }

  /** Discards the failures that no call has met yet. */
  clearFailures(): void {
    this.#failures.clear()
  }

  /**
   * Stands still until `resume`, as a process that is stopped: streams send nothing more, the ring does not move, so that
   * flows of later buckets are dropped, and calls over gRPC are not answered. With `afterResults` that many results of
   * the streams are sent before.
   */
  hang({ afterResults = 0 }: { readonly afterResults?: number } = {}): void {
    this.#hang.start(afterResults)
  }

  /** Goes on after `hang`. */
  resume(): void {
    this.#hang.end()
    this.rollover()
  }

  /** Starts anew with an empty ring, whose ids begin with 1. Running streams end with UNAVAILABLE. */
  restart(): void {
    this.breakStreams(STATUS.UNAVAILABLE, 'the server is shutting down')
    for (const stream of this.#streams) this.#release(stream)
    this.#ring = new Ring(this.#now(), this.#pastBuckets)
    this.resume()
  }

  /** Ends every running stream with an error. New streams can start at once. */
  breakStreams(code: number = STATUS.UNAVAILABLE, message = 'the stream was broken on purpose'): void {
    for (const stream of this.#streams) stream.end(new GoldmaneError(code, message))
  }

  async *#resultsOf(
    stream: FlowStream,
    failure: ReturnType<FailureQueue['take']>,
    done: () => void,
  ): AsyncGenerator<FlowResult, void, undefined> {
    let sent = 0
    try {
      for await (const result of stream.results()) {
        await this.#hang.pass()
        yield result
        sent += 1
        if (sent === failure?.afterResults) throw failure.error
      }
    } finally {
      done()
    }
  }

  #beginCall(call: Call): void {
    this.rollover()
    const failure = this.#failures.take(call)
    if (failure !== null) throw failure.error
  }

  #release(stream: FlowStream): void {
    if (this.#streams.delete(stream)) this.#bucketsNotStreamed += stream.lostBuckets
  }
}
