import { describe, expect, test } from 'vitest'

import { ManualClock } from '../../lib/testing/manual-clock.ts'
import type { TimeRange } from '../client/time-range.ts'
import { headsOf } from './replay-clock.ts'
import { HEAD_INTERVAL_MS, ReplayPlayer } from './replay-player.ts'

const START = 1_790_000_010
const HEADS = headsOf({ oldest: START, newest: START + 3600 })

interface Scene {
  readonly player: ReplayPlayer
  readonly time: ManualClock
  readonly heads: number[]
  /** The times from which the next new denial was asked for. */
  readonly asked: number[]
  head: number | null
  ready: TimeRange | null
  hidden: boolean
  arranged: number
}

/** A player of an hour, in which new denials begin at these times. The first answer fails where `failing`. */
function scene({ denials = [] as readonly number[], failing = false } = {}): Scene {
  const time = new ManualClock()
  const heads: number[] = []
  const asked: number[] = []
  const state: Omit<Scene, 'player'> = {
    time,
    heads,
    asked,
    head: HEADS.from,
    ready: HEADS,
    hidden: false,
    arranged: 0,
  }
  const player = new ReplayPlayer(
    {
      head: () => made.head,
      setHead: (head) => {
        made.head = head
        heads.push(head)
      },
      heads: () => made.ready,
      arrange: () => made.arranged++,
      nextDenial: async (since) => {
        asked.push(since)
        if (failing && asked.length === 1) throw new Error('the worker is gone')
        return denials.find((each) => each >= since) ?? null
      },
      isHidden: () => made.hidden,
    },
    time,
  )
  const made: Scene = Object.assign(state, { player })
  return made
}

/** Lets so many ticks pass, with the answers of the worker between them. */
async function ticks({ time }: Scene, count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) {
    time.advance(HEAD_INTERVAL_MS)
    // oxlint-disable-next-line no-await-in-loop -- one tick after the other
    await Promise.resolve().then(() => undefined)
  }
}

const { signal } = new AbortController()

describe('a player', () => {
  test('moves the head by its speed, keeps the rows in their places meanwhile, and asks once', async () => {
    const at = scene()
    at.player.change({ speed: 60 })
    at.player.toggle()
    await ticks(at, 10)
    // 9 ticks of 19.2 s: in the first one it was not known yet where a new denial is.
    expect(at.head).toBe(HEADS.from + 11 * 15)
    expect(at.heads).toEqual([...new Set(at.heads)].toSorted((a, b) => a - b))
    expect([at.arranged, at.asked]).toEqual([0, [HEADS.from]])
    at.player.toggle()
    await ticks(at, 5)
    expect([at.head, at.time.waiting]).toEqual([HEADS.from + 11 * 15, 0])
  })

  test('pauses after the bucket in which a new denial begins, with the rows in order, and goes on from there', async () => {
    const denials = [START + 905, START + 1805]
    const at = scene({ denials })
    at.player.change({ speed: 3600 })
    at.player.toggle()
    await ticks(at, 4)
    expect(at.head).toBe(START + 915)
    expect(at.player.clock.get()).toMatchObject({
      playing: false,
      stop: { by: 'denial', at: START + 915 },
    })
    expect([at.arranged, at.time.waiting]).toEqual([1, 0])
    at.player.toggle()
    await ticks(at, 4)
    expect(at.head).toBe(START + 1815)
  })

  test('begins again at the end, and loops with the rows in order', async () => {
    const at = scene()
    at.player.change({ speed: 3600, loop: true })
    at.head = HEADS.to
    at.player.toggle()
    expect([at.head, at.arranged]).toEqual([HEADS.from, 1])
    await ticks(at, 6)
    expect(at.heads).toContain(HEADS.to)
    expect(at.arranged).toBe(2)
    expect(at.player.clock.get().playing).toBe(true)
    at.player.stop()
    expect(at.time.waiting).toBe(0)
  })

  test('stands while nobody sees the page or the capture is read, and does not jump afterwards', async () => {
    const at = scene()
    at.player.change({ speed: 60, pauseAtDenial: false })
    at.player.toggle()
    at.hidden = true
    await ticks(at, 100)
    at.hidden = false
    at.ready = null
    await ticks(at, 100)
    expect(at.heads).toEqual([])
    at.ready = HEADS
    await ticks(at, 1)
    expect(at.head).toBe(HEADS.from + 15)
  })

  test('asks again after an answer that failed, and after another filter', async () => {
    const at = scene({ failing: true })
    at.player.change({ speed: 60 })
    at.player.toggle()
    await ticks(at, 3)
    expect(at.asked).toHaveLength(2)
    at.player.forget()
    await ticks(at, 2)
    expect(at.asked).toHaveLength(3)
  })

  test('steps and stands, seeks and goes on', async () => {
    const at = scene()
    at.player.change({ pauseAtDenial: false })
    at.player.toggle()
    at.player.step(1)
    expect([at.head, at.player.clock.get().playing]).toEqual([HEADS.from + 15, false])
    at.player.step(-1)
    at.player.step(-1)
    expect(at.head).toBe(HEADS.from)
    at.player.toggle()
    at.player.seek(START + 1001)
    expect([at.head, at.player.clock.get().playing]).toEqual([START + 1005, true])
  })

  test('goes to the next new denial, or says that there is none', async () => {
    const at = scene({ denials: [START + 905] })
    expect(await at.player.seekDenial(signal)).toBe(true)
    expect([at.head, at.arranged]).toEqual([START + 915, 1])
    expect(at.player.clock.get().stop).toEqual({ by: 'denial', at: START + 915 })
    expect(await at.player.seekDenial(signal)).toBe(false)
    expect(at.head).toBe(START + 915)
  })

  test('follows the pace of a link, also from before the capture is read', async () => {
    const at = scene()
    at.ready = null
    at.player.follow({ speed: 60, loop: true, pauseAtDenial: false, playing: true })
    await ticks(at, 4)
    expect(at.heads).toEqual([])
    at.ready = HEADS
    await ticks(at, 4)
    expect(at.head).toBe(HEADS.from + 75)
    at.player.follow({ speed: 4, loop: false, pauseAtDenial: true, playing: false })
    expect(at.player.clock.get()).toMatchObject({ speed: 4, loop: false, playing: false })
    expect(at.time.waiting).toBe(0)
  })

  test('does nothing when nothing is replayed, or before the capture is read', async () => {
    const at = scene()
    at.ready = null
    at.player.toggle()
    at.player.step(1)
    at.head = null
    at.ready = HEADS
    at.player.toggle()
    at.player.step(1)
    expect(await at.player.seekDenial(signal)).toBe(false)
    expect([at.heads, at.time.waiting]).toEqual([[], 0])
  })
})
