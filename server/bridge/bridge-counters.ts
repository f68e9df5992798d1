/** What the bridge of one cluster counts, for the metrics. */
import type { SharedAnswers } from './shared-answers.ts'
import type { ViewerStream } from './stream/viewer-stream.ts'
import type { WaitingLine } from './waiting-line.ts'

export class BridgeCounters {
  readonly #streams: ReadonlySet<ViewerStream>
  readonly #shared: SharedAnswers
  readonly #olderLine: WaitingLine
  readonly #refusals = new Map<number, number>()
  /** Of streams that are closed. */
  readonly #closed = { bytes: 0, flows: 0 }
  #stalled = 0

  constructor(streams: ReadonlySet<ViewerStream>, shared: SharedAnswers, olderLine: WaitingLine) {
    this.#streams = streams
    this.#shared = shared
    this.#olderLine = olderLine
  }

  /** Open streams of viewers. */
  get streams(): number {
    return this.#streams.size
  }

  /** Bytes sent in streams since the start, without those of HTTP. */
  get streamBytes(): number {
    let { bytes } = this.#closed
    for (const stream of this.#streams) bytes += stream.bytes
    return bytes
  }

  /** Flows sent in streams since the start. */
  get streamFlows(): number {
    let { flows } = this.#closed
    for (const stream of this.#streams) flows += stream.flows
    return flows
  }

  /** Viewers that were given up because they read nothing, since the start. */
  get stalled(): number {
    return this.#stalled
  }

  /** Calls that the gateway refused or gave up since the start, by gRPC status code. */
  get refusals(): ReadonlyMap<number, number> {
    return this.#refusals
  }

  /** Bounded calls since the start; see {@link SharedAnswers.calls}. */
  get calls(): { readonly asked: number; readonly shared: number; readonly failed: number } {
    return this.#shared.calls
  }

  get callsInFlight(): number {
    return this.#shared.callsInFlight
  }

  get callsWaiting(): number {
    return this.#shared.callsWaiting
  }

  /** Streams from Goldmane for what the ring has no memory for, and viewers that wait for one. */
  get olderFetches(): { readonly running: number; readonly waiting: number } {
    return { running: this.#olderLine.taken, waiting: this.#olderLine.waiting }
  }

  addClosedStream({ bytes, flows }: Pick<ViewerStream, 'bytes' | 'flows'>): void {
    this.#closed.bytes += bytes
    this.#closed.flows += flows
  }

  addStalled(): void {
    this.#stalled++
  }

  addRefusal(code: number): void {
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1)
  }
}
