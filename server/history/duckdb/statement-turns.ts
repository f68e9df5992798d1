/**
 * Statements of readers share the memory of one DuckDB. One that fails for want of it while others run is not too large by itself, so it
 * is run again alone: it waits until the others have ended, and those that come meanwhile wait for it. Where the writer is at work
 * meanwhile, as for many seconds when it rewrites a day, it waits for that first, and nobody for it.
 */
import { HistoryError } from '../history-error.ts'

/** Milliseconds that a statement waits for others. */
const MAX_STATEMENT_WAIT_MS = 20_000

export class StatementTurns {
  readonly #maxWaitMs: number
  #running = 0
  #begun = 0
  #isAlone = false
  /** Statements that want to be alone: no other begins before them. */
  #wantAlone = 0
  #isWriting = false
  #writesEnded = 0
  readonly #waiting = new Set<() => void>()

  constructor(maxWaitMs = MAX_STATEMENT_WAIT_MS) {
    this.#maxWaitMs = maxWaitMs
  }

  /** Runs a task of the writer, one at a time. It waits for no statement. */
  async besideWriting<T>(task: () => Promise<T>): Promise<T> {
    this.#isWriting = true
    try {
      return await task()
    } finally {
      this.#isWriting = false
      this.#writesEnded += 1
      this.#onChange()
    }
  }

  /**
   * Runs a statement beside others, and again where it failed for memory that it shared. Rejects with `unavailable` when the others take
   * too long, and with the signal's reason.
   */
  async run<T>(
    statement: () => Promise<T>,
    isForMemory: (error: unknown) => boolean,
    signal: AbortSignal,
  ): Promise<T> {
    const endedBefore = this.#writesEnded
    let outcome = await this.#runBeside(statement, isForMemory, signal)
    if ('error' in outcome && (this.#isWriting || this.#writesEnded > endedBefore)) {
      await this.#claim(() => !this.#isWriting, writerHasIt, signal)
      outcome = await this.#runBeside(statement, isForMemory, signal)
    }
    if (!('error' in outcome)) return outcome.answer
    if (!outcome.isShared) throw outcome.error
    return this.#runAlone(statement, signal)
  }

  async #runBeside<T>(
    statement: () => Promise<T>,
    isForMemory: (error: unknown) => boolean,
    signal: AbortSignal,
  ): Promise<{ readonly answer: T } | { readonly error: unknown; readonly isShared: boolean }> {
    let isShared = false
    const take = (): boolean => {
      if (this.#wantAlone > 0 || this.#isAlone) return false
      isShared = this.#running > 0
      this.#running++
      return true
    }
    await this.#claim(take, othersHaveIt, signal)
    const begun = ++this.#begun
    try {
      return { answer: await statement() }
    } catch (error) {
      if (!isForMemory(error)) throw error
      return { error, isShared: isShared || this.#begun > begun }
    } finally {
      this.#running--
      this.#onChange()
    }
  }

  async #runAlone<T>(statement: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#wantAlone++
    try {
      const take = (): boolean => {
        if (this.#running > 0 || this.#isAlone) return false
        this.#isAlone = true
        return true
      }
      await this.#claim(take, othersHaveIt, signal)
    } finally {
      this.#wantAlone--
      this.#onChange()
    }
    try {
      return await statement()
    } finally {
      this.#isAlone = false
      this.#onChange()
    }
  }

  #onChange(): void {
    for (const onChange of this.#waiting) onChange()
  }

  /** Resolves when a function has taken the turn: it returns false while it may not. Where that takes too long, rejects with an error. */
  async #claim(take: () => boolean, tooLong: () => HistoryError, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (take()) return
    await new Promise<void>((resolve, reject) => {
      const settle = (error: Error | null): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        this.#waiting.delete(onChange)
        if (error === null) resolve()
        else reject(error)
      }
      const onAbort = (): void => settle(signal.reason as Error) // what the caller gave to abort()
      const onChange = (): void => {
        if (take()) settle(null)
      }
      const timer = setTimeout(() => settle(tooLong()), this.#maxWaitMs)
      signal.addEventListener('abort', onAbort)
      this.#waiting.add(onChange)
    })
  }
}

function othersHaveIt(): HistoryError {
  return new HistoryError(
    'unavailable',
    'Other questions need the memory of the history (--history-memory) now; try again',
  )
}

function writerHasIt(): HistoryError {
  return new HistoryError(
    'unavailable',
    'The history needs its memory (--history-memory) for its own work now, such as storing records or rewriting a day; try again',
  )
}
