import type { Clock } from '../../../src/lib/clock.ts'
import { HistoryError } from '../history-error.ts'
import type {
  Bucket,
  EntryId,
  HistoryAnswer,
  HistoryGap,
  HistoryLimits,
  HistoryQueries,
  HistoryQuestion,
  HistoryRange,
  HistorySelection,
  HistoryStore,
  RecordStep,
} from '../history-store.ts'

/** Milliseconds between two attempts to open it: readers may ask often. */
const RETRY_MS = 2000

/** A history that could not be opened yet: each call tries again, and rejects with the trouble until one has. */
export class LateHistory implements HistoryStore {
  /** A folder is opened at the start, or the start fails. */
  readonly engine = 'clickhouse'
  readonly #open: () => Promise<HistoryStore>
  readonly #clock: Clock
  #trouble: HistoryError
  #triedAt: number
  #opening: Promise<HistoryStore> | null = null
  #isOpen = false
  #isClosed = false

  /** @param trouble of the first attempt */
  constructor(open: () => Promise<HistoryStore>, trouble: HistoryError, clock: Clock) {
    this.#open = open
    this.#clock = clock
    this.#trouble = trouble
    this.#triedAt = clock.now()
  }

  async open(): Promise<void> {
    await this.#store()
  }

  async put(bucket: Bucket) {
    return (await this.#store()).put(bucket)
  }

  async have(cluster: string, range: HistoryRange) {
    return (await this.#store()).have(cluster, range)
  }

  async addGap(cluster: string, gap: HistoryGap) {
    return (await this.#store()).addGap(cluster, gap)
  }

  async gaps(cluster: string, range: HistoryRange) {
    return (await this.#store()).gaps(cluster, range)
  }

  async clusters() {
    return (await this.#store()).clusters()
  }

  async keptTimes(cluster: string) {
    return (await this.#store()).keptTimes(cluster)
  }

  async query<Question extends HistoryQuestion>(
    question: Question,
    asked: HistoryQueries[Question]['asked'],
    selection: HistorySelection,
    limits: HistoryLimits,
  ): Promise<HistoryAnswer<HistoryQueries[Question]['row']>> {
    return (await this.#store()).query(question, asked, selection, limits)
  }

  async *records(selection: HistorySelection, step: RecordStep, limits: HistoryLimits) {
    yield* (await this.#store()).records(selection, step, limits)
  }

  async keysOf(cluster: string, entries: readonly EntryId[]) {
    return (await this.#store()).keysOf(cluster, entries)
  }

  async rollUp(cluster: string, closedBefore: number) {
    return (await this.#store()).rollUp(cluster, closedBefore)
  }

  async drop(before: Parameters<HistoryStore['drop']>[0]) {
    return (await this.#store()).drop(before)
  }

  async salvage(signal: AbortSignal) {
    return (await this.#store()).salvage(signal)
  }

  async stats() {
    return (await this.#store()).stats()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#isOpen) await (await this.#opening)?.close()
    // One that does not answer would keep the process for as long as its timeout.
    else void this.#opening?.then((store) => store.close()).catch(() => {})
  }

  /** Rejects with the HistoryError of the last attempt. */
  #store(): Promise<HistoryStore> {
    if (this.#opening !== null) return this.#opening
    const now = this.#clock.now()
    if (this.#isClosed || now - this.#triedAt < RETRY_MS) return Promise.reject(this.#trouble)
    this.#triedAt = now
    const opening = this.#open()
    this.#opening = opening
    opening.then(
      () => {
        this.#isOpen = true
      },
      (error: unknown) => {
        this.#opening = null
        if (error instanceof HistoryError) this.#trouble = error
      },
    )
    return opening
  }
}
