import { expect, test } from 'vitest'
import { buildFlow } from '../../../src/flows/testing/build.ts'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { encodedResult, startOf } from '../../testing/ring-frames.ts'
import { FlowRing } from '../../upstream/flow-ring.ts'
import { bucketOf } from '../testing/history-buckets.ts'
import { MemoryHistory } from '../testing/memory-history.ts'
import { BucketWriter } from './bucket-writer.ts'
import { makeExclusive } from './exclusively.ts'
import { PendingBuckets } from './pending-buckets.ts'
import { StoredIndex } from './stored-index.ts'

const CLUSTER = 'prod'

test.each([
  ['with it', 0],
  ['before it', -240],
])(
  'a bucket is not stored where a window of five minutes that began %s is held, though it has more records',
  async (_when, seconds) => {
    const store = new MemoryHistory()
    const start = startOf(1)
    const window = { cluster: CLUSTER, start: start + seconds, seconds: 300 }
    await store.put(bucketOf(window, [buildFlow({ destPort: 1 })]))
    const ring = new FlowRing({ maxBytes: 2 ** 20 })
    for (const key of [1, 2, 3]) ring.append(encodedResult(key, 1, { destPort: 1000 + key }))
    ring.publish()
    const clock = new ManualClock((start + 60) * 1000)
    const index = new StoredIndex({ store, cluster: CLUSTER, isShared: false, clock })
    const parts = { store, cluster: CLUSTER, index, exclusively: makeExclusive(), ring, clock }
    const writer = new BucketWriter(parts)
    const pending = new PendingBuckets()
    for (const { start: changed, publishedCount } of ring.changesSince(0).buckets)
      pending.onChange(changed, publishedCount, 0, clock.now())
    expect(pending.size).toBe(1)
    await writer.write(pending.all(), pending)
    expect(pending.size).toBe(0)
    expect(await store.have(CLUSTER, { from: 0, to: 4e9 })).toMatchObject([
      { start: start + seconds, seconds: 300, rows: 1 },
    ])
  },
)
