/** The captures that were opened last: their names, numbers and handles, for later visits too. Never their records. */
import { Observable } from '../../lib/observable.ts'
import { type CaptureId, isSameContent } from '../../source/capture-id.ts'
import { type CaptureShelf, databaseShelf } from './capture-database.ts'
import type { FileHandle, FolderHandle } from './file-handle.ts'
import { byLastOpened, type CaptureFacts, type KeptCapture } from './kept-capture.ts'

/** The one that was opened longest ago goes when there are more. */
export const MAX_KEPT_CAPTURES = 20

export interface RecentState {
  /** The one that was opened last comes first. */
  readonly captures: readonly KeptCapture[]
  /** Whether they outlast this visit; null while that is not known. */
  readonly isKept: boolean | null
}

/** How the files of a capture are reached again. */
export type Reach = Pick<KeptCapture, 'handles' | 'folders'>

/** Where a capture's files came from, besides their handles. */
interface Origin {
  readonly folders?: readonly FolderHandle[]
  /** The recording of this browser that it was opened from. */
  readonly recording?: string | null
}

function reachOf({ handles, folders = [] }: Reach): Reach {
  return { handles, ...(folders.length === 0 ? {} : { folders }) }
}

export class RecentCaptures {
  readonly #shelf: CaptureShelf
  readonly #now: () => number
  readonly state: Observable<RecentState> = new Observable<RecentState>({ captures: [], isKept: null })
  /** Reads and writes wait for each other, so that none is lost between a read and a write. */
  #queue: Promise<unknown> = Promise.resolve()

  /** Of the capture that was read last. */
  #learned: { readonly id: CaptureId; readonly facts: CaptureFacts } | null = null

  constructor(shelf: CaptureShelf, now: () => number = Date.now) {
    this.#shelf = shelf
    this.#now = now
  }

  /** Reads what is kept: another tab may have changed it. */
  refresh(): Promise<void> {
    return this.#enqueue(() => this.#read())
  }

  /** Keeps a capture that was opened. `handles` is empty where its files have to be chosen again. */
  opened(
    id: CaptureId,
    handles: readonly FileHandle[],
    files: number,
    { folders = [], recording = null }: Origin = {},
  ): Promise<void> {
    return this.#enqueue(async () => {
      await this.#read()
      const known = this.#find(id)
      const origin = recording ?? known?.recording
      await this.#put({
        ...(origin === undefined ? {} : { recording: origin }),
        id,
        ...(handles.length === 0 && known !== undefined ? reachOf(known) : reachOf({ handles, folders })),
        files,
        openedAt: this.#now(),
        facts: known?.facts ?? this.#learnedOf(id),
      })
      await this.#remove(this.state.get().captures.slice(MAX_KEPT_CAPTURES))
    })
  }

  /** Adds what reading told of a capture. A short one may be read before it is kept: then it waits for that. */
  learn(id: CaptureId, facts: CaptureFacts): Promise<void> {
    this.#learned = { id, facts }
    return this.#change(id, { facts })
  }

  #learnedOf(id: CaptureId): CaptureFacts | null {
    return this.#learned !== null && isSameContent(this.#learned.id, id) ? this.#learned.facts : null
  }

  /** Notes that the capture is no longer behind its handles. */
  dropHandles(id: CaptureId): Promise<void> {
    return this.#change(id, { handles: [], folders: [] })
  }

  forget(id: CaptureId): Promise<void> {
    return this.#enqueue(() => this.#remove([{ id }]))
  }

  forgetAll(): Promise<void> {
    return this.#enqueue(async () => {
      await this.#read()
      await this.#remove(this.state.get().captures)
    })
  }

  /** How a kept capture can be opened again: without handles and recording its files have to be chosen. */
  async originOf(id: CaptureId): Promise<{ readonly reach: Reach; readonly recording: string | null }> {
    await this.refresh()
    const known = this.#find(id)
    return { reach: reachOf(known ?? { handles: [] }), recording: known?.recording ?? null }
  }

  #find(id: CaptureId): KeptCapture | undefined {
    return this.state.get().captures.find((kept) => isSameContent(kept.id, id))
  }

  #change(id: CaptureId, change: Partial<Pick<KeptCapture, 'facts' | 'handles' | 'folders'>>): Promise<void> {
    return this.#enqueue(async () => {
      await this.#read()
      const known = this.#find(id)
      if (known !== undefined) await this.#put({ ...known, ...change })
    })
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const next = this.#queue.then(work)
    this.#queue = next
    return next
  }

  async #read(): Promise<void> {
    // What could not be kept is known for this visit alone.
    if (this.state.get().isKept === false) return
    await this.#onShelf(async () => this.#set(await this.#shelf.all()))
  }

  async #put(capture: KeptCapture): Promise<void> {
    // The list changes afterwards, so that a reload does not show another one.
    await this.#onShelf(() => this.#shelf.put(capture))
    this.#set([capture, ...this.state.get().captures.filter(({ id }) => !isSameContent(id, capture.id))])
  }

  async #remove(gone: readonly { readonly id: CaptureId }[]): Promise<void> {
    if (gone.length === 0) return
    await this.#onShelf(() => this.#shelf.remove(gone.map(({ id }) => id)))
    this.#set(
      this.state.get().captures.filter(({ id }) => !gone.some((other) => isSameContent(id, other.id))),
    )
  }

  /** Where the browser keeps nothing, as in some private windows, the list is that of this visit. */
  async #onShelf(work: () => Promise<void>): Promise<void> {
    if (this.state.get().isKept === false) return
    try {
      await work()
      this.state.set({ ...this.state.get(), isKept: true })
    } catch {
      this.state.set({ ...this.state.get(), isKept: false })
    }
  }

  #set(captures: readonly KeptCapture[]): void {
    this.state.set({ ...this.state.get(), captures: captures.toSorted(byLastOpened) })
  }
}

/** The page's one. */
export const recentCaptures = new RecentCaptures(databaseShelf)
