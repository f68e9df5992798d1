import type { Clock } from '../../src/lib/clock.ts'
import type { HttpRequest } from '../lib/http-message.ts'
import { Refusal } from './access-refusal.ts'
import type { Viewer } from './viewer.ts'

/**
 * Together with the 50 s for which a review of a Kubernetes token is cached, a right that was taken away ends a stream
 * within 60 s. A recheck costs a map lookup and, with a token file, a look at the file.
 */
const RECHECK_MS = 5_000

interface Watched {
  readonly request: HttpRequest
  readonly viewer: Viewer
  readonly onChange: (now: Viewer | Refusal) => void
}

/**
 * Rechecks the requests that stay open, for a stream lives longer than the session or the right with which it began. Each
 * is rechecked every 5 s, and at once when somebody logs out.
 */
export class AccessWatch {
  readonly #authenticate: (request: HttpRequest) => Promise<Viewer | Refusal>
  readonly #clock: Clock
  readonly #watched = new Set<Watched>()
  #cancelTimer: (() => void) | null = null

  constructor(authenticate: (request: HttpRequest) => Promise<Viewer | Refusal>, clock: Clock) {
    this.#authenticate = authenticate
    this.#clock = clock
  }

  /** Calls `onChange` once, when the request would now be refused, or its viewer would see something else. */
  add(request: HttpRequest, viewer: Viewer, onChange: Watched['onChange']): () => void {
    const watched = { request, viewer, onChange }
    this.#watched.add(watched)
    this.#startTimer()
    return () => this.#remove(watched)
  }

  recheckAll(): void {
    for (const watched of this.#watched) void this.#recheck(watched)
  }

  close(): void {
    this.#watched.clear()
    this.#stopTimer()
  }

  async #recheck(watched: Watched): Promise<void> {
    // A client that left before its call was watched is not told of by any event.
    if (isGone(watched.request)) return this.#remove(watched)
    const now = await this.#authenticate(watched.request)
    if (!this.#watched.has(watched) || (!(now instanceof Refusal) && isSameViewer(now, watched.viewer)))
      return
    this.#remove(watched)
    watched.onChange(now)
  }

  #remove(watched: Watched): void {
    this.#watched.delete(watched)
    if (this.#watched.size === 0) this.#stopTimer()
  }

  #startTimer(): void {
    this.#cancelTimer ??= this.#clock.after(RECHECK_MS, () => {
      this.#cancelTimer = null
      this.recheckAll()
      if (this.#watched.size > 0) this.#startTimer()
    })
  }

  #stopTimer(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = null
  }
}

function isGone(request: HttpRequest): boolean {
  return 'stream' in request ? request.stream.destroyed : request.socket.destroyed
}

function isSameViewer(a: Viewer, b: Viewer): boolean {
  if (a === b) return true
  if (a.name !== b.name || a.hidesOtherEnd !== b.hidesOtherEnd) return false
  const [before, now] = [a.namespaces, b.namespaces]
  if (before === 'all' || now === 'all') return before === now
  return before.size === now.size && [...before].every((name) => now.has(name))
}
