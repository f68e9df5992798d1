import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { hubbleEnvelope, hubbleFlowRecord } from './testing/foreign-samples.ts'
import { line, readAll } from './testing/samples.ts'

async function onlyFlow(record: object) {
  const { flows, refusals } = await readAll(line(record))
  expect(refusals).toEqual([])
  expect(flows.length).toBe(1)
  return flows[0]
}

describe("Hubble's flows", () => {
  test.each([
    ['with the envelope', hubbleEnvelope()],
    ['alone', hubbleFlowRecord()],
    [
      'with camel case and numbers for enums',
      {
        time: { seconds: 1793613615, nanos: 5 },
        verdict: 1,
        IP: { source: '10.0.0.1', destination: '10.1.0.1' },
        l4: { TCP: { sourcePort: 41000, destinationPort: 8080 } },
        source: {
          namespace: 'shop',
          labels: ['k8s:app=web', 'k8s:io.kubernetes.pod.namespace=shop'],
          podName: 'web-6f7c9d5b8d-x2x4z',
        },
        destination: { namespace: 'shop', podName: 'api-1-0' },
        trafficDirection: 2,
        isReply: { value: false },
      },
    ],
  ])('are read, and what they do not record is left open: %s', async (_name, record) => {
    const { flows, refusals, format } = await readAll(line(record))
    expect(refusals).toEqual([])
    expect(format).toBe('Flows of Cilium Hubble')
    expect(flows).toMatchObject([
      {
        key: {
          sourceName: 'web-6f7c9d5b8d-x2x4z',
          sourceNamespace: 'shop',
          sourceType: 'WorkloadEndpoint',
          destName: 'api-1-0',
          destNamespace: 'shop',
          destType: 'WorkloadEndpoint',
          destPort: 8080,
          destServiceName: '',
          proto: 'tcp',
          reporter: 'Src',
          action: 'Allow',
          policies: { enforced: [], pending: [] },
        },
        sourceLabels: ['app=web', 'io.kubernetes.pod.namespace=shop'],
        startTime: 1793613615,
        endTime: 1793613615,
        numConnectionsStarted: null,
      },
    ])
  })

  test.each([
    ['FORWARDED', {}, 'Allow'],
    ['DROPPED', { drop_reason_desc: 'POLICY_DENIED' }, 'Deny'],
    ['DROPPED', { drop_reason_desc: 'POLICY_DENY' }, 'Deny'],
    ['DROPPED', { drop_reason: 133 }, 'Deny'],
    ['DROPPED', { event_type: { type: 129 } }, 'Deny'],
    ['DROPPED', { drop_reason_desc: 'INVALID_SOURCE_IP', event_type: { type: 5 } }, 'ActionUnspecified'],
    ['DROPPED', {}, 'ActionUnspecified'],
    ['AUDIT', {}, 'ActionUnspecified'],
    ['REDIRECTED', {}, 'ActionUnspecified'],
    ['TRACED', {}, 'ActionUnspecified'],
    ['TRANSLATED', {}, 'ActionUnspecified'],
    ['ERROR', {}, 'ActionUnspecified'],
    [2, { drop_reason_desc: 181 }, 'Deny'],
    [12, {}, 'Unknown(12)'],
  ])('with verdict %s and %j have the action %s', async (verdict, more, action) => {
    expect((await onlyFlow(hubbleEnvelope(1, { verdict, ...more })))?.key.action).toBe(action)
  })

  test('name the policies that Cilium names, for the end that reported them', async () => {
    const policies = [
      { name: 'allow-dns', namespace: 'shop', kind: 'NetworkPolicy', revision: '6' },
      { name: 'open', kind: 'CiliumClusterwideNetworkPolicy' },
      {
        labels: [
          'k8s:io.cilium.k8s.policy.derived-from=CiliumNetworkPolicy',
          'k8s:io.cilium.k8s.policy.name=old',
        ],
      },
      { revision: '7' },
    ]
    const record = hubbleEnvelope(1, {
      egress_allowed_by: policies,
      ingress_allowed_by: [{ name: 'other end' }],
    })
    const hits = (await onlyFlow(record))?.key.policies.enforced
    expect(
      hits?.map(({ kind, namespace, name, tier, action, ruleIndex }) => [
        kind,
        namespace,
        name,
        tier,
        action,
        ruleIndex,
      ]),
    ).toEqual([
      ['NetworkPolicy', 'shop', 'allow-dns', '', 'Allow', -2],
      ['Unknown(CiliumClusterwideNetworkPolicy)', '', 'open', '', 'Allow', -2],
      ['Unknown(CiliumNetworkPolicy)', '', 'old', '', 'Allow', -2],
    ])
    expect(hits?.map(({ policyIndex }) => policyIndex)).toEqual([0, 1, 2])
  })

  test('of a default deny name no policy', async () => {
    const record = hubbleEnvelope(1, {
      verdict: 'DROPPED',
      drop_reason_desc: 'POLICY_DENIED',
      egress_allowed_by: [{ name: 'allows something else' }],
    })
    expect((await onlyFlow(record))?.key).toMatchObject({ action: 'Deny', policies: { enforced: [] } })
  })

  test.each([
    [{ labels: ['reserved:world'] }, 'reserved:world', 'Network'],
    [{ identity: 6 }, 'reserved:remote-node', 'EndpointTypeUnspecified'],
    [{ labels: ['cidr:1.2.3.4/32', 'reserved:world'] }, 'reserved:world', 'Network'],
    [{ workloads: [{ name: 'api', kind: 'Deployment' }] }, 'api', 'WorkloadEndpoint'],
    [{}, '10.1.0.1', 'EndpointTypeUnspecified'],
    [undefined, '10.1.0.1', 'EndpointTypeUnspecified'],
  ])('to %j have the name %s', async (destination, name, type) => {
    const flow = await onlyFlow(hubbleEnvelope(1, { destination }))
    expect(flow?.key).toMatchObject({ destName: name, destType: type, destNamespace: '-' })
  })

  test.each([
    [{ ICMPv6: { type: 133 } }, 'icmp6', 0],
    [{ UDP: { destination_port: 53 } }, 'udp', 53],
    [{}, '', 0],
    [undefined, '', 0],
  ])('over %j have protocol %j and port %i', async (l4, proto, destPort) => {
    expect((await onlyFlow(hubbleEnvelope(1, { l4 })))?.key).toMatchObject({ proto, destPort })
  })

  test.each([
    ['time', { time: 'yesterday' }],
    ['verdict', { verdict: true }],
    ['destination_port', { l4: { TCP: { destination_port: 70_000 } } }],
    ['source', { source: [] }],
    ['egress_allowed_by', { egress_allowed_by: 'x' }],
    ['egress_allowed_by[0]', { egress_allowed_by: ['x'] }],
  ])('with a senseless %s are refused', async (field, more) => {
    const { flows, refusals } = await readAll(line(hubbleEnvelope(1, more)))
    expect(flows).toEqual([])
    expect(refusals).toMatchObject([{ reason: expect.stringContaining(`${field} is `) }])
  })
})

describe('of an export of Hubble', () => {
  test('replies and repetitions are left out, and counted', async () => {
    const reply = line(hubbleEnvelope(2, { is_reply: true }))
    const { flows, refusals, refused } = await readAll(
      [reply, reply, line(hubbleEnvelope()), line(hubbleFlowRecord()), line(hubbleEnvelope(3))].join(''),
    )
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-0', 'api-3-0'])
    expect(refused).toBe(3)
    expect(refusals.map(({ line: at, reason }) => [at, reason])).toEqual([
      [1, expect.stringMatching(/^This is a reply/)],
      [4, expect.stringMatching(/^This event of Cilium Hubble was read before/)],
      [null, expect.stringMatching(/In all 2 were left out$/)],
    ])
  })

  test('what is no flow is said, and what Hubble lost with its number', async () => {
    const { flows, refusals } = await readAll(
      [
        'level=info msg="starting hubble-export"\n',
        line({ lost_events: { source: 'PERF_EVENT_RING_BUFFER', num_events_lost: '12' }, node_name: 'n' }),
        line({ lostEvents: {}, nodeName: 'n' }),
        line({ node_status: { state_change: 'NODE_CONNECTED' }, node_name: 'n' }),
        `2026-11-02T10:00:15Z stdout F ${line(hubbleEnvelope())}`,
      ].join(''),
    )
    expect(flows.length).toBe(1)
    expect(refusals.map(({ line: at, reason }) => [at, reason])).toEqual([
      [1, 'This line is not a record: there is no JSON in it'],
      [2, 'Hubble says that it lost 12 events here'],
      [3, 'Hubble says that it lost an unknown number of events here'],
      [4, expect.stringMatching(/^This is what Cilium Hubble says of itself/)],
    ])
  })

  test('no value of any field breaks the reader', async () => {
    const names = fc.constantFrom(
      'verdict',
      'source',
      'l4',
      'time',
      'is_reply',
      'egress_allowed_by',
      'drop_reason_desc',
      'uuid',
    )
    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue(), async (name, value) => {
        const { flows, refused } = await readAll(line(hubbleEnvelope(1, { [name]: value })))
        expect(flows.length + refused).toBe(1)
      }),
    )
  })
})
