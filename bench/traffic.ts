/** Generates synthetic traffic for the benchmarks: deterministic, and skewed as a cluster's is. */
import { BUCKET_SECONDS } from '../src/flows/bucket.ts'
import type { Flow, FlowKey, LabelledKey, PolicyHit } from '../src/flows/flow.ts'
import { buildEndOfTier, buildHit } from '../src/flows/testing/build.ts'
import { fullKey } from './full-keys.ts'
import { APPS, chooseSkewed, NAMESPACES, POLICIES, PORTS, randomFrom } from './seeded.ts'

export const START = 1_790_000_010

function traceOf(random: () => number, denied: boolean): FlowKey['policies'] {
  const platform = buildHit({ tier: 'platform', name: 'platform-baseline', action: 'Pass' })
  const last: PolicyHit = denied
    ? buildEndOfTier('default-deny', { policyIndex: 1 })
    : buildHit({
        kind: 'CalicoNetworkPolicy',
        namespace: chooseSkewed(NAMESPACES, random),
        name: chooseSkewed(POLICIES, random),
        policyIndex: 1,
        ruleIndex: Math.floor(random() * 4),
      })
  const enforced = [platform, last]
  if (random() < 0.8) return { enforced, pending: enforced }
  const staged = buildHit({
    kind: 'StagedGlobalNetworkPolicy',
    name: 'staged-deny',
    action: 'Deny',
    policyIndex: 2,
  })
  return { enforced, pending: [...enforced, staged] }
}

/** A key with its labels. The names contain the number, so that the keys of different numbers differ. */
function lightKey(number: number, distinctNames: number, random: () => number): LabelledKey {
  const denied = random() < 0.04
  const app = chooseSkewed(APPS, random)
  const destApp = chooseSkewed(APPS, random)
  const destNamespace = chooseSkewed(NAMESPACES, random)
  const port = chooseSkewed(PORTS, random)
  const labels = (name: string): string[] => [
    `app=${name}`,
    `app.kubernetes.io/name=${name}`,
    `team=${chooseSkewed(NAMESPACES, random)}`,
    `version=v${Math.floor(random() * 6)}`,
  ]
  return {
    key: {
      sourceName: `${app}-${(number % distinctNames).toString(36)}-*`,
      sourceNamespace: chooseSkewed(NAMESPACES, random),
      sourceType: 'WorkloadEndpoint',
      destName: random() < 0.1 ? 'pub' : `${destApp}-${Math.floor(number / distinctNames)}-*`,
      destNamespace,
      destType: 'WorkloadEndpoint',
      destPort: port,
      destServiceName: destApp,
      destServiceNamespace: destNamespace,
      destServicePortName: port === 443 ? 'https' : 'http',
      destServicePort: port,
      proto: port === 53 ? 'udp' : 'tcp',
      reporter: number % 2 === 0 ? 'Src' : 'Dst',
      action: denied ? 'Deny' : 'Allow',
      policies: traceOf(random, denied),
    },
    sourceLabels: labels(app),
    destLabels: labels(destApp),
  }
}

export interface Traffic {
  readonly rows: number
  readonly keys: number
  /** Record `i`, oldest first; its key and labels are those of all records of the key. */
  readonly flow: (i: number) => Flow
}

/** `light`: 2 or 3 hits, 4 labels of each end, workloads only (440 bytes as protobuf); `full`: see full-keys.ts. */
export type Weight = 'light' | 'full'

/** So many distinct keys, made one after the other: of a million that are held the garbage collector takes seconds. */
export function* distinctKeys(keys: number, weight: Weight = 'light'): Generator<LabelledKey> {
  const makeKey = weight === 'full' ? fullKey : lightKey
  const random = randomFrom(1)
  const distinctNames = Math.max(1, Math.ceil(keys * 0.8))
  for (let number = 0; number < keys; number++) yield makeKey(number, distinctNames, random)
}

/** Record `i` of a key, in the bucket that begins at `start`. */
export function recordOf({ key, sourceLabels, destLabels }: LabelledKey, i: number, start: number): Flow {
  const chance = randomFrom(i)
  const packets = 1 + Math.floor(chance() ** 4 * 5000)
  return {
    key,
    sourceLabels,
    destLabels,
    startTime: start,
    endTime: start + BUCKET_SECONDS,
    packetsIn: packets,
    packetsOut: Math.floor(packets * chance()),
    bytesIn: packets * 400,
    bytesOut: Math.floor(packets * 900 * chance()),
    numConnectionsStarted: Math.floor(chance() * 5),
    numConnectionsCompleted: Math.floor(chance() * 5),
    numConnectionsLive: Math.floor(chance() * 3),
  }
}

/** Traffic of `rows` records with `keys` distinct keys. */
export function traffic(rows: number, keys: number, weight: Weight = 'light'): Traffic {
  const labelled = [...distinctKeys(keys, weight)]
  // At most `keys` records in a bucket, so that a key has one record in a bucket; otherwise 240 buckets, of which the
  // gateway's hour in memory drops none.
  const perBucket = Math.max(1, Math.min(keys, Math.ceil(rows / 240)))
  return {
    rows,
    keys,
    flow(i) {
      const number = (i * 7919) % keys
      const start = START + Math.floor(i / perBucket) * BUCKET_SECONDS
      const key = labelled[number]
      if (key === undefined) throw new Error(`no key ${number}`)
      return recordOf(key, i, start)
    },
  }
}
