/** Begins the recordings of a worker, one at a time, and hands them the orders that pages give. A lazy chunk. */
import { unreachable } from '../../lib/assert.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import {
  isCutEmpty,
  isEndedEmpty,
  MAX_KEPT,
  MAX_KEPT_BYTES,
  type Recording,
} from '../../recording/recording.ts'
import {
  openRecordingChannel,
  type RecordingChannel,
  type RecordingMessage,
  type RecordingOrder,
} from '../../recording/recording-channel.ts'
import { redactRecording } from '../../recording/recording-redaction.ts'
import { IndexedDbStorage, type RecordingStorage } from '../../recording/recording-storage.ts'
import { Redactor } from '../../redact/redactor.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { RecordingRequest } from '../recording-messages.ts'
import type { Feed } from './feed.ts'
import { FeedRecorder } from './feed-recorder.ts'
import { withPause } from './recording-gaps.ts'
import { resumptionOf } from './resumed-recording.ts'
import type { SharedFeeds } from './shared-feeds.ts'

const desks = new WeakMap<SharedFeeds, RecordingDesk>()

/** The desk of a worker, whose feeds these are. All pages of a worker are in one folder, as its script is. */
export function deskOf(feeds: SharedFeeds, folder: string): RecordingDesk {
  const desk =
    desks.get(feeds) ??
    new RecordingDesk(feeds, openRecordingChannel(folder), new IndexedDbStorage(folder), systemClock)
  desks.set(feeds, desk)
  return desk
}

export class RecordingDesk {
  readonly #feeds: Pick<SharedFeeds, 'release'>
  readonly #channel: RecordingChannel
  readonly #storage: RecordingStorage
  readonly #clock: Clock
  #recorder: FeedRecorder | null = null
  /** Whether a recording runs, or is about to. */
  #isBusy = false

  constructor(
    feeds: Pick<SharedFeeds, 'release'>,
    channel: RecordingChannel,
    storage: RecordingStorage,
    clock: Clock,
  ) {
    this.#feeds = feeds
    this.#channel = channel
    this.#storage = storage
    this.#clock = clock
    channel.onMessage((message) => {
      if ('order' in message && this.#recorder !== null) this.#obey(message, this.#recorder)
    })
  }

  /** Begins a recording, or says why not. */
  async begin(request: RecordingRequest, feed: Feed | null): Promise<void> {
    const refuse = (say: string) => this.#post({ news: 'refused', id: request.id, say })
    if (feed === null || !feed.store.live) return refuse('Only a live source can be recorded.')
    if (this.#isBusy) return refuse('A recording is running already.')
    this.#isBusy = true
    // Subscribed from the start: the page may open a capture while the storage is asked.
    const unsubscribe = feed.subscribe(() => undefined, feed.budget)
    const release = () => {
      this.#isBusy = false
      this.#recorder = null
      unsubscribe()
      this.#feeds.release(feed)
    }
    try {
      const kept = await this.#storage.list()
      // Those that have nothing are not listed, so that nobody could delete them to make room.
      const others = kept.filter((each) => each.id !== request.id && !isCutEmpty(each))
      const before = request.resume ? kept.find(({ id }) => id === request.id) : undefined
      const recording = this.#recordingOf(request, feed, before)
      const keptBytes = others.reduce((sum, { packedBytes }) => sum + packedBytes, 0)
      const full = fullness(others.length, keptBytes)
      if (recording === null || full !== null) {
        release()
        return refuse(full ?? 'The recording was deleted.')
      }
      if (before !== undefined && ((before.redaction ?? null) === null) !== (request.redaction === null)) {
        release()
        return refuse('The recording cannot go on: its names are not redacted as those of its beginning.')
      }
      // A reader's pause stays one; what was cut off is recorded as far as the source holds it.
      const isFilled = before !== undefined && before.state !== 'paused'
      const resumption = isFilled ? await resumptionOf(before, this.#storage, this.#nowOf(feed)) : null
      await this.#storage.begin(recording)
      this.#recorder = new FeedRecorder({
        recording,
        filter: request.filter,
        from: request.from,
        redactor: request.redaction === null ? null : new Redactor(request.redaction),
        resumption,
        feed,
        storage: this.#storage,
        keptBytes,
        onChange: (changed) => {
          if (changed.state === 'ended') release()
          void this.#tell(changed)
        },
        clock: this.#clock,
      })
      // Its history came with the stream; what that lacks in between List may have.
      if (resumption !== null) feed.fillGaps({ from: resumption.from, to: resumption.to })
      this.#post({ news: 'progress', recording: this.#recorder.recording })
    } catch (error) {
      release()
      refuse(toTrouble(error).say)
    }
  }

  /** A recording that has ended without a record is removed, because its file would not open. The pages say so. */
  async #tell(recording: Recording): Promise<void> {
    // What cannot be removed is listed with its 0 records.
    if (isEndedEmpty(recording)) await this.#storage.remove(recording.id).catch(() => undefined)
    this.#post({ news: 'progress', recording })
  }

  /** Unix seconds by the clock that the records of the feed have their times from. */
  #nowOf(feed: Feed): number {
    return this.#clock.now() / 1000 + feed.clockSkew
  }

  /** `before`: the kept recording that goes on. Null where that is not there any more. */
  #recordingOf(request: RecordingRequest, feed: Feed, before: Recording | undefined): Recording | null {
    const { id, source, server, viewer, passed, limits, redaction } = request
    const now = this.#nowOf(feed)
    const running = {
      id,
      limits,
      state: 'recording',
      end: null,
      owner: crypto.getRandomValues(new Uint32Array(4)).join('-'),
    } as const
    if (request.resume) {
      if (before === undefined) return null
      const isPaused = before.state === 'paused'
      return { ...before, ...running, pauses: isPaused ? withPause(before, now, 'paused') : before.pauses }
    }
    const oldest = request.from === 'held' ? feed.store.holdings().oldest : null
    const recording: Recording = {
      ...running,
      name: null,
      source,
      server,
      viewer,
      filter: passed,
      redaction: null,
      window: { from: Math.floor(oldest ?? now), to: null },
      pauses: [],
      lost: [],
      records: 0,
      textBytes: 0,
      packedBytes: 0,
      leftOut: 0,
      chunks: 0,
      seconds: 0,
      startedAt: this.#clock.now(),
    }
    return redaction === null ? recording : redactRecording(recording, redaction)
  }

  #obey(order: RecordingOrder, recorder: FeedRecorder): void {
    switch (order.order) {
      case 'report':
        this.#post({ news: 'progress', recording: recorder.recording })
        return
      case 'pause':
        void recorder.pause()
        return
      case 'go-on':
        void recorder.goOn()
        return
      case 'stop':
        void recorder.stop(order.end)
        return
      case 'limit':
        void recorder.limit(order.limits)
        return
      case 'flush':
        void recorder.flush()
        return
      default:
        unreachable(order, 'order to the recorder')
    }
  }

  #post(message: RecordingMessage): void {
    this.#channel.send(message)
  }
}

/** Why no recording more can be kept; null where one can. */
function fullness(count: number, bytes: number): string | null {
  if (count >= MAX_KEPT) return `${MAX_KEPT} recordings are kept already. Delete one that you do not need.`
  if (bytes < MAX_KEPT_BYTES) return null
  return `The recordings that are kept take ${MAX_KEPT_BYTES / 1e6} MB. Delete one that you do not need.`
}
