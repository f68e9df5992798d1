/**
 * Whether the gateway can serve. Whoever reaches the port may ask, so the answer has a general reason; the names of files
 * and clusters go to the log, once for each change.
 */
import type { Log } from '../lib/log.ts'
import { describeForLog } from '../upstream/credentials.ts'

/** The content of /readyz. */
export interface ReadinessAnswer {
  readonly ready: boolean
  /** Null when it is ready. */
  readonly reason: string | null
}

export interface ReadinessOptions {
  /** Each one rejects, with an error that has a sentence, while something other than Goldmane is missing. */
  readonly checks: readonly (() => Promise<void>)[]
  readonly isDraining: () => boolean
  readonly log: Log
}

const READY: ReadinessAnswer = { ready: true, reason: null }
const SHUTTING_DOWN: ReadinessAnswer = { ready: false, reason: 'The gateway is shutting down' }
const MISSING_FILES: ReadinessAnswer = {
  ready: false,
  reason: 'A certificate, a key or a token cannot be used; the log of the gateway says which',
}

export class Readiness {
  readonly #options: ReadinessOptions
  /** The check under way: it reads files, and anybody may ask as often as they like. */
  #checking: Promise<ReadinessAnswer> | null = null
  #loggedTrouble: string | null = null

  constructor(options: ReadinessOptions) {
    this.#options = options
  }

  /** Never rejects. A Goldmane that is away does not count: the page says so, which a pod without traffic could not. */
  check(): Promise<ReadinessAnswer> {
    if (this.#options.isDraining()) return Promise.resolve(SHUTTING_DOWN)
    this.#checking ??= this.#runChecks().finally(() => {
      this.#checking = null
    })
    return this.#checking
  }

  async #runChecks(): Promise<ReadinessAnswer> {
    try {
      await Promise.all(this.#options.checks.map((check) => check()))
    } catch (error) {
      this.#logChange(describeForLog(error))
      return MISSING_FILES
    }
    this.#logChange(null)
    return READY
  }

  #logChange(trouble: string | null): void {
    if (trouble === this.#loggedTrouble) return
    this.#loggedTrouble = trouble
    const { log } = this.#options
    if (trouble === null) log.info('gateway ready again')
    else log.warn('gateway not ready', { why: trouble })
  }
}
