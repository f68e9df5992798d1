import { describe, expect, test } from 'vitest'

import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { GrpcError } from '../../source/grpc-error.ts'
import type { TimeRange } from '../protocol.ts'
import { GapFiller } from './page-gap-filler.ts'

const START = 1_790_000_010

/** A range of buckets by their numbers, counted from START. */
const buckets = (from: number, to: number): TimeRange => ({ from: START + from * 15, to: START + to * 15 })

/** A store with missing ranges, before a Goldmane that holds one record in each of some buckets. */
function scene(missing: readonly TimeRange[], held: readonly number[] = []) {
  const clock = new ManualClock(START * 1000)
  const abort = new AbortController()
  const asked: number[] = []
  const states: unknown[] = []
  const world = { missing, held, failing: false }
  const filler = new GapFiller({
    list: async (bucket) => {
      const number = (bucket - START) / 15
      asked.push(number)
      if (world.failing) throw new GrpcError('UNAVAILABLE', 'away')
      return world.held.includes(number) ? [Uint8Array.of(number)] : []
    },
    missing: () => world.missing,
    store: (records) => {
      for (const record of records) {
        const at = START + (record[0] ?? 0) * 15
        world.missing = world.missing.flatMap(({ from, to }) =>
          [
            { from, to: Math.min(to, at) },
            { from: Math.max(from, at + 15), to },
          ].filter((part) => part.to > part.from),
        )
      }
      return records.length
    },
    onChange: () => states.push(filler.state),
    signal: abort.signal,
    clock,
    random: () => 0.5,
  })
  return { world, filler, clock, abort, asked, states }
}

/** Lets the answers of the fake Goldmane arrive. */
async function settle() {
  for (let turn = 0; turn < 300; turn++) await Promise.resolve()
}

describe('a request', () => {
  test('asks for each missing bucket in the range, and says how many records were found', async () => {
    const { filler, asked, states, world } = scene([buckets(2, 5), buckets(8, 9)], [2, 3, 8])
    await filler.request(buckets(0, 7))
    expect(asked).toEqual([2, 3, 4])
    expect(states).toEqual([
      { state: 'asking', range: buckets(2, 5) },
      { state: 'done', range: buckets(2, 5), found: 2 },
    ])
    expect(world.missing).toEqual([buckets(4, 5), buckets(8, 9)])
  })

  test('that finds nothing says so', async () => {
    const { filler } = scene([buckets(2, 3)])
    await filler.request(buckets(0, 9))
    expect(filler.state).toMatchObject({ state: 'done', found: 0 })
  })

  test('that fails says why, and what was found before', async () => {
    const { filler, world } = scene([buckets(2, 3)])
    world.failing = true
    await filler.request(buckets(0, 9))
    expect(filler.state).toMatchObject({ state: 'failed', found: 0, trouble: { kind: 'offline' } })
  })

  test('while another one runs, and for a range without a gap, does nothing', async () => {
    const { filler, asked } = scene([buckets(2, 4)])
    const first = filler.request(buckets(0, 9))
    await filler.request(buckets(0, 9))
    await first
    await filler.request(buckets(5, 9))
    expect(asked).toEqual([2, 3])
  })

  test('asks for the newest hour of a longer gap', async () => {
    const { filler, asked } = scene([buckets(0, 1000)])
    await filler.request({ from: 0, to: Number.POSITIVE_INFINITY })
    expect(asked).toHaveLength(240)
    expect(asked.at(-1)).toBe(999)
  })

  test('asks for a bucket once that is missing for two reasons', async () => {
    const { filler, asked } = scene([buckets(2, 4), buckets(3, 5)])
    await filler.request({ from: 0, to: Number.POSITIVE_INFINITY })
    expect(asked).toEqual([2, 3, 4])
  })
})

describe('after a resumption', () => {
  test('it tries twice, for what is missing from there on', async () => {
    const { filler, clock, asked, world } = scene([buckets(0, 1), buckets(5, 7)])
    filler.onResume(START + 4 * 15)
    clock.advance(44_999)
    expect(asked).toEqual([])
    clock.advance(1)
    await settle()
    expect(asked).toEqual([5, 6])
    world.held = [5, 6]
    clock.advance(90_000)
    await settle()
    expect(asked).toEqual([5, 6, 5, 6])
    expect(world.missing).toEqual([buckets(0, 1)])
    expect(filler.state).toMatchObject({ state: 'done', found: 2 })
    clock.advance(3_600_000)
    expect(clock.waiting).toBe(0)
  })

  test('another one before the tries keeps the earlier gap, and asks once', async () => {
    const { filler, clock, asked } = scene([buckets(5, 6), buckets(9, 10)])
    filler.onResume(START + 4 * 15)
    clock.advance(40_000)
    filler.onResume(START + 8 * 15)
    clock.advance(45_000)
    await settle()
    expect(asked).toEqual([5, 9])
    expect(clock.waiting).toBe(1)
  })

  test('nothing is asked once a gateway fills its gaps itself, or the source is closed', () => {
    const [gateway, closed] = [scene([buckets(5, 6)]), scene([buckets(5, 6)])]
    for (const { filler } of [gateway, closed]) filler.onResume(START)
    gateway.filler.cancelTries()
    closed.abort.abort()
    expect([gateway.clock.waiting, closed.clock.waiting]).toEqual([0, 0])
    closed.filler.onResume(START)
    expect(closed.clock.waiting).toBe(0)
  })
})
