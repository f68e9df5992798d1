/**
 * Statements of readers share the memory of one DuckDB. One that fails for want of it while others run is not too large by itself, so it
 * is run again alone: it waits until the others have ended, and those that come meanwhile wait for it.
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
  readonly #waiting = new Set<() => void>()

  constructor(maxWaitMs = MAX_STATEMENT_WAIT_MS) {
    this.#maxWaitMs = maxWaitMs
  }

  /**
   * Runs a statement beside others, and again alone where it failed for memory that it shared. Rejects with `unavailable` when the others
   * take too long, and with the signal's reason.
   */
  async run<T>(
    statement: () => Promise<T>,
    isForMemory: (error: unknown) => boolean,
    signal: AbortSignal,
  ): Promise<T> {
    let isShared = false
    await this.#claim(() => {
      if (this.#wantAlone > 0 || this.#isAlone) return false
      isShared = this.#running > 0
      this.#running++
      return true
    }, signal)
    const begun = ++this.#begun
    try {
      return await statement()
    } catch (error) {
      if (!isForMemory(error) || !(isShared || this.#begun > begun)) throw error
    } finally {
      this.#running--
      this.#onChange()
    }
    return this.#runAlone(statement, signal)
  }

  async #runAlone<T>(statement: () => Promise<T>, signal: AbortSignal): Promise<T> {
    this.#wantAlone++
    try {
      await this.#claim(() => {
        if (this.#running > 0 || this.#isAlone) return false
        this.#isAlone = true
        return true
      }, signal)
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

  /** Resolves when a function has taken the turn: it returns false while it may not. */
  async #claim(take: () => boolean, signal: AbortSignal): Promise<void> {
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
      const timer = setTimeout(() => settle(othersHaveIt()), this.#maxWaitMs)
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
