import { BUCKET_SECONDS } from '../flows/bucket.ts'
import { describe, expect, test } from 'vitest'
import type { Flow, FlowKey } from '../flows/flow.ts'
import { decidingHit, namedPolicy, verdictChange, verdictOf } from '../flows/hit.ts'
import { demoFlows } from './cluster.ts'

const HOUR = 3600
/** The start of a bucket, and of none of the demo's periods. */
const START = 1_790_000_010

function bucketsFrom(start: number): readonly (readonly Flow[])[] {
  return Array.from({ length: HOUR / BUCKET_SECONDS }, (_, i) => demoFlows(start + i * BUCKET_SECONDS))
}

const buckets = bucketsFrom(START)
const hour = buckets.flat()
const keys = [...new Map(hour.map(({ key }) => [JSON.stringify(key), key])).values()]

/** The identity of a conversation, readable: both ends, protocol and port. */
function ends(key: FlowKey): string {
  return [key.sourceNamespace, key.sourceName, key.destNamespace, key.destName, key.proto, key.destPort].join(
    ' ',
  )
}

function bytes(flows: readonly Flow[]): readonly number[] {
  return flows.map(({ bytesOut }) => bytesOut ?? 0)
}

function denials(flows: readonly Flow[]): number {
  return flows.filter(({ key }) => key.action === 'Deny').length
}

/** `Src default/09-frontend-egress-to-backend Allow`, for each reporter of a conversation. */
function decisions(talk: string): readonly string[] {
  const found = hour
    .filter(({ key }) => ends(key) === talk)
    .map(({ key }) => {
      const hit = decidingHit(key.policies.enforced)
      return `${key.reporter} ${hit?.kind === 'EndOfTier' ? 'end of ' : ''}${hit?.tier ?? ''}/${hit === undefined ? '' : namedPolicy(hit).name} ${key.action}`
    })
  return [...new Set(found)].sort()
}

/** An end of tier default as in the recorded trace. */
function endOfTierBy(name: string): readonly unknown[] {
  return [
    {
      kind: 'EndOfTier',
      name: '',
      namespace: '',
      tier: 'default',
      action: 'Deny',
      policyIndex: 0,
      ruleIndex: -1,
      trigger: {
        kind: 'GlobalNetworkPolicy',
        name,
        namespace: '',
        tier: 'default',
        action: 'ActionUnspecified',
        policyIndex: 0,
        ruleIndex: 0,
        trigger: null,
      },
    },
  ]
}

describe('the demo cluster is a function of the time', () => {
  test('the same bucket has the same flows, whatever was requested before', () => {
    demoFlows(START + 9000)
    expect(demoFlows(START)).toEqual(buckets[0])
    expect(bucketsFrom(START)).toEqual(buckets)
  })

  test('the next bucket has other counters', () => {
    expect(bytes(demoFlows(START + BUCKET_SECONDS))).not.toEqual(bytes(demoFlows(START)))
  })

  test('it works before the epoch and far in the future', () => {
    for (const start of [-HOUR, 0, 4_000_000_005]) expect(demoFlows(start).length).toBeGreaterThan(40)
  })

  test('a time within a bucket is refused', () => {
    expect(() => demoFlows(START + 1)).toThrow('starts a bucket')
  })
})

describe('every record is one that Goldmane could have', () => {
  test('the times are those of the bucket', () => {
    for (const [i, flows] of buckets.entries())
      for (const { startTime, endTime } of flows)
        expect([startTime, endTime]).toEqual([START + i * BUCKET_SECONDS, START + (i + 1) * BUCKET_SECONDS])
  })

  test('the verdict is the action of the last hit', () => {
    for (const key of keys) expect(verdictOf(key.policies.enforced)).toBe(key.action)
  })

  test('hits are numbered in order; ends of tier have a trigger and no rule, profiles no tier', () => {
    for (const key of keys)
      for (const hits of [key.policies.enforced, key.policies.pending])
        for (const [i, hit] of hits.entries()) {
          expect(hit.policyIndex).toBe(i)
          const isEnd = hit.kind === 'EndOfTier'
          expect(hit.ruleIndex === -1).toBe(isEnd)
          expect(hit.trigger !== null).toBe(isEnd)
          expect(hit.name === '').toBe(isEnd)
          expect(hit.tier === '').toBe(hit.kind === 'Profile')
          expect(hit.namespace !== '').toBe(
            hit.kind === 'CalicoNetworkPolicy' || hit.kind === 'NetworkPolicy',
          )
          if (hit.trigger !== null)
            expect(hit.trigger).toMatchObject({
              action: 'ActionUnspecified',
              ruleIndex: 0,
              policyIndex: 0,
              tier: hit.tier,
            })
        }
  })

  test('enforced traces have no staged policy', () => {
    const kinds = keys.flatMap((key) => key.policies.enforced).flatMap((hit) => [hit.kind, hit.trigger?.kind])
    expect(kinds.filter((kind) => kind?.startsWith('Staged'))).toEqual([])
  })

  test('a key is at most once in a bucket', () => {
    for (const flows of buckets) {
      const seen = flows.map(({ key }) => JSON.stringify(key))
      expect(new Set(seen).size).toBe(seen.length)
    }
  })

  test('labels are sorted, and only some buckets have those that Calico adds', () => {
    const lists = hour.flatMap(({ sourceLabels, destLabels }) => [sourceLabels, destLabels])
    for (const labels of new Set(lists)) expect(labels).toEqual([...labels].sort())
    const added = hour
      .filter(({ key }) => key.reporter === 'Src' && ends(key).startsWith('default test backend'))
      .map(({ sourceLabels }) => sourceLabels.includes('projectcalico.org/namespace=default'))
    expect(new Set(added)).toEqual(new Set([true, false]))
  })

  test('services are recorded where an address was translated, not at the other end', () => {
    for (const key of keys) {
      const bare = key.destServiceName === '-'
      expect([key.destServiceNamespace === '-', key.destServicePort === 0]).toEqual([bare, bare])
      if (key.reporter === 'Dst' && key.sourceType === 'WorkloadEndpoint') expect(bare).toBe(true)
    }
  })
})

describe('counters', () => {
  test('are whole and not negative', () => {
    const odd = hour.filter((flow) =>
      [
        flow.packetsIn,
        flow.packetsOut,
        flow.bytesIn,
        flow.bytesOut,
        flow.numConnectionsStarted,
        flow.numConnectionsCompleted,
        flow.numConnectionsLive,
      ].some((count) => !Number.isInteger(count) || Number(count) < 0),
    )
    expect(odd).toEqual([])
  })

  test('of both ends mirror each other', () => {
    let pairs = 0
    for (const flows of buckets) {
      const bySource = new Map(
        flows.filter(({ key }) => key.reporter === 'Src').map((flow) => [ends(flow.key), flow]),
      )
      for (const dst of flows.filter(({ key }) => key.reporter === 'Dst')) {
        const src = bySource.get(ends(dst.key))
        if (src === undefined) continue
        pairs++
        expect([dst.packetsIn, dst.bytesIn, dst.packetsOut, dst.bytesOut, dst.numConnectionsStarted]).toEqual(
          [src.packetsOut, src.bytesOut, src.packetsIn, src.bytesIn, src.numConnectionsStarted],
        )
      }
    }
    expect(pairs).toBeGreaterThan(1000)
  })

  test('of a denial count one direction only, over TCP in packets of a SYN', () => {
    for (const { key, ...flow } of hour.filter((one) => one.key.action === 'Deny')) {
      const isSource = key.reporter === 'Src'
      const there = (isSource ? flow.packetsOut : flow.packetsIn) ?? 0
      expect(there).toBeGreaterThan(0)
      expect(isSource ? [flow.packetsIn, flow.bytesIn] : [flow.packetsOut, flow.bytesOut]).toEqual([0, 0])
      if (key.proto === 'tcp') expect(isSource ? flow.bytesOut : flow.bytesIn).toBe(74 * there)
    }
  })

  test('of conversations that no end denies count both directions', () => {
    const refused = new Set(hour.filter(({ key }) => key.action === 'Deny').map(({ key }) => ends(key)))
    for (const flow of hour.filter(({ key }) => !refused.has(ends(key))))
      expect(Math.min(flow.packetsIn ?? 0, flow.packetsOut ?? 0), ends(flow.key)).toBeGreaterThan(0)
  })
})

describe('the story', () => {
  test('a conversation that the source denies has no record at the destination', () => {
    const deniedAtSource = new Set(
      hour.filter(({ key }) => key.reporter === 'Src' && key.action === 'Deny').map(({ key }) => ends(key)),
    )
    const both = hour.filter(({ key }) => key.reporter === 'Dst' && deniedAtSource.has(ends(key)))
    expect(both.map(({ key }) => ends(key))).toEqual([])
  })

  test.each([
    [
      'frontend web-6f7c9d5b8d-* backend api-7c5d9f4b66-* tcp 80',
      [
        'Dst default/09-backend-ingress-from-frontend Allow',
        'Src default/09-frontend-egress-to-backend Allow',
      ],
    ],
    [
      'backend api-7c5d9f4b66-* db db-* tcp 5432',
      ['Dst default/09-allow-backend-to-db-ingress Allow', 'Src default/09-allow-backend-to-db-egress Allow'],
    ],
    [
      'frontend web-6f7c9d5b8d-* kube-system coredns-668d6bf9bc-* udp 53',
      ['Dst default/02-dns-core Allow', 'Src default/01-dns-clients-egress Allow'],
    ],
    ['default test backend api-7c5d9f4b66-* tcp 80', ['Src end of default/default-deny Deny']],
    ['kube-system coredns-668d6bf9bc-* - pub udp 53', ['Src calico-system/calico-system.cluster-dns Allow']],
    [
      'kube-system metrics-server-587b667b55-* - pvt tcp 10250',
      ['Src end of default/01-dns-clients-egress Deny'],
    ],
  ])('%s is decided by its policies', (talk, expected) => {
    expect(decisions(talk)).toEqual(expected)
  })

  test('the denial of default/test is in every bucket, with the recorded trace', () => {
    for (const flows of buckets) {
      const found = flows.filter(({ key }) => ends(key) === 'default test backend api-7c5d9f4b66-* tcp 80')
      expect(found.map(({ key }) => [key.reporter, key.policies])).toEqual([
        ['Src', { enforced: endOfTierBy('default-deny'), pending: endOfTierBy('01-dns-clients-egress') }],
      ])
    }
  })

  test('an hour has between 100 and 200 keys', () => {
    expect(keys.length).toBeGreaterThanOrEqual(100)
    expect(keys.length).toBeLessThanOrEqual(200)
  })

  test('staged policies would deny some allowed conversations and allow some denied ones', () => {
    const changes = hour
      .filter(({ key }) => verdictChange(key.policies) === 'yes')
      .map(({ key }) => `${ends(key)}: ${key.action}`)
    expect(new Set(changes.map((change) => change.split(': ')[1]))).toEqual(new Set(['Allow', 'Deny']))
    expect(changes).toContain('monitoring prometheus-k8s-* backend api-7c5d9f4b66-* tcp 9090: Allow')
    expect(hour.some(({ key }) => verdictChange(key.policies) === 'unknown')).toBe(true)
  })

  test('for three minutes in twenty there are more than three times as many denials', () => {
    const counts = buckets.map(denials)
    const calm = [...counts].sort((a, b) => a - b)[120] ?? 0
    const spikes = counts.filter((count) => count > 3 * calm).length
    expect(spikes).toBe((3 * 180) / BUCKET_SECONDS)
  })
})
