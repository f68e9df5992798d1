// The follower against the in-memory Goldmane over real HTTP/2, with a clock that the test moves.
import { describe, expect, test, vi } from 'vitest'
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { bucketsAgo } from '../../src/goldmane/testing/fixture.ts'
import { fill, filled, flowAt, startFollowed } from '../testing/followed-goldmane.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)

describe('the back-fill', () => {
  test('is the hour that Goldmane holds; then the stream is live', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 240, 0) })
    expect(scene.follower.status).toMatchObject({ state: 'connecting', cause: null, lastBucket: null })
    await scene.until(() => scene.ring.records >= 3 * 236)
    expect(scene.state()).toBe('reading')
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.held()).toEqual(filled(239, 2))
    expect(scene.follower.status.lastBucket).toBe(bucketsAgo(2))
    expect(scene.events()).toEqual(['goldmane connected'])
    expect(scene.goldmane.streams).toBe(1)
  })

  test('of a Goldmane without a flow: it is live once it has answered the probe', async () => {
    const scene = await startFollowed()
    await scene.until(() => scene.state() === 'live')
    expect(scene.follower.status.lastBucket).toBe(null)
    await scene.pass(120_000)
    expect(scene.state()).toBe('live')
    expect(scene.events()).toEqual(['goldmane connected'])
  })

  test('of a Goldmane that hangs half way is never called over before it is', async () => {
    const scene = await startFollowed({
      prepare: (goldmane) => {
        fill(goldmane, 100, 0)
        goldmane.hang({ afterResults: 150 })
      },
    })
    await scene.until(() => scene.ring.records === 150)
    await scene.pass(20_000)
    expect(scene.state()).toBe('reading')
    await scene.advanceUntil(() => scene.state() === 'silent')
    expect(scene.statuses.some(({ state }) => state === 'live')).toBe(false)
    scene.goldmane.resume()
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.held()).toEqual(expect.arrayContaining(filled(100, 2)))
  })

  test('is over when Goldmane answers and has nothing of the last minutes', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 100, 60) })
    await scene.until(() => scene.ring.records === 3 * 41)
    expect(scene.state()).toBe('reading')
    await scene.pass(3500)
    expect(scene.state()).toBe('live')
  })

  test('is followed by each bucket as it comes', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.pass(2 * BUCKET_SECONDS * 1000)
    expect(scene.held()).toEqual(filled(20, 0))
    expect(scene.state()).toBe('live')
  })
})

describe('a stream that breaks', () => {
  test('is opened again from the newest bucket: nothing is lost, nothing is there twice', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    await scene.advanceUntil(() => scene.state() === 'live')
    scene.goldmane.breakStreams(14, 'the server is shutting down')
    await scene.until(() => scene.state() === 'unreachable')
    expect(scene.follower.status).toMatchObject({
      cause: 'Goldmane ended the stream (UNAVAILABLE: the server is shutting down)',
      retryAt: scene.clock.now() / 1000 + 0.25,
    })
    await scene.pass(BUCKET_SECONDS * 2000)
    expect(scene.state()).toBe('live')
    expect(scene.held()).toEqual(filled(20, 0))
    expect(scene.events()).toEqual(['goldmane connected', 'goldmane lost', 'goldmane recovered'])
    expect(scene.follower.status.restartedAt).toBe(null)
    expect(scene.goldmane.streams).toBe(1)
  })

  test('inside a bucket: the bucket is completed', async () => {
    const scene = await startFollowed({
      prepare: (goldmane) => {
        fill(goldmane, 20, 0)
        goldmane.fail({ call: 'Stream', code: 13, message: 'torn', afterResults: 10 })
      },
    })
    await scene.until(() => scene.state() === 'unreachable')
    expect(scene.ring.records).toBe(10)
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.held()).toEqual(filled(20, 2))
  })

  test('right after its first data, again and again: the waits grow to 15 s', async () => {
    const scene = await startFollowed({
      prepare: (goldmane) => {
        fill(goldmane, 20, 0)
        goldmane.fail({ call: 'Stream', code: 14, message: 'away', afterResults: 1, times: 7 })
      },
    })
    await scene.advanceUntil(() => scene.state() === 'live')
    // Half of the bounds, by the test's jitter.
    expect(scene.waits().map((wait) => Math.round(wait * 1000))).toEqual([
      250, 500, 1000, 2000, 4000, 7500, 7500,
    ])
    expect(scene.events().filter((event) => event === 'goldmane lost')).toHaveLength(1)
  })

  test('that lived for a while is opened again at once', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    for (const _ of range(0, 4)) {
      await scene.advanceUntil(() => scene.state() === 'live')
      await scene.pass(16_000)
      scene.goldmane.breakStreams()
      await scene.until(() => scene.state() === 'unreachable')
      expect((scene.follower.status.retryAt ?? 0) - scene.clock.now() / 1000).toBeCloseTo(0.25)
    }
  })

  test.each([
    [7, /does not admit this gateway \(PERMISSION_DENIED: no\)/],
    [16, /does not admit this gateway \(UNAUTHENTICATED: no\)/],
    [12, /ended the stream \(UNIMPLEMENTED: no\)/],
    [8, /Goldmane has too many streams: close other gateways and clients of it \(no\)/],
  ])('by a refusal of code %i is asked for slowly, and comes back by itself', async (code, cause) => {
    const scene = await startFollowed({
      prepare: (goldmane) => {
        fill(goldmane, 20, 0)
        goldmane.fail({ call: 'Stream', code, message: 'no', times: 2 })
      },
    })
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.statuses.find(({ retryAt }) => retryAt !== null)?.cause).toMatch(cause)
    expect(scene.waits()).toEqual([45, 75])
    expect(scene.held()).toEqual(expect.arrayContaining(filled(20, 2)))
  })

  test('is asked for at once when a viewer wants it, but not more often than once a second', async () => {
    const scene = await startFollowed({
      prepare: (goldmane) => {
        fill(goldmane, 20, 0)
        goldmane.fail({ call: 'Stream', code: 7, message: 'no', times: 2 })
      },
    })
    await scene.until(() => scene.waits().length === 1)
    scene.follower.retryNow()
    await scene.until(() => scene.waits().length === 2)
    scene.follower.retryNow()
    await scene.pass(900)
    expect(scene.waits()).toHaveLength(2)
    expect(scene.follower.status.retryAt).not.toBe(null)
    // The wish is kept until it may be granted.
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.clock.now()).toBeLessThan((bucketsAgo(0) + 7) * 1000 + 10_000)
  })

  test('is asked for when a viewer wanted it, also when the timer fires a millisecond early by the clock', async () => {
    const scene = await startFollowed({
      prepare: (goldmane) => goldmane.fail({ call: 'Stream', code: 7, message: 'no', times: 2 }),
    })
    await scene.until(() => scene.waits().length === 1)
    scene.follower.retryNow()
    await scene.until(() => scene.waits().length === 2)
    scene.follower.retryNow()
    const now = scene.clock.now.bind(scene.clock)
    vi.spyOn(scene.clock, 'now').mockImplementation(() => now() - 1)
    scene.clock.advance(1000)
    await scene.until(() => scene.state() === 'live')
  })

  test('is asked for again at once when a viewer wanted it during an attempt that then fails', async () => {
    const scene = await startFollowed()
    await scene.until(() => scene.goldmane.streams === 1)
    scene.follower.retryNow()
    scene.goldmane.breakStreams()
    await scene.until(() => scene.waits().length === 1)
    scene.clock.advance(1)
    await scene.until(() => scene.goldmane.streams === 1)
    scene.goldmane.breakStreams()
    await scene.until(() => scene.waits().length === 2)
    // The wish was granted: the wait after the second attempt is the back-off's.
    expect(scene.waits()).toEqual([0, 0.5])
  })
})

describe('Goldmane is restarted', () => {
  test('with an empty ring that fills later: the gap is filled from List, once, and what was held stays', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.served.kill()
    await scene.until(() => scene.state() === 'unreachable')
    expect(scene.follower.status.cause).toBe('The connection to Goldmane was lost')
    await scene.pass(40_000)
    expect(scene.follower.status.cause).toMatch(/refused the TCP connection/)

    scene.goldmane.restart()
    await scene.served.listen()
    await scene.advanceUntil(() => scene.state() === 'live')
    // Felix sends the last minutes again, when the stream has passed them.
    for (const n of range(-2, 12)) scene.goldmane.ingest(flowAt(bucketsAgo(n), 80))
    await scene.pass(30_000)
    expect(scene.ring.missing()).toEqual([{ from: bucketsAgo(1), to: bucketsAgo(-2) }])
    expect(scene.follower.status.restartedAt).not.toBe(null)

    await scene.advanceUntil(() => scene.ring.missing().length === 0)
    expect(scene.held()).toEqual([...filled(20, 2), ...range(-2, 2).map((n) => `${bucketsAgo(n)}/80`)].sort())
    expect(scene.lines.find(({ event }) => event === 'gap filled')?.fields).toMatchObject({
      buckets: 3,
      records: 3,
    })
    expect(scene.events()).toContain('goldmane restarted')
    expect(scene.goldmane.streams).toBe(1)
  })

  test('with keys of other ids and all buckets: it is found by the ids', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.served.kill()
    scene.goldmane.restart()
    for (const port of [5432, 443, 80]) scene.goldmane.ingest(flowAt(bucketsAgo(2), port))
    await scene.served.listen()
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.follower.status.restartedAt).not.toBe(null)
    expect(scene.held()).toEqual(filled(20, 2))
  })

  test('and the flows come later than the first look: the second one finds them', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.served.kill()
    await scene.pass(40_000)
    scene.goldmane.restart()
    await scene.served.listen()
    await scene.advanceUntil(() => scene.state() === 'live')
    scene.goldmane.ingest(flowAt(bucketsAgo(-3), 80))
    // The first look is 45 s after the resume, by the test's jitter.
    await scene.pass(60_000)
    for (const n of [1, 0, -1, -2]) scene.goldmane.ingest(flowAt(bucketsAgo(n), 443))
    expect(scene.ring.missing()).toHaveLength(1)
    await scene.advanceUntil(() => scene.ring.missing().length === 0)
    expect(scene.events()).not.toContain('gap stays')
  })

  test('and nobody sends the flows again: the gap is asked for twice, and then stays', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.served.kill()
    await scene.pass(40_000)
    scene.goldmane.restart()
    await scene.served.listen()
    await scene.advanceUntil(() => scene.state() === 'live')
    scene.goldmane.ingest(flowAt(bucketsAgo(-3), 80))
    await scene.advanceUntil(() => scene.events().includes('gap stays'))
    expect(scene.lines.at(-1)?.fields).toMatchObject({ buckets: 4, why: 'Goldmane has no flows of it' })

    // A reader asks for it when the flows have come after all.
    const gap = { from: bucketsAgo(1), to: bucketsAgo(-3) }
    expect(scene.ring.missing()).toEqual([gap])
    scene.goldmane.ingest(flowAt(bucketsAgo(0), 80))
    expect(await scene.follower.fillGap(gap)).toEqual({
      records: 1,
      missing: [
        { from: bucketsAgo(1), to: bucketsAgo(0) },
        { from: bucketsAgo(-1), to: bucketsAgo(-3) },
      ],
      failure: null,
    })
  })
})

describe('Goldmane hangs', () => {
  test('it is silent within 40 s, its connection still answers, and it is live when it goes on', async () => {
    const scene = await startFollowed({ prepare: (goldmane) => fill(goldmane, 20, 0) })
    await scene.advanceUntil(() => scene.state() === 'live')
    await scene.pass(BUCKET_SECONDS * 1000)
    const begin = scene.clock.now()
    scene.goldmane.hang()
    await scene.advanceUntil(() => scene.state() === 'silent')
    expect(scene.clock.now() - begin).toBeLessThan(40_000)
    expect(scene.follower.status.cause).toMatch(
      /^Goldmane has not answered since \d\d:\d\d:\d\d UTC; the connection still answers pings$/,
    )
    expect(scene.lines.at(-1)).toMatchObject({
      event: 'goldmane lost',
      fields: { why: 'silent: Goldmane does not answer; the connection still answers pings' },
    })
    await scene.pass(60_000)
    expect(scene.state()).toBe('silent')
    expect(scene.events()).toEqual(['goldmane connected', 'goldmane lost'])
    scene.goldmane.resume()
    await scene.advanceUntil(() => scene.state() === 'live')
    expect(scene.events()).toContain('goldmane recovered')
    expect(scene.goldmane.streams).toBe(1)
  })
})
