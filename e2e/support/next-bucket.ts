/** The demo's next 15 s, as they arrive while a page is open. */
import { buildEndOfTier, buildFlow } from '../../src/flows/testing/build.ts'
import type { Cluster } from './cluster.ts'

export function nextBucket(cluster: Cluster): void {
  cluster.advance()
  cluster.receiveDemo(1)
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
