/**
 * What a gateway of ours says beside Goldmane's messages, in the stream of Flows.Stream itself: how its one connection to
 * Goldmane fares, what it holds, and what this viewer lost. A client asks for it by the header {@link FRESHNESS_HEADER};
 * without it the stream has Goldmane's messages alone.
 *
 * A freshness message is a goldmane.FlowResult without a flow, whose field 1000, which Goldmane does not use, is JSON.
 * One comes first in every stream, then at each change, and at least every {@link HEARTBEAT_S} seconds.
 */

import { isObject } from '../lib/is-object.ts'
import { type ConnectionChain, isChain } from './connection-chain.ts'

/** A client that reads freshness messages sends it with the value 1. */
export const FRESHNESS_HEADER = 'x-flowtrace-freshness'

/** Seconds: the most that passes between two freshness messages of a stream. */
export const HEARTBEAT_S = 15

/** Unix seconds, [from, to), whole buckets. */
export interface MissingRange {
  readonly from: number
  readonly to: number
}

export interface LostRange extends MissingRange {
  /** The gateway had no memory for it, and could not get it from Goldmane. Else the viewer read too slowly. */
  readonly notFetched?: true
}

/**
 * The gateway's connection to Goldmane. `reading`: connected, and Goldmane's back-fill is still coming. `silent`: the
 * connection stands, but Goldmane does not answer. `unreachable`: there is no connection.
 */
export const UPSTREAM_STATES = ['connecting', 'reading', 'live', 'silent', 'unreachable'] as const
export type UpstreamState = (typeof UPSTREAM_STATES)[number]

/** All times are Unix seconds by the gateway's clock, buckets by Goldmane's. */
export interface Freshness {
  readonly state: UpstreamState
  /** Why, for `silent` and `unreachable`: a sentence without a full stop, as {@link ConnectError} has it. */
  readonly cause: string | null
  /**
   * How far the last attempt came, for `silent` and `unreachable`. Older gateways do not send it, and one that cannot be
   * read, as of a newer gateway, is left out.
   */
  readonly chain?: ConnectionChain | null
  /** When the state began. */
  readonly since: number
  /** When the gateway tries again, for `unreachable`. */
  readonly retryAt: number | null
  /** The gateway's clock when the message was written. */
  readonly now: number
  /** The start of the newest bucket that came from Goldmane. */
  readonly lastBucket: number | null
  /** Buckets of the last hour that the gateway lacks, and may still get. */
  readonly missing: readonly MissingRange[]
  /** When Goldmane was last found restarted. */
  readonly restartedAt: number | null
  /** Records that the gateway evicted from its memory before they were an hour old. */
  readonly evicted: number
  /** This viewer's back-fill: how many of how many records were sent. Null when it is over. */
  readonly backFill: { readonly sent: number; readonly total: number } | null
  /** What this viewer did not get and will not get on this stream. */
  readonly lost: readonly LostRange[]
}

/** Field 1000, length-delimited: (1000 << 3) | 2 as a varint. */
const TAG = [0xc2, 0x3e] as const

/** The encoded goldmane.FlowResult, without the frame's head. */
export function encodeFreshness(freshness: Freshness): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(freshness))
  const length: number[] = []
  for (let left = json.length; ; left >>>= 7) {
    length.push(left > 0x7f ? (left & 0x7f) | 0x80 : left)
    if (left <= 0x7f) break
  }
  return Uint8Array.from([...TAG, ...length, ...json])
}

/** Whether an encoded goldmane.FlowResult is a freshness message. */
export function isFreshness(message: Uint8Array): boolean {
  return message[0] === TAG[0] && message[1] === TAG[1]
}

/** The content of a message that {@link isFreshness}; null when a member is missing or of another type. */
export function decodeFreshness(message: Uint8Array): Freshness | null {
  let at = 2
  while (at < message.length && (message[at] ?? 0) >= 0x80) at++
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message.subarray(at + 1)))
  } catch {
    return null
  }
  if (!isFreshnessContent(value)) return null
  return value.chain === undefined || isChain(value.chain) ? value : { ...value, chain: null }
}

/** By hand, because a schema library in the worker would cost more bytes than this function. */
function isFreshnessContent(value: unknown): value is Freshness {
  if (!isObject(value)) return false
  const { state, cause, since, retryAt, now, lastBucket, missing, restartedAt, evicted, backFill, lost } =
    value
  return (
    UPSTREAM_STATES.some((name) => name === state) &&
    (cause === null || typeof cause === 'string') &&
    [since, now, evicted].every(Number.isFinite) &&
    [retryAt, lastBucket, restartedAt].every((time) => time === null || Number.isFinite(time)) &&
    [missing, lost].every((ranges) => Array.isArray(ranges) && ranges.every(isRange)) &&
    (backFill === null ||
      (isObject(backFill) && Number.isFinite(backFill['sent']) && Number.isFinite(backFill['total'])))
  )
}

function isRange(value: unknown): value is MissingRange {
  return isObject(value) && Number.isFinite(value['from']) && Number.isFinite(value['to'])
}
