/** The demo's next 15 s, as they arrive while a page is open. */
import { bucketStart } from '../../src/flows/bucket.ts'
import { buildEndOfTier, buildFlow } from '../../src/flows/testing/build.ts'
import type { Cluster } from './cluster.ts'

export function nextBucket(cluster: Cluster): void {
  cluster.advance()
  cluster.receiveDemo(1)
}

/**
 * So many buckets from now on. The cluster's clock falls behind the browser's on a slow machine, and what a page does "from
 * now" leaves out the buckets that are missing until then.
 */
export function nextBuckets(cluster: Cluster, count: number): void {
  const now = bucketStart(Date.now() / 1000)
  while (cluster.bucket < now) nextBucket(cluster)
  for (let buckets = 0; buckets < count; buckets++) nextBucket(cluster)
}

/** With a denial of a new source besides, `newcomer-` and that name, which would stand first if the order were set anew. */
export function nextBucketWithNewDenial(cluster: Cluster, name: string): void {
  nextBucket(cluster)
  const trace = [buildEndOfTier('default-deny')]
  cluster.receive(
    buildFlow({
      action: 'Deny',
      sourceNamespace: 'default',
      sourceName: `newcomer-${name}`,
      destNamespace: 'backend',
      destName: 'api-6f7c9d5b8d-*',
      policies: { enforced: trace, pending: trace },
    }),
  )
}
