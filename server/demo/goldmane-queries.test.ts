// The page's bounded queries through grpc-web, the bridge, gRPC and the in-memory Goldmane.
import { BUCKET_SECONDS } from '../../src/flows/bucket.ts'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { buildEndOfTier, buildFlow, buildHit, buildKey } from '../../src/flows/testing/build.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { Goldmane } from '../../src/goldmane/goldmane.ts'
import { fetchPolicyActivity, fetchHintValues, fetchTotals } from '../../src/source/goldmane-queries.ts'
import { serveGoldmane } from './goldmane-grpc.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import { FetchXhr } from '../testing/fetch-xhr.ts'

/** Unix seconds: seven into the current bucket. */
const NOW = 1_790_000_017

const { signal } = new AbortController()

beforeEach(() => void vi.stubGlobal('XMLHttpRequest', FetchXhr))
afterEach(() => void vi.unstubAllGlobals())

/** The endpoint of a gateway to a Goldmane that has received these flows. */
async function endpointOf(flows: readonly Flow[]): Promise<string> {
  const goldmane = new Goldmane({ now: () => NOW })
  for (const flow of flows) expect(goldmane.ingest(flow)).toBe(true)
  const server = await serveGoldmane(goldmane)
  onTestFinished(() => server.close())
  return startTestGateway({ url: `http://127.0.0.1:${server.port}` })
}

/** The flow in the bucket that is `n` buckets before the current one. */
function ago(n: number, flow: Flow): Flow {
  const startTime = NOW - 7 - n * BUCKET_SECONDS
  return { ...flow, startTime, endTime: startTime + BUCKET_SECONDS }
}

describe('hints', () => {
  test('are the values of Goldmane’s hour, each once', async () => {
    const endpoint = await endpointOf([
      ago(3, buildFlow({ destNamespace: 'db' })),
      ago(2, buildFlow({ destNamespace: 'backend' })),
      ago(1, buildFlow({ destNamespace: 'db' })),
    ])
    expect(await fetchHintValues(endpoint, 'DestNamespace', signal)).toEqual(['backend', 'db'])
  })

  test('name the policy that triggered an end of tier', async () => {
    const endpoint = await endpointOf([ago(2, buildFlow({ action: 'Deny' }))])
    expect(await fetchHintValues(endpoint, 'PolicyName', signal)).toEqual(['default-deny'])
    expect(await fetchHintValues(endpoint, 'PolicyKind', signal)).toEqual(['GlobalNetworkPolicy'])
  })
})

describe('the totals of a flow', () => {
  test('are the sums over its buckets, and over no other flow’s', async () => {
    const flow = buildFlow({}, { bytesIn: 100, packetsOut: 2, numConnectionsStarted: 1 })
    const endpoint = await endpointOf([
      ago(9, flow),
      ago(4, flow),
      ago(4, buildFlow({ reporter: 'Dst' }, { bytesIn: 7000 })),
      ago(4, buildFlow({ policies: { enforced: [buildHit({ ruleIndex: 1 })], pending: [] } })),
    ])
    expect(await fetchTotals(endpoint, flow.key, signal)).toMatchObject({
      startTime: NOW - 7 - 9 * BUCKET_SECONDS,
      endTime: NOW - 7 - 3 * BUCKET_SECONDS,
      bytesIn: 200,
      packetsOut: 4,
      numConnectionsStarted: 2,
    })
  })

  test('are found for ICMP, whose port is 0', async () => {
    const flow = buildFlow({ proto: 'icmp', destPort: 0 })
    const endpoint = await endpointOf([ago(3, flow), ago(3, buildFlow())])
    expect(await fetchTotals(endpoint, flow.key, signal)).not.toBeNull()
  })

  test('are none for a flow that Goldmane does not hold', async () => {
    const endpoint = await endpointOf([ago(3, buildFlow())])
    expect(await fetchTotals(endpoint, buildKey({ sourceName: 'web-1' }), signal)).toBeNull()
  })

  test('are none while its only bucket still fills', async () => {
    const flow = buildFlow()
    const endpoint = await endpointOf([ago(0, flow)])
    expect(await fetchTotals(endpoint, flow.key, signal)).toBeNull()
  })
})

describe('the activity of a policy', () => {
  test('counts the packets by outcome, ends of tier that name it included', async () => {
    const enforced = [buildHit({ name: 'default-deny' })]
    const endpoint = await endpointOf([
      ago(3, buildFlow({ policies: { enforced, pending: [] } }, { packetsIn: 10, packetsOut: 5 })),
      ago(
        2,
        buildFlow(
          { action: 'Deny', policies: { enforced: [buildEndOfTier('default-deny')], pending: [] } },
          { packetsIn: 0, packetsOut: 3 },
        ),
      ),
      ago(2, buildFlow({ policies: { enforced: [buildHit({ name: 'default-deny-2' })], pending: [] } })),
    ])
    const policy = buildHit({ name: 'default-deny' })
    expect(await fetchPolicyActivity(endpoint, policy, signal)).toEqual({ allowed: 15, denied: 3, passed: 0 })
  })

  test('is not that of a namesake in a namespace or of another kind', async () => {
    const other = buildHit({ kind: 'CalicoNetworkPolicy', namespace: 'shop', name: 'guard' })
    const endpoint = await endpointOf([ago(2, buildFlow({ policies: { enforced: [other], pending: [] } }))])
    expect(await fetchPolicyActivity(endpoint, other, signal)).not.toBeNull()
    expect(await fetchPolicyActivity(endpoint, { ...other, namespace: 'bank' }, signal)).toBeNull()
    expect(await fetchPolicyActivity(endpoint, { ...other, namespace: '' }, signal)).toBeNull()
    expect(await fetchPolicyActivity(endpoint, { ...other, kind: 'NetworkPolicy' }, signal)).toBeNull()
  })

  test('is none when no flow names it', async () => {
    const endpoint = await endpointOf([])
    expect(await fetchPolicyActivity(endpoint, buildHit(), signal)).toBeNull()
  })
})

test('a query to a Goldmane that is away is an error with its code', async () => {
  const goldmane = new Goldmane({ now: () => NOW })
  const server = await serveGoldmane(goldmane)
  const endpoint = await startTestGateway({ url: `http://127.0.0.1:${server.port}` })
  await server.close()
  await expect(fetchHintValues(endpoint, 'DestName', signal)).rejects.toMatchObject({
    name: 'GrpcError',
    code: 'UNAVAILABLE',
  })
})

test('an aborted query rejects at once with the reason', async () => {
  const endpoint = await endpointOf([ago(3, buildFlow())])
  const abort = new AbortController()
  const asked = fetchTotals(endpoint, buildKey(), abort.signal)
  abort.abort(new Error('nobody looks any more'))
  await expect(asked).rejects.toThrow('nobody looks any more')
})
