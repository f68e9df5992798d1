import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { BUCKET_SECONDS } from '../../../src/flows/bucket.ts'
import { ALL } from '../../../src/filter/tree/expression.ts'
import { FlowResultSchema } from '../../../src/gen/goldmane/api_pb.ts'
import { bucketsAgo, CURRENT } from '../../../src/goldmane/testing/fixture.ts'
import { flowToMessage } from '../../../src/wire/testing/flow-to-message.ts'
import { fill, filled, flowAt, ServedGoldmane } from '../../testing/followed-goldmane.ts'
import { HistoryError } from '../history-error.ts'
import { MemoryHistory } from '../testing/memory-history.ts'
import type { HistoryRecorder } from './history-recorder.ts'
import { gapsIn, startRecorded, storedIn } from '../testing/recorded-goldmane.ts'

/** Feeds a bucket as it fills, for so many buckets. */
async function live(recorded: Awaited<ReturnType<typeof startRecorded>>, buckets: number): Promise<void> {
  const { clock, goldmane } = recorded
  for (let n = 0; n < buckets; n++) {
    const current = Math.floor(clock.now() / 1000 / BUCKET_SECONDS) * BUCKET_SECONDS
    for (const port of [80, 443, 5432]) goldmane.ingest(flowAt(current, port))
    await recorded.pass(BUCKET_SECONDS * 1000, 2500)
  }
}

/** What a gateway stored of so many buckets before it ended with `stop`, and Goldmane as it went on. */
async function startedBefore(
  buckets: number,
  isDone: (recorder: HistoryRecorder) => boolean,
  graceMs?: number,
) {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, buckets, 3) })
  await served.listen()
  const store = new MemoryHistory()
  const first = await startRecorded({ served, store })
  await first.advanceUntil(() => isDone(first.recorder))
  await first.stop(graceMs)
  return { served, store }
}

const hasAllOf8 = ({ queue, counts }: HistoryRecorder): boolean => queue.buckets === 0 && counts.buckets >= 6

const distinct = (records: readonly string[]) => new Set(records).size

test("Goldmane's hour is stored, and each bucket that follows, once", async () => {
  const recorded = await startRecorded({ prepare: (goldmane) => fill(goldmane, 200, 3) })
  const { store, recorder } = recorded
  await recorded.advanceUntil(() => recorder.counts.buckets >= 198)
  await live(recorded, 6)
  await recorded.pass(60_000)
  const stored = await storedIn(store)
  expect(stored).toEqual(recorded.held())
  expect(distinct(stored)).toBe(stored.length)
  expect(stored.length).toBe(filled(200, 3).length + 18)
  expect(await gapsIn(store)).toEqual([])
  expect(recorder.failure).toBeNull()
  expect(recorder.queue).toEqual({ buckets: 0, bytes: 0, oldestEnd: null })
})

test('a bucket is not stored while it is the newest and may still grow', async () => {
  const recorded = await startRecorded({ prepare: (goldmane) => fill(goldmane, 10, 3) })
  const { recorder, ring, store } = recorded
  await recorded.advanceUntil(() => recorder.counts.buckets > 0)
  const newest = ring.newestBucket ?? 0
  expect((await storedIn(store)).some((record) => record.startsWith(`${newest}/`))).toBe(false)
  await recorded.pass(20_000)
  expect((await storedIn(store)).some((record) => record.startsWith(`${newest}/`))).toBe(true)
})

test('a record that comes late is stored with its bucket, in a newer version', async () => {
  const recorded = await startRecorded({ prepare: (goldmane) => fill(goldmane, 20, 3) })
  const { recorder, ring, store } = recorded
  await recorded.advanceUntil(() => recorder.counts.buckets >= 18)
  const [before] = await store.have('prod', { from: bucketsAgo(10), to: bucketsAgo(9) })
  // As List brings it.
  const flow = flowToMessage(flowAt(bucketsAgo(10), 9999))
  expect(ring.append(toBinary(FlowResultSchema, create(FlowResultSchema, { flow })))).toBe('stored')
  ring.publish()
  await recorded.pass(5000)
  expect((await storedIn(store)).filter((record) => record.startsWith(`${bucketsAgo(10)}/`))).toEqual(
    [80, 443, 5432, 9999].map((port) => `${bucketsAgo(10)}/${port}`).sort(),
  )
  const [after] = await store.have('prod', { from: bucketsAgo(10), to: bucketsAgo(9) })
  expect(after?.version).toBeGreaterThan(before?.version ?? Infinity)
})

describe('a gateway that starts again', () => {
  test('loses nothing and stores nothing twice: what was not stored comes from Goldmane', async () => {
    // Killed: nothing is flushed.
    const { served, store } = await startedBefore(30, ({ counts }) => counts.buckets >= 10, 0)
    const between = await storedIn(store)
    const second = await startRecorded({ served, store })
    await live(second, 4)
    await second.pass(60_000)
    expect(await storedIn(store)).toEqual(second.held())
    expect(second.held().length).toBe(filled(30, 3).length + 12)
    expect(await gapsIn(store)).toEqual([])
    // What was stored before was not put again.
    expect(second.recorder.counts.rows).toBe(second.held().length - between.length)
  })

  test('with Goldmane at the same time asks for what Felix sends again too late for the stream', async () => {
    const { served, store } = await startedBefore(8, hasAllOf8)
    served.clock.advance(120_000)
    served.goldmane.restart()
    const down = Math.floor(served.clock.now() / 1000 / BUCKET_SECONDS) * BUCKET_SECONDS - 60
    const second = await startRecorded({ served, store })
    await live(second, 3)
    expect(second.ring.oldestBucket).toBeGreaterThan(down)
    // A node that was away too.
    served.goldmane.ingest(flowAt(down, 8080))
    await live(second, 6)
    expect(await storedIn(store)).toContain(`${down}/8080`)
    // What is missing before it, and after it.
    expect(await gapsIn(store)).toMatchObject([{ to: down }, { from: down + BUCKET_SECONDS }])
  })

  test('names what is older than the hour of Goldmane', async () => {
    const { served, store } = await startedBefore(8, hasAllOf8)
    const stored = (await storedIn(store)).length
    served.clock.advance(2 * 3600 * 1000)
    const now = Math.floor(served.clock.now() / 1000 / BUCKET_SECONDS) * BUCKET_SECONDS
    for (let start = now - 3585; start < now; start += BUCKET_SECONDS) served.goldmane.ingest(flowAt(start))
    const second = await startRecorded({ served, store })
    await second.advanceUntil(() => second.recorder.counts.buckets > 200)
    const { oldestBucket } = second.ring
    // Until Goldmane was asked twice for what Felix may send again, of which nothing is within its hour any more.
    await live(second, 20)
    const [gap, ...others] = await gapsIn(store)
    expect(others).toEqual([])
    expect(second.recorder.counts.gaps).toBe(1)
    expect(gap).toMatchObject({ from: bucketsAgo(2), cause: 'The gateway did not run' })
    expect(gap?.to).toBe(oldestBucket)
    expect((await storedIn(store)).length).toBeGreaterThan(stored + 200)
  })

  test('stores what has come when it is ended, whole or not', async () => {
    const recorded = await startRecorded({ prepare: (goldmane) => fill(goldmane, 5, 3) })
    await recorded.until(() => recorded.recorder.isPrepared && recorded.held().length === 9)
    await recorded.stop()
    expect(await storedIn(recorded.store)).toEqual(filled(5, 3))
  })
})

describe('a store that is down', () => {
  test('is tried again, and gets everything that came meanwhile', async () => {
    const store = new MemoryHistory()
    store.trouble = new HistoryError('unavailable', 'ClickHouse is not reached')
    const recorded = await startRecorded({ store, prepare: (goldmane) => fill(goldmane, 20, 3) })
    const { recorder } = recorded
    await live(recorded, 20)
    expect(recorder.failure?.error.message).toBe('ClickHouse is not reached')
    expect(recorder.counts.failures).toBeGreaterThan(5)
    expect(recorder.counts.failures).toBeLessThan(40)
    expect(recorder.queue.oldestEnd).toBe(bucketsAgo(19))
    expect(await storedIn(store)).toEqual([])
    store.trouble = null
    await recorded.pass(90_000)
    expect(recorder.failure).toBeNull()
    expect(await storedIn(store)).toEqual(recorded.held())
    expect(await gapsIn(store)).toEqual([])
  })

  test('is asked with one bucket at a time, and with several together when it takes them again', async () => {
    const store = new MemoryHistory()
    let [open, most] = [0, 0]
    const put = store.put.bind(store)
    store.put = async (bucket) => {
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
      open -= 1
      return put(bucket)
    }
    store.trouble = new HistoryError('unavailable', 'ClickHouse is not reached')
    const recorded = await startRecorded({ store, prepare: (goldmane) => fill(goldmane, 20, 3) })
    await recorded.advanceUntil(() => recorded.recorder.failure !== null)
    most = 0
    await recorded.pass(20_000)
    expect(most).toBe(1)
    const waiting = recorded.recorder.queue.buckets
    store.trouble = null
    await recorded.advanceUntil(() => recorded.recorder.queue.buckets < 8)
    // The first one alone shows that the store takes buckets again.
    expect(most).toBe(waiting - 1)
  })

  test('for longer than the ring holds makes a gap with its cause, and what was dropped is counted', async () => {
    const store = new MemoryHistory()
    const recorded = await startRecorded({ store, prepare: (goldmane) => fill(goldmane, 10, 3) })
    const { recorder } = recorded
    await recorded.advanceUntil(() => recorder.counts.buckets >= 7)
    store.trouble = new HistoryError('full', 'The disk is full')
    for (let n = 0; n < 300; n++) {
      recorded.goldmane.ingest(flowAt(Math.floor(recorded.clock.now() / 15_000) * BUCKET_SECONDS))
      await recorded.pass(BUCKET_SECONDS * 1000, BUCKET_SECONDS * 1000)
    }
    store.trouble = null
    await recorded.pass(120_000, 1000)
    const stored = new Set(await storedIn(store))
    expect(recorded.held().every((record) => stored.has(record))).toBe(true)
    const gaps = await gapsIn(store)
    expect(new Set(gaps.map(({ cause }) => cause))).toEqual(new Set(['The history could not keep up']))
    const lost = gaps.reduce((sum, { from, to }) => sum + (to - from) / BUCKET_SECONDS, 0)
    // The bucket that was filled at first has three records, each later one has one.
    expect(recorder.counts.dropped).toBe(lost + 2)
  })

  test('for sums alone keeps no bucket waiting, and is not said to store nothing', async () => {
    const store = new MemoryHistory()
    store.rollUp = () =>
      Promise.reject(new HistoryError('refused', 'The file of the month may not be written'))
    const recorded = await startRecorded({ store, prepare: (goldmane) => fill(goldmane, 200, 3) })
    const { recorder } = recorded
    await recorded.advanceUntil(() => recorder.counts.failures > 0 && recorder.queue.buckets < 8)
    await live(recorded, 4)
    await recorded.pass(60_000)
    expect(await storedIn(store)).toEqual(recorded.held())
    expect(recorder.failure).toBeNull()
  })

  test('does not let one bucket that it refuses keep the others from it', async () => {
    const store = new MemoryHistory()
    const put = store.put.bind(store)
    store.put = async (bucket) => {
      if (bucket.start === bucketsAgo(9)) throw new HistoryError('failed', 'A value is out of range')
      return put(bucket)
    }
    const recorded = await startRecorded({ store, prepare: (goldmane) => fill(goldmane, 20, 3) })
    await recorded.pass(60_000)
    expect(recorded.recorder.counts.buckets).toBe(17)
    expect(recorded.recorder.queue.buckets).toBe(1)
    expect(recorded.recorder.counts.failures).toBeLessThan(8)
  })
})

describe('a Goldmane that restarts', () => {
  test('has lost what it had not sent: a gap that says so, and nothing stored gets poorer', async () => {
    const recorded = await startRecorded({ prepare: (goldmane) => fill(goldmane, 40, 3) })
    const { recorder, store, served, goldmane } = recorded
    await live(recorded, 4)
    await recorded.pass(20_000)
    const before = await storedIn(store)
    expect(before.length).toBeGreaterThan(100)
    await served.kill()
    goldmane.restart()
    await recorded.pass(60_000)
    await served.listen()
    // A part of a bucket that is stored comes again.
    goldmane.ingest(flowAt(Number(before.at(-1)?.split('/')[0]), 443))
    await live(recorded, 24)
    await recorded.pass(60_000)
    const after = new Set(await storedIn(store))
    expect(before.filter((record) => !after.has(record))).toEqual([])
    expect(recorded.held().filter((record) => !after.has(record))).toEqual([])
    const gaps = await gapsIn(store)
    expect(gaps.length).toBeGreaterThan(0)
    expect(new Set(gaps.map(({ cause }) => cause))).toEqual(new Set(['Goldmane restarted']))
    expect(recorder.failure).toBeNull()
  })
})

test('closed hours are rolled up, and no hour of which something waits', async () => {
  const store = new MemoryHistory()
  const recorded = await startRecorded({ store, prepare: (goldmane) => fill(goldmane, 230, 3) })
  await recorded.advanceUntil(() => recorded.recorder.counts.buckets >= 227)
  await recorded.pass(2000)
  const { oldestHour } = await store.stats()
  const hour = Math.floor(CURRENT / 3600) * 3600
  expect(oldestHour).toBe(hour - 3600)
  const { signal } = new AbortController()
  const rolled = store.records(
    {
      cluster: 'prod',
      range: { from: 0, to: hour },
      filter: ALL,
      namespaces: 'all',
      grain: 'hour',
    },
    { step: 3600 },
    { maxRows: 1e6, maxMs: 1000, maxMemory: 1e9, signal },
  )
  for await (const { starts } of rolled) expect([...starts]).toEqual([hour - 3600, hour - 3600, hour - 3600])
})

describe('records that are more than a day ahead', () => {
  const DAY = 86_400

  /** A gateway that got so many buckets, all of them 400 days ahead, and waited for more. */
  async function recordedAhead(buckets: number) {
    const recorded = await startRecorded({ skew: 400 * DAY })
    const { clock, goldmane } = recorded
    for (let n = 0; n < buckets; n++) {
      const current = Math.floor(clock.now() / 1000 / BUCKET_SECONDS) * BUCKET_SECONDS + 400 * DAY
      for (const port of [80, 443]) goldmane.ingest(flowAt(current, port))
      await recorded.pass(BUCKET_SECONDS * 1000, 2500)
    }
    await recorded.pass(30_000)
    return recorded
  }

  test('wait while the clocks differ, and are stored when the gateway has the right time', async () => {
    const recorded = await recordedAhead(8)
    const { recorder, store, clock } = recorded
    expect(recorded.held().length).toBeGreaterThan(10)
    expect(await storedIn(store)).toEqual([])
    expect(recorder.failure?.error.message).toMatch(/more than a day ahead of the gateway's clock/)
    clock.step(400 * DAY * 1000)
    await recorded.pass(30_000)
    expect(await storedIn(store)).toEqual(recorded.held())
    expect(recorder.failure).toBeNull()
    expect(await gapsIn(store)).toEqual([])
  })

  test('are counted as dropped when Goldmane has the right time again, and their time is no gap', async () => {
    const recorded = await recordedAhead(8)
    const { recorder, store, ring } = recorded
    const ahead = recorded.held().length
    for (let port = 1; port <= 16; port++) {
      const flow = flowToMessage(flowAt(bucketsAgo(0), port))
      ring.append(toBinary(FlowResultSchema, create(FlowResultSchema, { flow })))
    }
    ring.publish()
    await recorded.pass(30_000)
    expect(recorder.counts.dropped).toBe(ahead)
    expect(await storedIn(store)).toEqual(recorded.held())
    expect(recorded.held()).toHaveLength(16)
    expect(recorder.failure).toBeNull()
    expect(await gapsIn(store)).toEqual([])
  })
})
