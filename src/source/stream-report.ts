/**
 * Tells the state of one open stream. A gateway of ours says it in freshness messages among the records. Through a plain
 * proxy it is inferred: the back-fill is over when the newest bucket is one that Goldmane has just closed, or when
 * nothing came for some seconds.
 */
import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { unreachable } from '../lib/assert.ts'
import { decodeFreshness, type Freshness, isFreshness } from '../wire/freshness.ts'
import type { LiveState } from './live-state.ts'
import { goldmaneAway, goldmaneSilent } from './trouble.ts'

/** Milliseconds without a message after which a plain proxy's back-fill counts as read. */
export const QUIET_AFTER_MS = 3000
/** Seconds: a bucket is sent one bucket after it closed, so the newest one is 30 to 45 s old by its start. */
const MAX_LIVE_AGE_S = 3 * BUCKET_SECONDS
/** Seconds: reading so little history is not told, because it takes no time that a reader could notice. */
const MIN_HISTORY_S = 120

const LIVE: LiveState = { state: 'live' }
const CONNECTING: LiveState = { state: 'connecting' }

export class StreamReport {
  /** What the gateway said last; null before that, and through a plain proxy. */
  freshness: Freshness | null = null
  /** Unix seconds: where the back-fill begins. */
  readonly #from: number
  /** Whether a record or silence came first, which a gateway of ours never does. */
  #isPlain = false
  #isRead: boolean
  #records = 0
  /** The state by the newest freshness message; null where it depends on the records received. */
  #upstream: LiveState | null = null
  #state: LiveState | null = null

  /** `start`: the start_time_gte that was asked for. `now`: Unix seconds. */
  constructor(start: number, now: number) {
    this.#from = start > 0 ? start : now + start
    this.#isRead = now - this.#from < MIN_HISTORY_S
  }

  /** Takes the freshness messages out and returns the records; one that cannot be read is among them, to be refused. */
  take(messages: readonly Uint8Array[], now: number): readonly Uint8Array[] {
    const records = messages.filter((message) => {
      const freshness = isFreshness(message) ? decodeFreshness(message) : null
      if (freshness === null) return true
      this.freshness = freshness
      this.#upstream = stateOf(freshness, now)
      return false
    })
    this.#records += records.length
    if (records.length > 0) this.#isPlain ||= this.freshness === null
    return records
  }

  /** Nothing came for {@link QUIET_AFTER_MS}. */
  onQuiet(): void {
    this.#isPlain ||= this.freshness === null
    if (this.#isPlain) this.#isRead = true
  }

  /** Whether silence would tell that the back-fill is over. */
  get awaitsQuiet(): boolean {
    return this.freshness === null && !(this.#isPlain && this.#isRead)
  }

  /**
   * The state, the same object while nothing changed that a reader sees; null before anything is known. `newest`: the
   * start of the newest bucket received; `now`: both Unix seconds.
   */
  state(newest: number | null, now: number): LiveState | null {
    const next = this.#next(newest, now)
    const last = this.#state
    if (next?.state !== 'reading' || last?.state !== 'reading' || next.percent !== last.percent)
      this.#state = next
    return this.#state
  }

  #next(newest: number | null, now: number): LiveState | null {
    const { freshness } = this
    if (freshness === null && !this.#isPlain) return null
    if (this.#upstream !== null) return this.#upstream
    if (this.#isRead) return LIVE
    // While the gateway reads the hour itself, its progress with us is a part of a part.
    if (freshness !== null && freshness.backFill !== null && freshness.state !== 'reading') {
      const { sent, total } = freshness.backFill
      return this.#reading(Math.max(sent, this.#records) / Math.max(1, total))
    }
    const age = newest === null ? Number.NaN : now - newest
    // A newest bucket in the future tells that the clocks differ, and nothing of the back-fill.
    this.#isRead = freshness === null ? age >= 0 && age <= MAX_LIVE_AGE_S : freshness.state === 'live'
    if (this.#isRead) return LIVE
    return this.#reading(newest === null ? null : (newest - this.#from) / (now - this.#from))
  }

  #reading(share: number | null): LiveState {
    const percent = share === null ? null : Math.min(99, Math.max(0, Math.floor(share * 100)))
    return { state: 'reading', from: this.#from, percent }
  }
}

/** The state that a freshness message tells by itself; null for `reading` and `live`. `now`: Unix seconds. */
function stateOf(freshness: Freshness, now: number): LiveState | null {
  const { state, cause, retryAt, now: gatewayNow, chain = null, since } = freshness
  const upstream = { chain, since: (now - (gatewayNow - since)) * 1000 }
  switch (state) {
    case 'connecting':
      return CONNECTING
    case 'unreachable': {
      // The gateway's clock may differ from ours: only the distance counts.
      const wait = retryAt === null ? 0 : retryAt - gatewayNow
      return {
        state: 'reconnecting',
        trouble: goldmaneAway(cause),
        retryAt: (now + wait) * 1000,
        attempt: 0,
        upstream,
      }
    }
    case 'silent':
      return { state: 'silent', trouble: goldmaneSilent(cause), upstream }
    case 'reading':
    case 'live':
      return null
    default:
      return unreachable(state, 'state of the upstream')
  }
}
