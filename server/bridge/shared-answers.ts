/**
 * Shares the answers of bounded calls: a dashboard on twenty screens asks the same, and Goldmane answers everything in one
 * loop. Equal requests within {@link SHARED_FOR_MS} have one answer, also while it is still awaited, and few calls are in
 * flight at a time.
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../../src/lib/clock.ts'
import { GRPC } from '../grpc/grpc-status.ts'
import type { WholeAnswer } from './ask-goldmane.ts'
import { orAbort } from './request/refused-call.ts'
import { WaitingLine } from './waiting-line.ts'

/** Milliseconds from the first request: Goldmane's own interval. */
const SHARED_FOR_MS = 15_000
const MAX_CACHED_BYTES = 64 << 20
const MAX_CACHED_ANSWERS = 500
/** Two for each of the most streams that are served. */
const MAX_WAITING_CALLS = 1000
const MAX_WAITING_CALLS_PER_CLIENT = 100

export type Ask = (path: string, message: Uint8Array, signal: AbortSignal) => Promise<WholeAnswer>

export interface Asker {
  /** Who takes turns with others; see {@link WaitingLine}. */
  readonly client: string
  readonly signal: AbortSignal
  /** Whether an answer that came before this question will not do. */
  readonly isFresh?: boolean
}

interface Entry {
  readonly answer: Promise<WholeAnswer>
  /** Unix milliseconds. */
  readonly askedAt: number
  /** Cancels the call. */
  readonly cancel: AbortController
  /** Viewers that wait for it. The call is cancelled when the last one has left. */
  waiting: number
  /** Null while it is awaited. */
  bytes: number | null
  cancelExpiry: () => void
}

export class SharedAnswers {
  readonly #ask: Ask
  readonly #clock: Clock
  readonly #line: WaitingLine
  /** By path and request, the one that was asked first first. */
  readonly #entries = new Map<string, Entry>()
  #cachedBytes = 0
  #asked = 0
  #shared = 0
  #failed = 0

  /** @param maxCalls how many calls are in flight to Goldmane */
  constructor(ask: Ask, clock: Clock, maxCalls: number) {
    this.#ask = ask
    this.#clock = clock
    this.#line = new WaitingLine({
      places: maxCalls,
      waiting: MAX_WAITING_CALLS,
      waitingPerClient: MAX_WAITING_CALLS_PER_CLIENT,
    })
  }

  /** Calls since the start: asked of Goldmane, answered together with another, and those among the asked that failed. */
  get calls(): { readonly asked: number; readonly shared: number; readonly failed: number } {
    return { asked: this.#asked, shared: this.#shared, failed: this.#failed }
  }

  get callsInFlight(): number {
    return this.#line.taken
  }

  get callsWaiting(): number {
    return this.#line.waiting
  }

  /** Bytes of the answers that are kept. */
  get cachedBytes(): number {
    return this.#cachedBytes
  }

  /**
   * Resolves with Goldmane's answer, which may be an error.
   * @throws RefusedCallError when the signal fires first, or when too many calls wait
   */
  async answer(
    path: string,
    message: Uint8Array,
    { client, signal, isFresh = false }: Asker,
  ): Promise<WholeAnswer> {
    const key = createHash('sha256').update(path).update('\0').update(message).digest('base64')
    const kept = this.#entries.get(key)
    if (isFresh && kept !== undefined && kept.bytes !== null) this.#remove(key, kept)
    const fresh = this.#freshEntry(key)
    if (fresh === null) this.#asked++
    else this.#shared++
    const entry = fresh ?? this.#startCall(key, path, message, client)
    entry.waiting++
    try {
      return await orAbort(entry.answer, signal)
    } finally {
      entry.waiting--
      if (entry.waiting === 0 && entry.bytes === null) {
        entry.cancel.abort(signal.reason)
        this.#remove(key, entry)
      }
    }
  }

  /** Forgets what is kept. Calls that are awaited go on. */
  close(): void {
    for (const [key, entry] of this.#entries) if (entry.bytes !== null) this.#remove(key, entry)
  }

  #freshEntry(key: string): Entry | null {
    const entry = this.#entries.get(key)
    if (entry === undefined) return null
    if (entry.bytes === null || this.#clock.now() - entry.askedAt < SHARED_FOR_MS) return entry
    this.#remove(key, entry)
    return null
  }

  #startCall(key: string, path: string, message: Uint8Array, client: string): Entry {
    const cancel = new AbortController()
    const entry: Entry = {
      answer: this.#askInTurn(path, message, client, cancel.signal),
      askedAt: this.#clock.now(),
      cancel,
      waiting: 0,
      bytes: null,
      cancelExpiry: () => {},
    }
    this.#entries.set(key, entry)
    entry.answer.then(
      (answer) => this.#onAnswer(key, entry, answer),
      () => {
        this.#failed++
        this.#remove(key, entry)
      },
    )
    return entry
  }

  async #askInTurn(
    path: string,
    message: Uint8Array,
    client: string,
    signal: AbortSignal,
  ): Promise<WholeAnswer> {
    const leave = await this.#line.enter(client, signal)
    try {
      return await this.#ask(path, message, signal)
    } finally {
      leave()
    }
  }

  #onAnswer(key: string, entry: Entry, { bytes, status }: WholeAnswer): void {
    if (status.code !== GRPC.OK) this.#failed++
    if (this.#entries.get(key) !== entry) return
    const left = entry.askedAt + SHARED_FOR_MS - this.#clock.now()
    if (status.code !== GRPC.OK || left <= 0) return this.#remove(key, entry)
    entry.bytes = bytes
    this.#cachedBytes += bytes
    entry.cancelExpiry = this.#clock.after(left, () => this.#remove(key, entry))
    for (const [oldest, each] of this.#entries) {
      if (this.#cachedBytes <= MAX_CACHED_BYTES && this.#entries.size <= MAX_CACHED_ANSWERS) return
      if (each.bytes !== null) this.#remove(oldest, each)
    }
  }

  #remove(key: string, entry: Entry): void {
    if (this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    entry.cancelExpiry()
    this.#cachedBytes -= entry.bytes ?? 0
  }
}
