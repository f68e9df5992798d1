import { expect, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import type { Bucket, PutOutcome } from '../../history/history-store.ts'
import { bucketOf } from '../../history/testing/history-buckets.ts'
import { BoundedPuts } from './bounded-puts.ts'

const captured = (i: number) => ({
  bucket: bucketOf({ cluster: 'c', start: i * 15 }, [buildFlow()]),
  records: 1,
})

test('several are under way, and all are stored in the end', async () => {
  const answers: (() => void)[] = []
  let most = 0
  let underWay = 0
  const put = async (_bucket: Bucket): Promise<PutOutcome> => {
    most = Math.max(most, ++underWay)
    await new Promise<void>((resolve) => answers.push(resolve))
    underWay -= 1
    return 'stored'
  }
  const stored: number[] = []
  const puts = new BoundedPuts({ put }, ({ bucket }) => stored.push(bucket.start))
  const all = (async () => {
    for (let i = 0; i < 200; i++) await puts.add(captured(i))
    await puts.end()
  })()
  const answering = setInterval(() => answers.shift()?.(), 0)
  await all
  clearInterval(answering)
  expect(most).toBe(64)
  expect(stored).toHaveLength(200)
})

async function putBefore30({ start }: Bucket): Promise<PutOutcome> {
  if (start >= 30) throw new Error(`at ${start}`)
  return 'stored'
}

test('the first failure ends it', async () => {
  const stored: number[] = []
  const puts = new BoundedPuts({ put: putBefore30 }, ({ bucket }) => stored.push(bucket.start))
  const adding = async () => {
    for (let i = 0; i < 200; i++) await puts.add(captured(i))
  }
  await expect(adding()).rejects.toThrow('at 30')
  await expect(puts.end()).rejects.toThrow('at 30')
  expect(stored).toEqual([0, 15])
})
