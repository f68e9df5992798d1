/**
 * One viewer's Flows.Stream, answered from the cluster's ring. It has no queue: it writes, waits until the browser has
 * taken it, and reads on where it stopped. What the ring evicts meanwhile is lost to this viewer alone, who is told.
 */
import type { ServerResponse } from 'node:http'
import type { FlowStreamRequest } from '../../../src/gen/goldmane/api_pb.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { LostRange, MissingRange } from '../../../src/wire/freshness.ts'
import { countFrames } from '../../grpc/frame.ts'
import type { GrpcStatus } from '../../grpc/grpc-status.ts'
import type { Viewer } from '../../auth/viewer.ts'
import type { RingReader, RingView } from '../../upstream/ring/ring-view.ts'
import { unreachableStatus } from '../ask-goldmane.ts'
import { FreshnessWriter, type ViewerProgress } from './freshness-writer.ts'
import { olderRange, OlderBackFill } from './older-back-fill.ts'
import { PacedResponse } from './paced-response.ts'
import { goldmaneTime, readerStart, streamStart } from '../request/request-time.ts'
import type { ViewBudget } from './view-budget.ts'
import type { ServedCluster } from '../served-cluster.ts'
import { viewOf } from '../viewer-view.ts'
import type { WaitingLine } from '../waiting-line.ts'

const CHUNK_BYTES = 64 * 1024

export interface StreamContext {
  readonly cluster: ServedCluster
  readonly clock: Clock
  /** Where viewers wait for what the ring has no memory for. */
  readonly olderLine: WaitingLine
  /** What the filters of each client may cost. */
  readonly budget: ViewBudget
  /** The reader made no progress and was given up. */
  readonly onStalled: () => void
  /** Called once, when the stream is over for whatever reason. */
  readonly onClose: (stream: ViewerStream) => void
}

export interface StreamCall {
  readonly request: FlowStreamRequest
  readonly response: ServerResponse
  readonly viewer: Viewer
  /** Who takes turns with others; see {@link WaitingLine}. */
  readonly client: string
  /** Whether the client reads freshness messages. */
  readonly wantsFreshness: boolean
}

export class ViewerStream {
  readonly #context: StreamContext
  readonly #call: StreamCall
  readonly #view: RingView
  readonly #paced: PacedResponse
  readonly #freshness: FreshnessWriter | null
  readonly #unsubscribe: () => void
  /** Null until the stream has begun. */
  #reader: RingReader | null = null
  #older: OlderBackFill | null = null
  /** Records in the ring's part of the back-fill. */
  #ringTotal = 0
  #nextPump: NodeJS.Immediate | null = null
  #cancelDelay: (() => void) | null = null
  #isClosed = false
  #flows = 0
  #lost: { readonly ofReader: readonly MissingRange[]; readonly all: readonly LostRange[] } = {
    ofReader: [],
    all: [],
  }

  constructor(context: StreamContext, call: StreamCall) {
    const { cluster, clock } = context
    this.#context = context
    this.#call = call
    this.#view = viewOf(call.request.filter, call.viewer)
    this.#paced = new PacedResponse(call.response, clock, {
      onReady: () => this.#pumpSoon(),
      onStalled: () => context.onStalled(),
    })
    this.#freshness = call.wantsFreshness ? new FreshnessWriter(cluster, clock, () => this.#pumpSoon()) : null
    this.#unsubscribe = cluster.follower.subscribe(() => this.#onStatus())
    call.response.once('close', () => this.#close())
    this.#onStatus()
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get bytes(): number {
    return this.#paced.bytes
  }

  /** Flows written. */
  get flows(): number {
    return this.#flows
  }

  end(status: GrpcStatus): void {
    this.#paced.end(status)
    this.#close()
  }

  /**
   * Begins the stream. A client that does not read freshness messages cannot be told of a Goldmane that is away but by
   * the status, so for it the stream begins when Goldmane is known to be there, and ends when it is lost.
   */
  #onStatus(): void {
    if (this.#isClosed) return
    const { state, cause } = this.#context.cluster.follower.status
    if (this.#freshness === null) {
      if (state === 'unreachable') return this.end(unreachableStatus(cause))
      if (state === 'connecting') return
    }
    if (this.#reader === null) this.#begin()
  }

  #begin(): void {
    const { cluster, clock, olderLine } = this.#context
    const { ring, follower } = cluster
    const { request, viewer, client } = this.#call
    const now = clock.now() / 1000
    const time = goldmaneTime({ now, state: follower.status.state, newestBucket: ring.newestBucket })
    const start = streamStart(request.startTimeGte, time)
    const older = olderRange(ring, start)
    this.#reader = ring.openReader(this.#view, older?.to ?? readerStart(start, time))
    this.#ringTotal = this.#reader.backFill?.total ?? 0
    this.#reader.onMore(() => this.#pump())
    this.#paced.begin()
    if (older !== null) {
      // With a hidden end Goldmane would evaluate the filter on what the viewer does not see.
      const filter = viewer.namespaces === 'all' ? request.filter : undefined
      const { upstream } = cluster
      this.#older = new OlderBackFill(
        { upstream, clock, line: olderLine, client, ring, range: older, filter, view: this.#view },
        () => this.#pumpSoon(),
      )
    }
    this.#pump()
  }

  /** Other viewers have their turn before the next chunk: draining may call back without the event loop's leave. */
  #pumpSoon(): void {
    this.#nextPump ??= setImmediate(() => {
      this.#nextPump = null
      this.#pump()
    })
  }

  /** Writes one chunk, if the browser has taken the one before. */
  #pump(): void {
    const reader = this.#reader
    if (reader === null || this.#isClosed || !this.#paced.isReady) return
    const freshness = this.#freshness?.takeDue(this.#progress(reader)) ?? null
    if (freshness !== null) this.#paced.write(freshness)
    if (!this.#paced.isReady) return
    if (this.#mustWait()) return
    const workBefore = reader.work
    const ofRing = reader.read(CHUNK_BYTES)
    // What everybody sees costs next to nothing, and its bytes have to be read.
    if (this.#view.show !== null) this.#context.budget.spend(this.#call.client, reader.work - workBefore)
    const frames = ofRing ?? this.#older?.take() ?? null
    if (frames === null) {
      // The back-fill may have ended with this read.
      const last = this.#freshness?.takeDue(this.#progress(reader)) ?? null
      if (last !== null) this.#paced.write(last)
      return
    }
    this.#flows += countFrames(frames)
    this.#paced.write(frames)
    if (this.#paced.isReady) this.#pumpSoon()
  }

  /** Whether the client's filters have cost too much lately; if so, goes on later. */
  #mustWait(): boolean {
    const { budget, clock } = this.#context
    if (this.#cancelDelay !== null) return true
    const delayMs = this.#view.show === null ? 0 : budget.delayMs(this.#call.client)
    if (delayMs === 0) return false
    this.#cancelDelay = clock.after(delayMs, () => {
      this.#cancelDelay = null
      this.#pump()
    })
    return true
  }

  #progress(reader: RingReader): ViewerProgress {
    const { backFill, lost } = reader
    const older = this.#older?.progress ?? null
    const lostOlder = this.#older?.lost ?? null
    const backFillOfBoth = older === null ? backFill : this.#withRing(backFill, older)
    return { backFill: backFillOfBoth, lost: this.#allLost(lost, lostOlder) }
  }

  /** The ring's part counts also after all of it was sent, so that the share never falls. */
  #withRing(ofRing: Progress | null, older: Progress): Progress {
    const total = this.#ringTotal
    return { sent: (ofRing?.sent ?? total) + older.sent, total: total + older.total }
  }

  /** The same array as long as nothing changed, so that a change is seen by comparing references. */
  #allLost(ofReader: readonly MissingRange[], older: MissingRange | null): readonly LostRange[] {
    const count = ofReader.length + (older === null ? 0 : 1)
    if (this.#lost.ofReader !== ofReader || this.#lost.all.length !== count)
      this.#lost = {
        ofReader,
        all: older === null ? ofReader : [{ ...older, notFetched: true }, ...ofReader],
      }
    return this.#lost.all
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#nextPump !== null) clearImmediate(this.#nextPump)
    this.#cancelDelay?.()
    this.#unsubscribe()
    this.#freshness?.close()
    this.#older?.close()
    this.#reader?.close()
    this.#context.onClose(this)
  }
}

type Progress = NonNullable<ViewerProgress['backFill']>
