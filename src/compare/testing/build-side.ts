/** Sides of a comparison from the few records that a test is about. */
import { buildKey } from '../../flows/testing/build.ts'
import type { FlowKey } from '../../flows/flow.ts'
import { ensure } from '../../lib/assert.ts'
import type { Span } from '../active-slots.ts'
import { SideTally } from '../side-tally.ts'

/** The beginning of side A: half an hour. B is the half hour after it. */
export const T0 = 1_790_000_100
export const HALF_HOUR = 1800
export const A: Span = { from: T0, to: T0 + HALF_HOUR }
export const B: Span = { from: A.to, to: A.to + HALF_HOUR }

export interface SideRecord {
  readonly key: FlowKey
  /** Seconds after the beginning of the side. */
  readonly at: number
  readonly connections: number | null
}

/** Records of one key: `count` connections, one in each bucket from `at` on, `every` seconds apart. */
export function records(
  key: Partial<FlowKey>,
  {
    count = 1,
    at = 0,
    every = 15,
    each = 1,
  }: { count?: number; at?: number; every?: number; each?: number } = {},
): readonly SideRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: buildKey(key),
    at: at + i * every,
    connections: each,
  }))
}

export function buildSide(range: Span, ...lists: readonly (readonly SideRecord[])[]): SideTally {
  const side = new SideTally(range)
  for (const { key, at, connections } of lists.flat()) {
    const way = ensure(side.wayOf(key), 'a side of a test has room')
    side.add(way, { records: 1, connections, first: range.from + at, last: range.from + at + 15 })
  }
  return side
}
