/**
 * Records what a live feed stores: each second the records that came since go through the filter and become lines, and
 * what waits for 5 s, or is large, is packed and kept as one chunk. A kill loses at most what waits.
 */
import { recordLine } from '../../capture/capture-writer.ts'
import { matcher } from '../../filter/tree/evaluate.ts'
import type { Expression } from '../../filter/tree/expression.ts'
import { bucketStart } from '../../flows/bucket.ts'
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
import { type RecordingStorage, RecordingTakenError } from '../../recording/recording-storage.ts'
import { AppendedRecords } from '../query/appended-records.ts'
import type { Feed } from './feed.ts'

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
    this.#recording = options.recording
    this.#records = new AppendedRecords(options.feed.store, options.from)
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

  /** A record that comes late, when a gap was filled, belongs to the time before a pause. */
  #isInTime({ startTime, endTime }: Flow): boolean {
    const { window, pauses } = this.#recording
    return endTime > window.from && !pauses.some(({ from, to }) => endTime > from && startTime < to)
  }

  /** Adds a record as it leaves for the file. False where it has no room within the limit. */
  #add(flow: Flow): boolean {
    const line = this.#encoder.encode(recordLine(flow))
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
      return this.#giveUp(endOf(error))
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

  /** The gaps of the source in the time of the recording. Those of evicted records are known from before alone. */
  #lost(): Recording['lost'] {
    const { store, status } = { store: this.#options.feed.store, status: this.#options.feed.status() }
    const { window, lost } = this.#recording
    const to = Math.max(window.to ?? 0, this.#waitingTo)
    const oldest = status.holdings.oldest ?? 0
    const known = [...store.gapDetector.gaps(), ...(status.live?.lost ?? [])]
      .filter((gap) => gap.to > window.from && gap.from < to)
      .map((gap) => ({ from: Math.max(gap.from, window.from), to: gap.to, reason: 'nothing was received' }))
    return [
      ...lost.filter((gap) => gap.to <= oldest && !known.some(({ from }) => from === gap.from)),
      ...known,
    ]
  }
}

/**
 * The pauses with one that ends now (Unix seconds): it begins `overlap` seconds before the end of the newest record. It
 * ends where the present bucket begins, which is recorded whole.
 */
export function withPause(
  { window, pauses }: Recording,
  now: number,
  reason: string,
  overlap = 0,
): Recording['pauses'] {
  const from = Math.max((window.to ?? window.from) - overlap, pauses.at(-1)?.to ?? window.from)
  const to = bucketStart(now)
  return to > from ? [...pauses, { from, to, reason }] : pauses
}

function endOf(error: unknown): RecordingEnd {
  if (error instanceof RecordingTakenError) return 'closed'
  return error instanceof Error && error.name === 'QuotaExceededError' ? 'no-room' : 'failed'
}
