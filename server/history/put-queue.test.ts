import { expect, test } from 'vitest'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { HistoryError } from './history-error.ts'
import type { Bucket, PutOutcome } from './history-store.ts'
import { bucketOf } from './testing/history-buckets.ts'
import { mayBeOfOneBucket } from './clickhouse/clickhouse-error.ts'
import { PutQueue } from './put-queue.ts'

const DAY = 86_400
const bucketAt = (start: number, cluster = 'c') => bucketOf({ cluster, start }, [buildFlow()])

const ofRows = (start: number, rows: number) => ({ ...bucketAt(start), entries: new BigUint64Array(rows) })
const turn = async () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** Puts the buckets at once, and returns the starts of each batch that came of it. */
async function batchesOf(
  buckets: readonly Bucket[],
  put: (batch: readonly Bucket[]) => readonly PutOutcome[] = (batch) => batch.map(() => 'stored'),
) {
  const batches: (readonly number[])[] = []
  const queue = new PutQueue({
    put: async (batch) => {
      batches.push(batch.map(({ start }) => start))
      return put(batch)
    },
    maxBatches: 2,
    mayBeOfOneBucket,
  })
  const outcomes = await Promise.allSettled(buckets.map((bucket) => queue.put(bucket)))
  return { batches, outcomes }
}

test('what waits together is one batch, whatever its clusters', async () => {
  const { batches } = await batchesOf([bucketAt(0), bucketAt(15), bucketAt(0, 'd')])
  expect(batches).toEqual([[0, 15, 0]])
})

test('days and versions of one bucket are batches of their own', async () => {
  const { batches } = await batchesOf([bucketAt(0), bucketAt(DAY), bucketAt(DAY), bucketAt(DAY + 15)])
  expect(batches).toEqual([[0], [DAY], [DAY, DAY + 15]])
})

test('a bucket that cannot be stored does not keep the others of its batch from it', async () => {
  const { batches, outcomes } = await batchesOf([bucketAt(0), bucketAt(15), bucketAt(30)], (batch) => {
    if (batch.some(({ start }) => start === 15)) throw new Error('broken')
    return batch.map(() => 'stored')
  })
  expect(batches).toEqual([[0, 15, 30], [0], [15], [30]])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})

test('a server that is away is not asked for each of them', async () => {
  const { batches, outcomes } = await batchesOf([bucketAt(0), bucketAt(15)], () => {
    throw new HistoryError('unavailable', 'away')
  })
  expect(batches).toEqual([[0, 15]])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})

test('a batch has no more than 100,000 rows, unless a bucket has more by itself', async () => {
  const { batches } = await batchesOf([
    ofRows(0, 60_000),
    ofRows(15, 40_000),
    ofRows(30, 1),
    ofRows(45, 200_000),
  ])
  expect(batches).toEqual([[0, 15], [30], [45]])
})

test('what comes while batches are stored waits for them, and is one batch then', async () => {
  const ends: (() => void)[] = []
  const stored: (readonly number[])[] = []
  const queue = new PutQueue({
    put: async (batch) => {
      stored.push(batch.map(({ start }) => start))
      await new Promise<void>((end) => {
        ends.push(end)
      })
      return batch.map(() => 'stored')
    },
    maxBatches: 2,
    mayBeOfOneBucket,
  })
  const puts = []
  for (const start of [0, 15, 30, 45]) {
    puts.push(queue.put(bucketAt(start)))
    await turn()
    await turn()
  }
  expect(stored).toEqual([[0], [15]])
  ends[0]?.()
  await turn()
  expect(stored).toEqual([[0], [15], [30, 45]])
  for (const end of ends) end()
  await turn()
  for (const end of ends) end()
  expect(await Promise.all(puts)).toEqual(['stored', 'stored', 'stored', 'stored'])
  // Those that are done leave their places.
  const later = queue.put(bucketAt(60))
  await turn()
  await turn()
  expect(stored.at(-1)).toEqual([60])
  ends.at(-1)?.()
  expect(await later).toBe('stored')
})
