import { expect, test } from 'vitest'
import { buildFlow } from '../../src/flows/testing/build.ts'
import { HistoryError } from './history-error.ts'
import type { Bucket, PutOutcome } from './history-store.ts'
import { bucketOf } from './testing/history-buckets.ts'
import { mayBeOfOneBucket } from './clickhouse/clickhouse-error.ts'
import { PutQueue } from './put-queue.ts'

const DAY = 86_400
const bucketAt = (start: number, cluster = 'c') => bucketOf({ cluster, start }, [buildFlow()])

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
