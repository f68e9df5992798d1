/**
 * What the gateway answers to `history.json`: what it has stored of a cluster beyond Goldmane's hour, and how the writing
 * fares. `config.json` has its address in the member `history`, beside `policies`; it is absent where nothing is recorded.
 *
 * All times are Unix seconds: of records by Goldmane's clock, the others by the gateway's.
 */
import { isObject } from '../lib/is-object.ts'
import type { MissingRange } from './freshness.ts'

export const HISTORY_ENGINES = ['duckdb', 'clickhouse', 'memory'] as const
export type HistoryEngine = (typeof HISTORY_ENGINES)[number]

/**
 * `starting`: it is not known yet what is held. `writing`: each bucket is stored soon after it closed. `behind`: closed
 * buckets wait to be stored. `failing`: the last attempt to store failed, and `retryAt` is the next one. `waiting`: nothing
 * waits to be stored, but Goldmane sends nothing.
 */
export const HISTORY_STATES = ['starting', 'writing', 'behind', 'failing', 'waiting'] as const
export type HistoryState = (typeof HISTORY_STATES)[number]

/** A range of which records are missing and will not come. */
export interface StoredGap extends MissingRange {
  /** A sentence without a full stop: `The gateway did not run`. */
  readonly cause: string
}

export interface HistoryStatus {
  readonly engine: HistoryEngine
  readonly state: HistoryState
  /** Why, for `failing` and `waiting`: a sentence without a full stop. Null otherwise. */
  readonly cause: string | null
  readonly retryAt: number | null
  /** The gateway's clock when the answer was written. */
  readonly now: number
  /** What is held of the records as they came: [from, to). Both null while nothing is. */
  readonly from: number | null
  readonly to: number | null
  /** The start of the oldest hour of the roll-up; null without one. */
  readonly hoursFrom: number | null
  /** Seconds of each record of the newest bucket: 15, or 300 from Goldmane's emitter. Null while nothing is held. */
  readonly grain: number | null
  /** Seconds from the end of the oldest bucket that waits to be stored to `now`; 0 when all that came is stored. */
  readonly behind: number
  /** For how long records as they came and hours of the roll-up are kept, in days. */
  readonly days: number
  readonly hourDays: number
  /** On disk, of all clusters in the engine. */
  readonly bytes: number
  /** The most that `bytes` may be; null without a limit. */
  readonly maxBytes: number | null
  /** Which of `days` and `maxBytes` deletes records first, as far as the size of those held tells. */
  readonly reachedFirst: 'days' | 'size'
  /** Sorted by time, at most {@link MAX_STORED_GAPS}: the newest. */
  readonly gaps: readonly StoredGap[]
  /** Older gaps that are not in `gaps`. */
  readonly gapsOmitted: number
  /** Records that could not be stored, since the gateway started. */
  readonly dropped: number
  /** Files that are damaged and were set aside: what they had is in `gaps`. */
  readonly damagedFiles: number
}

export const MAX_STORED_GAPS = 200

/** Parses an answer; null when a member is missing or of another type, as from another version. */
export function parseHistoryStatus(value: unknown): HistoryStatus | null {
  return isStatus(value) ? value : null
}

/** By hand: a schema library would cost more bytes than this function. */
function isStatus(value: unknown): value is HistoryStatus {
  if (!isObject(value)) return false
  const { engine, state, cause, gaps, reachedFirst } = value
  return (
    HISTORY_ENGINES.some((name) => name === engine) &&
    HISTORY_STATES.some((name) => name === state) &&
    (cause === null || typeof cause === 'string') &&
    (reachedFirst === 'days' || reachedFirst === 'size') &&
    NUMBERS.every((name) => Number.isFinite(value[name])) &&
    NUMBERS_OR_NULL.every((name) => value[name] === null || Number.isFinite(value[name])) &&
    Array.isArray(gaps) &&
    gaps.length <= MAX_STORED_GAPS &&
    gaps.every(isGap)
  )
}

const NUMBERS = [
  'now',
  'behind',
  'days',
  'hourDays',
  'bytes',
  'gapsOmitted',
  'dropped',
  'damagedFiles',
] as const
const NUMBERS_OR_NULL = ['retryAt', 'from', 'to', 'hoursFrom', 'grain', 'maxBytes'] as const

function isGap(value: unknown): value is StoredGap {
  return (
    isObject(value) &&
    Number.isFinite(value['from']) &&
    Number.isFinite(value['to']) &&
    typeof value['cause'] === 'string'
  )
}
