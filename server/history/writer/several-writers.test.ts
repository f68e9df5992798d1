/** Several writers of one cluster, with clocks of their own, a store that loses acknowledgements, and any interleaving. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { encodedResult, startOf } from '../../testing/ring-frames.ts'
import { FlowRing } from '../../upstream/flow-ring.ts'
import { HistoryError } from '../history-error.ts'
import type { HistoryStore } from '../history-store.ts'
import { MemoryHistory } from '../testing/memory-history.ts'
import { BucketWriter } from './bucket-writer.ts'
import { EmittedWindow } from './emitted-window.ts'
import { makeExclusive } from './exclusively.ts'
import { PendingBuckets } from './pending-buckets.ts'
import { StoredIndex } from './stored-index.ts'
import { WindowWriter } from './window-writer.ts'

const CLUSTER = 'prod'
const BUCKETS = [0, 1, 2]

type Store = Pick<HistoryStore, 'put' | 'have' | 'addGap'>

/** One gateway: a ring, what waits of it, and how it is written. */
function gateway(store: Store, now: number, isShared: boolean) {
  const ring = new FlowRing({ maxBytes: 2 ** 24 })
  const clock = new ManualClock(now)
  const index = new StoredIndex({ store, cluster: CLUSTER, isShared, clock })
  const parts = { store, cluster: CLUSTER, index, exclusively: makeExclusive(), ring, clock }
  const writer = new BucketWriter(parts)
  const pending = new PendingBuckets()
  let publish = 0
  return {
    windows: new WindowWriter(parts),
    /** Takes the records of so many keys of each bucket. */
    receive(keys: readonly number[]): void {
      BUCKETS.forEach((bucket, i) => {
        for (let key = 0; key < (keys[i] ?? 0); key++)
          ring.append(encodedResult(key + 1, bucket, { destPort: 1000 + key }))
      })
      ring.publish()
      const changes = ring.changesSince(publish)
      publish = changes.publish
      for (const { start, publishedCount } of changes.buckets)
        pending.onChange(start, publishedCount, 0, clock.now())
    },
    /** Writes what waits, as often as it takes. */
    async writeAll(): Promise<void> {
      for (let attempts = 0; pending.size > 0 && attempts < 100; attempts++) {
        clock.advance(10_000)
        await writer.write(pending.all(), pending).catch(() => {})
      }
    },
  }
}

/** Whether a call fails, and whether after it was done. Those after the last one succeed. */
const anyFault = fc.constantFrom('none', 'none', 'none', 'refused', 'unacknowledged')

function flaky(store: MemoryHistory, scheduler: fc.Scheduler, faults: readonly string[]): Store {
  let calls = 0
  const run = async <T>(what: string, call: () => Promise<T>): Promise<T> => {
    const fault = faults[calls++] ?? 'none'
    await scheduler.schedule(Promise.resolve(), what)
    if (fault === 'refused') throw new HistoryError('unavailable', 'down')
    const result = await call()
    await scheduler.schedule(Promise.resolve(), `${what} answers`)
    if (fault === 'unacknowledged') throw new HistoryError('unavailable', 'lost')
    return result
  }
  return {
    put: (bucket) => run('put', () => store.put(bucket)),
    have: (cluster, range) => run('have', () => store.have(cluster, range)),
    addGap: (cluster, gap) => store.addGap(cluster, gap),
  }
}

const anyKeys = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4))
const anyFaults = fc.array(anyFault, { maxLength: 40 })

test('the richest view of each bucket is what is stored in the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ now: fc.oneof(fc.nat(2), fc.nat(60_000)), keys: anyKeys, later: anyKeys }), {
        minLength: 1,
        maxLength: 3,
      }),
      anyFaults,
      async (scheduler, views, faults) => {
        const store = new MemoryHistory()
        const done = Promise.all(
          views.map(async ({ now, keys, later }) => {
            const each = gateway(flaky(store, scheduler, faults), 1_790_000_000_000 + now, views.length > 1)
            each.receive(keys)
            await each.writeAll()
            // Late records, as List brings them.
            each.receive(later)
            await each.writeAll()
          }),
        )
        await scheduler.waitFor(done)
        const held = await store.have(CLUSTER, { from: 0, to: 4e9 })
        const richest = BUCKETS.map((bucket, i) => ({
          start: startOf(bucket),
          rows: Math.max(...views.map(({ keys, later }) => Math.max(keys[i] ?? 0, later[i] ?? 0))),
        }))
        expect(held.map(({ start, rows }) => ({ start, rows }))).toEqual(
          richest.filter(({ rows }) => rows > 0),
        )
      },
    ),
    { numRuns: 100 },
  )
})

test('a window of the emitter and buckets of the stream never hold the same time', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), anyKeys, anyFaults, async (scheduler, keys, faults) => {
      const store = new MemoryHistory()
      const both = gateway(flaky(store, scheduler, faults), 1_790_000_000_000, false)
      both.receive(keys)
      const window = new EmittedWindow()
      const times = { start_time: startOf(0), end_time: startOf(2) }
      window.add(JSON.stringify({ Key: { dest_port: 1 }, ...times, packets_in: 1 }))
      const posted = async () => {
        for (let attempts = 0; attempts < 100; attempts++) {
          const outcome = await both.windows.write(window).catch(() => null)
          if (outcome !== null) return
        }
      }
      await scheduler.waitFor(Promise.all([posted(), both.writeAll()]))
      const held = await store.have(CLUSTER, { from: 0, to: 4e9 })
      held.forEach(({ start }, i) => {
        const before = held[i - 1]
        if (before !== undefined) expect(start).toBeGreaterThanOrEqual(before.start + before.seconds)
      })
      // Whichever came first, nothing is lost of a time of which there was something.
      const covered = (start: number) =>
        held.some((each) => each.start <= start && each.start + each.seconds > start)
      expect(keys.every((count, i) => count === 0 || covered(startOf(i)))).toBe(true)
      expect(covered(startOf(0)) || covered(startOf(1))).toBe(true)
    }),
    { numRuns: 100 },
  )
})
