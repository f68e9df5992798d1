import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { netObservLine } from './testing/foreign-samples.ts'
import { line, readAll } from './testing/samples.ts'

async function onlyFlow(more: Readonly<Record<string, unknown>> = {}) {
  const { flows, refusals } = await readAll(line(netObservLine(1, more)))
  expect(refusals).toEqual([])
  expect(flows.length).toBe(1)
  return flows[0]
}

const event = (more: object = {}): object => ({
  Feature: 'acl',
  Action: 'drop',
  Type: 'NetworkPolicy',
  Name: 'deny',
  Namespace: 'shop',
  Direction: 'Ingress',
  ...more,
})

describe("NetObserv's flow lines", () => {
  test('are read, without a verdict where none is recorded', async () => {
    const { flows, format } = await readAll(line(netObservLine()))
    expect(format).toBe('Flows of the Network Observability operator')
    expect(flows).toMatchObject([
      {
        key: {
          sourceName: 'web-6f7c9d5b8d-x2x4z',
          sourceNamespace: 'shop',
          sourceType: 'WorkloadEndpoint',
          destName: 'api-1-0',
          destPort: 8080,
          destServiceName: '',
          proto: 'tcp',
          reporter: 'ReporterUnspecified',
          action: 'ActionUnspecified',
          policies: { enforced: [], pending: [] },
        },
        startTime: 1793613615,
        endTime: 1793613618,
        packetsOut: 2,
        bytesOut: 120,
        numConnectionsStarted: null,
      },
    ])
  })

  test('of 2021 have other names for pods, and only the time at which they were received', async () => {
    const old = {
      SrcAddr: '10.0.0.1',
      SrcPod: 'loki-0',
      DstAddr: '10.1.0.1',
      DstPort: 53,
      Proto: '17',
      Bytes: '60',
      Packets: '1',
      TimeFlowStart: 0,
      TimeFlowEnd: 0,
      TimeReceived: 1_793_613_615,
    }
    const { flows } = await readAll(line(old))
    expect(flows).toMatchObject([
      {
        key: { sourceName: 'loki-0', sourceNamespace: '-', destName: '10.1.0.1', proto: 'udp', destPort: 53 },
        startTime: 1793613615,
        endTime: 1793613615,
        bytesOut: 60,
      },
    ])
  })

  test('to a service name it as such', async () => {
    const flow = await onlyFlow({ DstK8S_Type: 'Service', DstK8S_Name: 'api' })
    expect(flow?.key).toMatchObject({
      destName: 'api',
      destType: 'EndpointTypeUnspecified',
      destServiceName: 'api',
      destServiceNamespace: 'shop',
    })
  })

  test.each([
    [
      'a packet filter dropped all',
      { PktDropPackets: 2, PktDropLatestDropCause: 'SKB_DROP_REASON_NETFILTER_DROP' },
      'Deny',
    ],
    [
      'a packet filter dropped some',
      { PktDropPackets: 1, PktDropLatestDropCause: 'SKB_DROP_REASON_NETFILTER_DROP' },
      'ActionUnspecified',
    ],
    [
      'there was no socket',
      { PktDropPackets: 2, PktDropLatestDropCause: 'SKB_DROP_REASON_NO_SOCKET' },
      'ActionUnspecified',
    ],
    ['a policy dropped', { NetworkEvents: [event()] }, 'Deny'],
    ['a policy allowed', { NetworkEvents: [event({ Action: 'allow-related' })] }, 'Allow'],
    [
      'one end allowed, the other dropped',
      { NetworkEvents: [event({ Action: 'allow', Direction: 'Egress' }), event()] },
      'Deny',
    ],
    ['a policy passed', { NetworkEvents: [event({ Action: 'pass' })] }, 'ActionUnspecified'],
    [
      'another feature saw it',
      { NetworkEvents: [event({ Feature: 'other' }), 'a sentence'] },
      'ActionUnspecified',
    ],
  ])('have a verdict only from what is recorded: %s', async (_name, more, action) => {
    expect((await onlyFlow(more))?.key.action).toBe(action)
  })

  test('name the policy of the end that dropped, with its counters in that direction', async () => {
    const flow = await onlyFlow({
      NetworkEvents: [event({ Action: 'allow', Direction: 'Egress', Name: 'out' }), event()],
    })
    expect(flow).toMatchObject({
      key: {
        reporter: 'Dst',
        policies: {
          enforced: [{ kind: 'NetworkPolicy', namespace: 'shop', name: 'deny', tier: '', ruleIndex: -2 }],
        },
      },
      packetsIn: 2,
      bytesIn: 120,
    })
  })

  test('name no policy for a default deny, nor where both ends allowed', async () => {
    const denied = await onlyFlow({ NetworkEvents: [event({ Type: 'NetpolNamespace', Name: 'shop' })] })
    expect(denied?.key).toMatchObject({ action: 'Deny', reporter: 'Dst', policies: { enforced: [] } })
    const allow = event({ Action: 'allow' })
    const allowed = await onlyFlow({ NetworkEvents: [allow, { ...allow, Direction: 'Egress' }] })
    expect(allowed?.key).toMatchObject({
      action: 'Allow',
      reporter: 'ReporterUnspecified',
      policies: { enforced: [] },
    })
  })

  test('that were dropped at once are counted by their drops', async () => {
    const flow = await onlyFlow({ Packets: 0, Bytes: 0, PktDropPackets: 3, PktDropBytes: 180 })
    expect(flow).toMatchObject({ packetsOut: 3, bytesOut: 180 })
  })

  test('that sum up a conversation or repeat another interface are left out, and counted', async () => {
    const records = [
      { _RecordType: 'endConnection' },
      { Duplicate: true },
      { _RecordType: 'flowLog', Duplicate: false },
    ]
    const { flows, refusals } = await readAll(records.map((more) => line(netObservLine(1, more))).join(''))
    expect(flows.length).toBe(1)
    expect(refusals).toMatchObject([
      { line: 1, reason: expect.stringContaining('only flow lines are read') },
      { line: 2, reason: expect.stringContaining('another interface saw') },
    ])
  })

  test('no value of any field breaks the reader', async () => {
    const names = fc.constantFrom(
      'Proto',
      'DstPort',
      'NetworkEvents',
      'TimeFlowEndMs',
      'Bytes',
      'SrcAddr',
      '_RecordType',
    )
    await fc.assert(
      fc.asyncProperty(names, fc.jsonValue(), async (name, value) => {
        const { flows, refused } = await readAll(line(netObservLine(1, { [name]: value })))
        expect(flows.length + refused).toBe(1)
      }),
    )
  })
})
