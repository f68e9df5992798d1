/** Begins the recordings of a worker, one at a time, and hands them the orders that pages give. A lazy chunk. */
import { BUCKET_SECONDS } from '../../flows/bucket.ts'
import { unreachable } from '../../lib/assert.ts'
import { type Clock, systemClock } from '../../lib/clock.ts'
import { MAX_KEPT, MAX_KEPT_BYTES, type Recording } from '../../recording/recording.ts'
import {
  openRecordingChannel,
  type RecordingChannel,
  type RecordingMessage,
  type RecordingOrder,
} from '../../recording/recording-channel.ts'
import { IndexedDbStorage, type RecordingStorage } from '../../recording/recording-storage.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { RecordingRequest } from '../recording-messages.ts'
import type { Feed } from './feed.ts'
import { FeedRecorder, withPause } from './feed-recorder.ts'
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
      const others = kept.filter(({ id }) => id !== request.id)
      const recording = this.#recordingOf(request, feed, kept)
      const keptBytes = others.reduce((sum, { packedBytes }) => sum + packedBytes, 0)
      const full = fullness(others.length, keptBytes)
      if (recording === null || full !== null) {
        release()
        return refuse(full ?? 'The recording was deleted.')
      }
      await this.#storage.begin(recording)
      this.#recorder = new FeedRecorder({
        recording,
        filter: request.filter,
        from: request.from,
        feed,
        storage: this.#storage,
        keptBytes,
        onChange: (changed) => {
          if (changed.state === 'ended') release()
          this.#post({ news: 'progress', recording: changed })
        },
        clock: this.#clock,
      })
      this.#post({ news: 'progress', recording })
    } catch (error) {
      release()
      refuse(toTrouble(error).say)
    }
  }

  /** Null for a kept recording that is not there any more. */
  #recordingOf(request: RecordingRequest, feed: Feed, kept: readonly Recording[]): Recording | null {
    const { id, source, server, viewer, passed, limits } = request
    const now = this.#clock.now() / 1000 + feed.clockSkew
    const running = {
      id,
      limits,
      state: 'recording',
      end: null,
      owner: crypto.getRandomValues(new Uint32Array(4)).join('-'),
    } as const
    if (request.resume) {
      const before = kept.find((each) => each.id === id)
      if (before === undefined) return null
      // Of the newest bucket some records may have been lost with the page.
      return { ...before, ...running, pauses: withPause(before, now, 'not recorded', BUCKET_SECONDS) }
    }
    const oldest = request.from === 'held' ? feed.store.holdings().oldest : null
    return {
      ...running,
      name: null,
      source,
      server,
      viewer,
      filter: passed,
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
