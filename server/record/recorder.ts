/**
 * Records a cluster: follows its Goldmane as the gateway does, and writes each record once, in the order in which it came.
 * The ring removes duplicates, and holds what came while the disk is slow.
 */
import { fromBinary } from '@bufbuild/protobuf'
import { BUCKET_SECONDS, bucketStart } from '../../src/flows/bucket.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { type FlowResult, FlowResultSchema } from '../../src/gen/goldmane/api_pb.ts'
import { type Clock, systemClock } from '../../src/lib/clock.ts'
import type { MissingRange } from '../../src/wire/freshness.ts'
import { countersFromMessage, keyFromMessage } from '../../src/wire/flow-message.ts'
import { HEAD_BYTES } from '../grpc/frame.ts'
import type { Log } from '../lib/log.ts'
import { FlowRing } from '../upstream/flow-ring.ts'
import { GoldmaneFollower } from '../upstream/goldmane-follower.ts'
import { EVERYTHING, type RingReader } from '../upstream/ring/ring-view.ts'
import { Upstream, type UpstreamOptions } from '../upstream/upstream.ts'
import type { UpstreamStatus } from '../upstream/upstream-status.ts'
import { flowLine, gapLine, recordLine } from './capture-lines.ts'
import type { RecordingOutput, OutputCounts } from './recording-output.ts'
import { CountingSink } from './counting-sink.ts'

export interface RecorderOptions {
  readonly upstream: UpstreamOptions
  /** Bytes of memory for what came and is not written yet, and for telling duplicates. */
  readonly ringBytes: number
  readonly output: RecordingOutput
  /** Which records are written. */
  readonly matches: (flow: Flow) => boolean
  /** What is written of a record; null for the record as Goldmane sent it. The reasons of gaps go with the names. */
  readonly redact?: ((flow: Flow) => Flow) | null
  readonly log: Log
  readonly clock?: Clock
}

export interface RecorderCounts extends OutputCounts {
  /** Records that came again, as after a reconnect. */
  readonly duplicates: number
  /** Records that the filter left out. */
  readonly filteredOut: number
  /** Messages that were no records. */
  readonly malformed: number
  /** Records that came and could not be kept: of before the hour held, or evicted for memory. */
  readonly dropped: number
}

/** Milliseconds that a record waits at most to be written with others as one gzip member. */
const FLUSH_MS = 2000
/** Milliseconds for the last question for missing buckets: somebody waits for the end. */
const MAX_SETTLING_MS = 5000
const READ_BYTES = 64 * 1024

export class Recorder {
  readonly #options: RecorderOptions
  readonly #clock: Clock
  readonly #upstream: Upstream
  readonly #ring: FlowRing
  readonly #sink: CountingSink
  readonly #follower: GoldmaneFollower
  readonly #reader: RingReader
  #gapLines: string[] = []
  #read = 0
  #filteredOut = 0
  #unreadable = 0
  #dropped = 0
  #wasReached = false
  #hasMore = false
  /** Unix milliseconds: since when lines wait to be appended; null when none do. */
  #pendingSince: number | null = null
  #wake: () => void = () => {}

  constructor(options: RecorderOptions) {
    const { log, clock = systemClock } = options
    this.#options = options
    this.#clock = clock
    this.#upstream = new Upstream({ clock, ...options.upstream })
    this.#ring = new FlowRing({ maxBytes: options.ringBytes })
    this.#sink = new CountingSink(this.#ring)
    this.#reader = this.#ring.openReader(EVERYTHING, null)
    this.#reader.onMore(() => this.#onMore())
    this.#follower = new GoldmaneFollower({
      upstream: this.#upstream,
      ring: this.#sink,
      log,
      clock,
      onGapStays: (ranges, why) => {
        this.#addGaps(ranges, why)
        this.#onMore()
      },
    })
    this.#follower.subscribe(() => {
      const { state } = this.#follower.status
      if (state === 'reading' || state === 'live') this.#wasReached = true
    })
  }

  get status(): UpstreamStatus {
    return this.#follower.status
  }

  /** Whether Goldmane has answered at least once. */
  get wasReached(): boolean {
    return this.#wasReached
  }

  get counts(): RecorderCounts {
    const { known, malformed } = this.#sink
    return {
      ...this.#options.output.counts,
      duplicates: known,
      filteredOut: this.#filteredOut,
      malformed: malformed + this.#unreadable,
      dropped: this.#dropped,
    }
  }

  /**
   * Records until the signal is aborted or the output is full, and closes the output. Rejects with the error of the system
   * when the output cannot be written; what was written before stays.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { output } = this.#options
    const stop = () => this.#onMore()
    signal.addEventListener('abort', stop, { once: true })
    try {
      while (!signal.aborted && !output.isFull) {
        await this.#sleep()
        await this.#writeNew()
      }
      if (!output.isFull) await this.#settle()
      await this.#writeNew()
      const { appended, known, malformed } = this.#sink
      // Once all is read: before, and where the output is full, records wait in the ring.
      if (!output.isFull) this.#dropped = appended - known - malformed - this.#read
      await output.close()
    } catch (error) {
      await output.abandon()
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
      this.#reader.close()
      await this.#follower.close()
      this.#upstream.close()
    }
  }

  #onMore(): void {
    this.#hasMore = true
    this.#wake()
  }

  #addGaps(ranges: readonly MissingRange[], why: string): void {
    const reason = this.#options.redact ? null : why
    this.#gapLines.push(...ranges.map((range) => gapLine(range, reason)))
  }

  /** Resolves when there may be something to write, or lines have waited long enough. */
  async #sleep(): Promise<void> {
    if (!this.#hasMore) {
      await new Promise<void>((resolve) => {
        const due = this.#pendingSince === null ? null : this.#pendingSince + FLUSH_MS - this.#clock.now()
        const cancel = due === null ? () => {} : this.#clock.after(Math.max(0, due), resolve)
        this.#wake = () => {
          cancel()
          resolve()
        }
      })
    }
    this.#hasMore = false
  }

  async #writeNew(): Promise<void> {
    const { output } = this.#options
    for (;;) {
      const frames = this.#reader.read(READ_BYTES)
      if (frames === null) break
      for (let at = 0; at < frames.length;) {
        const end = at + HEAD_BYTES + frames.readUInt32BE(at + 1)
        this.#add(frames.subarray(at + HEAD_BYTES, end))
        at = end
        if (output.isBatchFull) await output.commit()
      }
    }
    for (const line of this.#gapLines.splice(0)) output.addGap(line)
    if (!output.hasPending) this.#pendingSince = null
    else this.#pendingSince ??= this.#clock.now()
    const isDue = this.#pendingSince !== null && this.#clock.now() - this.#pendingSince >= FLUSH_MS
    if (output.isCompressed && !isDue) return
    await output.commit()
    this.#pendingSince = null
  }

  #add(message: Uint8Array): void {
    this.#read += 1
    const result = readResult(message)
    const flow = result === null ? null : flowOf(result)
    if (result === null || flow === null) {
      this.#unreadable += 1
    } else if (this.#options.matches(flow)) {
      const { redact = null, output } = this.#options
      const line = redact === null ? recordLine(result) : flowLine(redact(flow))
      output.addRecord(line, bucketStart(flow.startTime))
    } else {
      this.#filteredOut += 1
    }
  }

  /** Finds out what is missing at the end. */
  async #settle(): Promise<void> {
    const settling = this.#follower.settleGaps()
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(MAX_SETTLING_MS, resolve)
      void settling.then(() => {
        cancel()
        resolve()
      })
    })
    const { state, cause } = this.#follower.status
    await this.#follower.close()
    // What was not answered by then is a gap.
    await settling
    this.#addGaps(this.#reader.lost, 'The output was too slow')
    const newest = this.#ring.newestBucket
    if (newest === null || (state !== 'unreachable' && state !== 'silent')) return
    // Goldmane sends a bucket one interval after it has closed; of its clock nothing newer than ours is known.
    const from = newest + BUCKET_SECONDS
    const to = bucketStart(this.#clock.now() / 1000) - BUCKET_SECONDS
    if (from < to) this.#addGaps([{ from, to }], cause ?? 'Goldmane did not answer')
  }
}

/** Null for what protobuf-es refuses, such as text that is not UTF-8: the ring does not look so closely. */
function readResult(message: Uint8Array): FlowResult | null {
  try {
    return fromBinary(FlowResultSchema, message)
  } catch {
    return null
  }
}

function flowOf({ flow }: FlowResult): Flow | null {
  if (flow?.Key === undefined) return null
  return {
    key: keyFromMessage(flow.Key),
    startTime: Number(flow.startTime),
    endTime: Number(flow.endTime),
    sourceLabels: flow.sourceLabels,
    destLabels: flow.destLabels,
    ...countersFromMessage(flow),
  }
}
