/**
 * Fetches for one viewer what the ring had no memory for: a Flows.Stream of its own from Goldmane, which is cancelled when
 * it reaches the first bucket that the ring has.
 */
import type { Filter } from '../../../src/gen/goldmane/api_pb.ts'
import { FlowStreamRequestSchema } from '../../../src/gen/goldmane/api_pb.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { MissingRange } from '../../../src/wire/freshness.ts'
import { encodeRequest, openCall, requestHeaders } from '../../upstream/open-call.ts'
import { readAnswer } from '../../upstream/read-answer.ts'
import { askWhetherAlive } from '../../upstream/probe.ts'
import type { RingView } from '../../upstream/ring/ring-view.ts'
import type { Upstream, UpstreamCall } from '../../upstream/upstream.ts'
import { encodeFrame } from '../../grpc/frame.ts'
import { PATHS } from '../request/goldmane-call.ts'
import { MessageView } from './shown-message.ts'

/**
 * Goldmane sends its back-fill in one go. Nothing for more than an interval means that all of it was sent, and that the
 * filter matches nothing that is newer; unless Goldmane does not answer a call then.
 */
const MAX_SILENCE_MS = 20_000
const CHUNK_BYTES = 64 * 1024
const MAX_MESSAGE_BYTES = 1 << 20

export interface OlderRecords {
  readonly upstream: Upstream
  readonly clock: Clock
  /** Whole buckets, Unix seconds. */
  readonly range: MissingRange
  /** Goldmane evaluates it too, so that it sends less. */
  readonly filter: Filter | undefined
  readonly view: RingView
  /** Takes whole frames; the next ones come when the promise resolves. */
  readonly deliver: (frames: Buffer) => Promise<void>
  /** Called for each bucket that is begun, ascending, whether the viewer may see something of it or not. */
  readonly onBucket: (start: number) => void
  /** Aborted when the viewer has left. */
  readonly signal: AbortSignal
}

/** Resolves with the range that could not be fetched, null when all was. */
export async function fetchOlderRecords(older: OlderRecords): Promise<MissingRange | null> {
  const body = encodeRequest(FlowStreamRequestSchema, {
    startTimeGte: BigInt(older.range.from),
    ...(older.filter === undefined ? {} : { filter: older.filter }),
  })
  try {
    const call = await openCall(older.upstream, requestHeaders(PATHS.Stream), body, older.signal)
    return call === null ? older.range : await new OlderStream(older, call).read()
  } catch {
    // Goldmane cannot be reached. Why is told beside, by the state of the cluster's own stream.
    return older.range
  }
}

class OlderStream {
  readonly #older: OlderRecords
  readonly #call: UpstreamCall
  readonly #view: MessageView
  readonly #controller = new AbortController()
  #frames: Buffer[] = []
  #bytes = 0
  #messages = 0
  #delivering: Promise<void> | null = null
  #isComplete = false
  /** The bucket that is being received: it may be incomplete. */
  #bucket: number
  #cancelSilenceTimer: () => void = () => {}

  constructor(older: OlderRecords, call: UpstreamCall) {
    this.#older = older
    this.#call = call
    this.#view = new MessageView(older.view)
    this.#bucket = older.range.from
  }

  async read(): Promise<MissingRange | null> {
    const { signal, range } = this.#older
    const leave = () => this.#controller.abort()
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    this.#restartSilenceTimer()
    await readAnswer(this.#call, {
      maxMessageBytes: MAX_MESSAGE_BYTES,
      onMessage: (message) => this.#onMessage(message),
      signal: this.#controller.signal,
    })
    this.#cancelSilenceTimer()
    signal.removeEventListener('abort', leave)
    await this.#delivering
    if (!signal.aborted) await this.#deliver()
    return this.#isComplete ? null : { from: this.#bucket, to: range.to }
  }

  #onMessage(message: Buffer): void {
    if (this.#controller.signal.aborted) return
    const read = this.#read(message)
    if (read === null) return this.#controller.abort()
    const { startTime, shown } = read
    if (startTime >= this.#older.range.to) return this.#complete()
    this.#messages++
    if (startTime > this.#bucket) {
      this.#bucket = startTime
      this.#older.onBucket(startTime)
    }
    if (shown !== null) {
      const frame = encodeFrame(shown)
      this.#frames.push(frame)
      this.#bytes += frame.length
    }
    this.#restartSilenceTimer()
    if (this.#bytes >= CHUNK_BYTES) this.#delivering ??= this.#deliverPaced()
  }

  /** Null for what is no result: the rest is not believed either, and told as lost. */
  #read(message: Buffer): ReturnType<MessageView['read']> | null {
    try {
      return this.#view.read(message)
    } catch {
      return null
    }
  }

  /** Goldmane's stream stands still while the viewer takes a chunk; what was received meanwhile is the next one. */
  async #deliverPaced(): Promise<void> {
    this.#cancelSilenceTimer()
    this.#call.stream.pause()
    await this.#deliver()
    this.#delivering = null
    this.#restartSilenceTimer()
    this.#call.stream.resume()
  }

  async #deliver(): Promise<void> {
    if (this.#frames.length === 0) return
    const frames = Buffer.concat(this.#frames, this.#bytes)
    this.#frames = []
    this.#bytes = 0
    await this.#older.deliver(frames)
  }

  #complete(): void {
    this.#isComplete = true
    this.#controller.abort()
  }

  #restartSilenceTimer(): void {
    this.#cancelSilenceTimer()
    if (this.#delivering !== null || this.#controller.signal.aborted) return
    this.#cancelSilenceTimer = this.#older.clock.after(MAX_SILENCE_MS, () => void this.#endOfSilence())
  }

  async #endOfSilence(): Promise<void> {
    const { upstream, clock } = this.#older
    const before = this.#messages
    const answered = await askWhetherAlive(upstream, clock, this.#controller.signal)
    if (this.#messages !== before) return
    if (answered) this.#complete()
    else this.#controller.abort()
  }
}
