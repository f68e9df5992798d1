/**
 * Records what a live feed stores: each second the records that came since go through the filter and become lines, and
 * what waits for 5 s, or is large, is packed and kept as one chunk. A kill loses at most what waits.
 */
import { recordLine } from '../../capture/capture-writer.ts'
import { matcher } from '../../filter/tree/evaluate.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import type { Flow } from '../../flows/flow.ts'
import type { Clock } from '../../lib/clock.ts'
import { yieldToEventLoop } from '../../lib/yield-to-event-loop.ts'
import {
  MAX_KEPT_BYTES,
  type Recording,
  type RecordingEnd,
  type RecordingLimits,
} from '../../recording/recording.ts'
import { pack } from '../../recording/recording-file.ts'
import { endOfFailure, type RecordingStorage } from '../../recording/recording-storage.ts'
import type { Redactor } from '../../redact/redactor.ts'
import { AppendedRecords } from '../query/appended-records.ts'
import type { Feed } from './feed.ts'
import { lostIn, type Resumption, resumptionGap, withPause } from './recording-gaps.ts'
import { recordMark } from './resumed-recording.ts'

const TICK_MS = 1000
const FLUSH_MS = 5000
/** Bytes of text that are packed at once, in some milliseconds. */
const CHUNK_BYTES = 256_000
/** Records of a batch, between which pages are answered. */
const BATCH_RECORDS = 1000

export interface FeedRecorderOptions {
  readonly recording: Recording
  /** What records must match. */
  readonly filter: Expression
  readonly from: 'now' | 'held'
  /** Replaces the names in what is kept; null where they stay. */
  readonly redactor: Redactor | null
  /** Of a kept recording that goes on; null for a new one. */
  readonly resumption: Resumption | null
  readonly feed: Pick<Feed, 'store' | 'status' | 'clockSkew'>
  readonly storage: RecordingStorage
  /** The packed bytes of all other recordings. */
  readonly keptBytes: number
  /** Called when the recording has changed, and at last when it has ended. */
  readonly onChange: (recording: Recording) => void
  readonly clock: Clock
}

export class FeedRecorder {
  readonly #options: FeedRecorderOptions
  readonly #records: AppendedRecords
  readonly #encoder = new TextEncoder()
  #recording: Recording
  /** What is gone of the time before a resumption, as it stands among the pauses; none when all of it was held. */
  #gap: Recording['pauses']
  /** Lines that are not kept yet, and since when (Unix milliseconds) the oldest one waits. */
  #waiting: Uint8Array<ArrayBuffer>[] = []
  #waitingBytes = 0
  #waitingSince = 0
  /** The newest end of a waiting record; 0 without one. */
  #waitingTo = 0
  /** Until when the time of the recording is counted, Unix milliseconds. */
  #countedTo: number
  #cancelTick: () => void = () => undefined
  /** Whatever changes the recording is done in turn. */
  #turns: Promise<void> = Promise.resolve()

  constructor(options: FeedRecorderOptions) {
    this.#options = options
    this.#gap = options.resumption === null ? [] : resumptionGap(options.resumption, null)
    this.#recording = { ...options.recording, pauses: [...options.recording.pauses, ...this.#gap] }
    const from = options.resumption === null ? options.from : 'held'
    this.#records = new AppendedRecords(options.feed.store, from)
    this.#countedTo = options.clock.now()
    this.#scheduleTick()
  }

  /** With what waits to be kept. */
  get recording(): Recording {
    const { records, textBytes, leftOut, window } = this.#recording
    return {
      ...this.#recording,
      records: records + this.#waiting.length,
      textBytes: textBytes + this.#waitingBytes,
      leftOut: leftOut + this.#records.missed,
      window: {
        ...window,
        to: this.#waitingTo === 0 ? window.to : Math.max(window.to ?? 0, this.#waitingTo),
      },
    }
  }

  /** Unix seconds by the clock that the records have their times from. */
  get #now(): number {
    return this.#options.clock.now() / 1000 + this.#options.feed.clockSkew
  }

  pause(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#recording.state !== 'recording') return
      await this.#advance()
      if (this.#isEnded) return
      await this.#keep({ state: 'paused' })
    })
  }

  /** Goes on after a pause, which becomes a gap. */
  goOn(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#recording.state !== 'paused') return
      // What came meanwhile is tested by its time, for a late record may belong before the pause.
      this.#records.skipEvicted()
      this.#countedTo = this.#options.clock.now()
      await this.#keep({ state: 'recording', pauses: withPause(this.#recording, this.#now, 'paused') })
    })
  }

  limit(limits: RecordingLimits): Promise<void> {
    return this.#inTurn(async () => {
      await this.#advance()
      if (!this.#isEnded) await this.#keep({ limits })
    })
  }

  /** Keeps what waits. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#advance()
      if (!this.#isEnded) await this.#keep()
    })
  }

  stop(end: RecordingEnd): Promise<void> {
    return this.#inTurn(async () => {
      await this.#advance()
      await this.#end(end)
    })
  }

  get #isEnded(): boolean {
    return this.#recording.state === 'ended'
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turns = this.#turns.then(() => (this.#isEnded ? undefined : work()))
    return this.#turns
  }

  #scheduleTick(): void {
    this.#cancelTick = this.#options.clock.after(TICK_MS, () => {
      void this.#inTurn(() => this.#tick()).then(() => {
        if (!this.#isEnded) this.#scheduleTick()
      })
    })
  }

  async #tick(): Promise<void> {
    await this.#advance()
    if (this.#isEnded) return
    const { source } = this.#options.feed.status()
    if (source.state === 'reconnecting' && source.trouble.kind === 'login') return this.#end('login')
    const isDue = this.#waiting.length > 0 && this.#options.clock.now() - this.#waitingSince >= FLUSH_MS
    if (isDue) await this.#keep()
    else this.#options.onChange(this.recording)
  }

  /** Makes lines of what came, and ends the recording at its limits. */
  async #advance(): Promise<void> {
    if (this.#recording.state !== 'recording') return
    this.#countTime()
    const matches = matcher(this.#options.filter, this.#now)
    for (;;) {
      this.#narrowGap()
      const flows = this.#records.next(BATCH_RECORDS)
      if (flows.length === 0) break
      for (const flow of flows) {
        if (!this.#isInTime(flow) || !matches(flow)) continue
        if (!this.#add(flow)) return this.#endWithin(flow)
      }
      // In turn: a chunk is counted before the next one is filled.
      // oxlint-disable-next-line no-await-in-loop
      if (this.#waitingBytes >= CHUNK_BYTES) await this.#keep()
      if (this.#isEnded) return
      // oxlint-disable-next-line no-await-in-loop
      await yieldToEventLoop()
    }
    if (this.#recording.seconds >= this.#recording.limits.seconds) await this.#end('time')
  }

  #countTime(): void {
    const now = this.#options.clock.now()
    const seconds = this.#recording.seconds + Math.max(0, now - this.#countedTo) / 1000
    this.#countedTo = now
    this.#recording = { ...this.#recording, seconds }
  }

  /** The source may hold older records by now, as when its history is still being read. */
  #narrowGap(): void {
    const { resumption, feed } = this.#options
    const [gap] = this.#gap
    const { oldest } = feed.store.holdings()
    if (resumption === null || gap === undefined || oldest === null || oldest >= gap.to) return
    this.#gap = resumptionGap(resumption, oldest)
    const pauses = this.#recording.pauses.flatMap((pause) => (pause === gap ? this.#gap : [pause]))
    this.#recording = { ...this.#recording, pauses }
  }

  /** A record that comes late, when a gap was filled, belongs to the time before a pause. */
  #isInTime({ startTime, endTime }: Flow): boolean {
    const { window, pauses } = this.#recording
    // What goes on has the records of before already.
    const begin = this.#options.resumption?.from ?? window.from
    return endTime > begin && !pauses.some(({ from, to }) => endTime > from && startTime < to)
  }

  /** Adds a record as it leaves for the file. False where it has no room within the limit. */
  #add(flow: Flow): boolean {
    const { redactor, resumption } = this.#options
    const text = recordLine(redactor === null ? flow : redactor.redactFlow(flow))
    const isBefore = resumption !== null && flow.startTime < resumption.to
    if (isBefore && resumption.kept.has(recordMark(text).text)) return true
    const line = this.#encoder.encode(text)
    const { textBytes, limits } = this.#recording
    if (textBytes + this.#waitingBytes + line.byteLength > limits.bytes) return false
    if (this.#waiting.length === 0) this.#waitingSince = this.#options.clock.now()
    this.#waiting.push(line)
    this.#waitingBytes += line.byteLength
    this.#waitingTo = Math.max(this.#waitingTo, flow.endTime)
    return true
  }

  /** Keeps what waits, with a change of what is known. Where that fails the recording ends with what was kept before. */
  async #keep(change: Partial<Recording> = {}): Promise<void> {
    const { storage, keptBytes, onChange } = this.#options
    const chunk = this.#waiting.length === 0 ? null : await pack(this.#waiting)
    const packedBytes = this.#recording.packedBytes + (chunk?.byteLength ?? 0)
    const isFull = keptBytes + packedBytes > MAX_KEPT_BYTES
    if (isFull) return this.#giveUp('kept')
    const next: Recording = {
      ...this.recording,
      packedBytes,
      chunks: this.#recording.chunks + (chunk === null ? 0 : 1),
      lost: this.#lost(),
      ...change,
    }
    try {
      await storage.write(next, chunk)
    } catch (error) {
      return this.#giveUp(endOfFailure(error))
    }
    this.#recording = { ...next, leftOut: next.leftOut - this.#records.missed }
    this.#clearWaiting()
    if (this.#isEnded) this.#cancelTick()
    onChange(this.recording)
  }

  /** Ends at the size limit. The rest of the bucket whose other records are written is a gap. */
  #endWithin({ startTime }: Flow): Promise<void> {
    const { pauses, window } = this.recording
    const gap = { from: startTime, to: window.to ?? startTime, reason: 'the size limit was reached' }
    return this.#keep({
      state: 'ended',
      end: 'size',
      pauses: gap.to > gap.from ? [...pauses, gap] : pauses,
    })
  }

  async #end(end: RecordingEnd): Promise<void> {
    await this.#keep({ state: 'ended', end })
  }

  /** Ends without what waits, which counts as left out. */
  async #giveUp(end: RecordingEnd): Promise<void> {
    const { storage, onChange } = this.#options
    const leftOut = this.#recording.leftOut + this.#records.missed + this.#waiting.length
    this.#clearWaiting()
    this.#cancelTick()
    this.#recording = { ...this.#recording, leftOut, lost: this.#lost(), state: 'ended', end }
    // Without room for this either, the pages still hear of it, and the chunks stay.
    await storage.write(this.#recording, null).catch(() => undefined)
    onChange(this.#recording)
  }

  #clearWaiting(): void {
    this.#waiting = []
    this.#waitingBytes = 0
    this.#waitingTo = 0
  }

  #lost(): Recording['lost'] {
    return lostIn(
      this.#recording,
      Math.max(this.#recording.window.to ?? 0, this.#waitingTo),
      this.#options.feed,
    )
  }
}
