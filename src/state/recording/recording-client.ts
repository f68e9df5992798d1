/** A page's end of recording: what is being recorded, in whatever tab, what is kept, and the orders to the recorder. */
import { type Clock, systemClock } from '../../lib/clock.ts'
import { Observable } from '../../lib/observable.ts'
import { isCutEmpty, type Recording, type RecordingLimits } from '../../recording/recording.ts'
import {
  openRecordingChannel,
  type RecordingChannel,
  type RecordingMessage,
  type RecordingNews,
} from '../../recording/recording-channel.ts'
import { recordingFile } from '../../recording/recording-file.ts'
import { IndexedDbStorage, type RecordingStorage } from '../../recording/recording-storage.ts'
import { toTrouble } from '../../source/trouble.ts'
import type { RecordingRequest } from '../../store/recording-messages.ts'
import type { Port } from '../client/worker-ports.ts'

export interface RecordingsState {
  /** Null while nothing is recorded. */
  readonly running: Recording | null
  /** The newest first, without the one that runs. Null until they are read. */
  readonly kept: readonly Recording[] | null
  /** Why what is kept cannot be read. */
  readonly trouble: string | null
  /** What came of the last recording that this page heard of: why it did not begin, or how it ended. */
  readonly last: { readonly refused: string } | { readonly ended: Recording } | null
}

export interface RecordingHost {
  /** Of the worker that has the live source. */
  readonly port: Pick<Port, 'postMessage'>
  readonly channel: RecordingChannel
  readonly storage: RecordingStorage
  readonly clock: Clock
  /** The path of the page. */
  readonly folder: string
}

/** A worker that records answers sooner, unless it is busy; when it answers later, its recording is shown as running. */
const REPORT_MS = 1500
/** Longer than any recording runs. */
const EMPTY_TTL_MS = 24 * 3600 * 1000
/** For a worker that has to load the recorder first. */
const BEGIN_MS = 15_000
/** For a worker that has much to write. */
const END_MS = 15_000

export class RecordingClient {
  readonly state: Observable<RecordingsState> = new Observable<RecordingsState>({
    running: null,
    kept: null,
    trouble: null,
    last: null,
  })
  readonly #host: RecordingHost
  /** Whether a recorder had the time to answer, so that what does not run was cut off. */
  #isSure = false
  #ending: readonly ((ended: Recording) => void)[] = []
  readonly #beginning = new Map<string, (refused: string | null) => void>()

  constructor(host: RecordingHost) {
    this.#host = host
    host.channel.onMessage((message) => {
      if ('news' in message) this.#receive(message)
    })
    this.#send({ order: 'report' })
    host.clock.after(REPORT_MS, () => {
      this.#isSure = true
      void this.refresh()
    })
  }

  /** Begins a recording; resolves to why it could not begin, or to null. */
  begin(request: Omit<RecordingRequest, 'folder'>): Promise<string | null> {
    return new Promise((resolve) => {
      const settle = (refused: string | null) => {
        this.#beginning.delete(request.id)
        if (refused !== null) this.#change({ last: { refused } })
        resolve(refused)
      }
      this.#beginning.set(request.id, settle)
      this.#host.clock.after(BEGIN_MS, () => {
        if (this.#beginning.has(request.id))
          settle('The worker did not answer. Try again, or reload the page.')
      })
      this.#change({ last: null })
      // A worker's port has no origin to name.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      this.#host.port.postMessage({ type: 'record', request: { ...request, folder: this.#host.folder } })
    })
  }

  pause(): void {
    this.#send({ order: 'pause' })
  }

  goOn(): void {
    this.#send({ order: 'go-on' })
  }

  /** Resolves to the recording as it ended; null where the worker does not say so. */
  stop(end: 'stopped' | 'login' = 'stopped'): Promise<Recording | null> {
    return new Promise((resolve) => {
      const settle = (ended: Recording | null) => {
        this.#ending = this.#ending.filter((each) => each !== settle)
        resolve(ended)
      }
      this.#ending = [...this.#ending, settle]
      this.#host.clock.after(END_MS, () => settle(null))
      this.#send({ order: 'stop', end })
    })
  }

  limit(limits: RecordingLimits): void {
    this.#send({ order: 'limit', limits })
  }

  /** Lets the recorder keep what waits: this page may be the last one that its worker has. */
  flush(): void {
    this.#send({ order: 'flush' })
  }

  /** Says why a recording cannot begin, and returns it. */
  refuse(refused: string): string {
    this.#change({ last: { refused } })
    return refused
  }

  /** The reader has seen what came of the last recording. */
  forgetLast(): void {
    this.#change({ last: null })
  }

  /** The capture of a kept recording. Rejects when it was deleted, or cannot be read. */
  async file(id: string): Promise<File> {
    const found = await this.#host.storage.read(id)
    if (found === null) throw new DOMException('the recording was deleted', 'NotFoundError')
    return recordingFile(found.recording, found.chunks)
  }

  rename(id: string, name: string | null): Promise<void> {
    return this.#changeKept((storage) => storage.change(id, (recording) => ({ ...recording, name })))
  }

  remove(id: string): Promise<void> {
    return this.#changeKept((storage) => storage.remove(id))
  }

  /** Ends a recording that was cut off, as it is. */
  settle(id: string): Promise<void> {
    return this.#changeKept((storage) =>
      storage.change(id, (recording) => ({ ...recording, state: 'ended', end: 'closed' })),
    )
  }

  /** Reads what is kept. */
  async refresh(): Promise<void> {
    try {
      const all = await this.#host.storage.list()
      const { running } = this.state.get()
      const kept = all.filter(
        (each) => each.id !== running?.id && (each.state === 'ended' || (this.#isSure && !isCutEmpty(each))),
      )
      void this.#removeEmpty(all)
      this.#change({ kept: kept.toSorted((a, b) => b.startedAt - a.startedAt), trouble: null })
    } catch (error) {
      this.#change({ trouble: `Recordings cannot be kept in this browser. ${toTrouble(error).say}` })
    }
  }

  /**
   * Removes recordings that were cut off before anything was kept: they are not listed, for nothing could be done with
   * them. Only after a day, because the recorder of another tab may be too busy to answer.
   */
  async #removeEmpty(all: readonly Recording[]): Promise<void> {
    const { clock, storage } = this.#host
    const empty = all.filter((each) => isCutEmpty(each) && clock.now() - each.startedAt > EMPTY_TTL_MS)
    // What cannot be removed now is removed another time.
    await Promise.all(empty.map(({ id }) => storage.remove(id))).catch(() => undefined)
  }

  async #changeKept(change: (storage: RecordingStorage) => Promise<void>): Promise<void> {
    await change(this.#host.storage)
    await this.refresh()
    this.#send({ news: 'kept' })
  }

  #receive(news: RecordingNews): void {
    switch (news.news) {
      case 'progress': {
        const { recording } = news
        const before = this.state.get().running
        const hasEnded = recording.state === 'ended'
        this.#change({
          running: hasEnded ? null : recording,
          ...(hasEnded ? { last: { ended: recording } } : {}),
        })
        this.#beginning.get(recording.id)?.(null)
        if (hasEnded) for (const settle of this.#ending) settle(recording)
        if (hasEnded || before?.id !== recording.id) void this.refresh()
        return
      }
      case 'refused':
        this.#beginning.get(news.id)?.(news.say)
        return
      case 'kept':
        void this.refresh()
        return
      default:
        // A page of a later version may say more.
        news satisfies never
    }
  }

  #change(change: Partial<RecordingsState>): void {
    this.state.set({ ...this.state.get(), ...change })
  }

  #send(message: RecordingMessage): void {
    this.#host.channel.send(message)
  }
}

/** The recordings of the page at this address. */
export function openRecordings(port: Pick<Port, 'postMessage'>): RecordingClient {
  const folder = new URL('.', document.baseURI).pathname
  return new RecordingClient({
    port,
    channel: openRecordingChannel(folder),
    storage: new IndexedDbStorage(folder),
    clock: systemClock,
    folder,
  })
}
