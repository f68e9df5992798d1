import * as fc from 'fast-check'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'

import type { Flow } from '../flows/flow.ts'
import { decisionOf } from '../flows/hit.ts'
import { buildEndOfTier, buildHit } from '../flows/testing/build.ts'
import { anyCuts } from './testing/arbitrary-messages.ts'
import { felixRecord } from './testing/felix-samples.ts'
import { line, protojsonFlow, readAll, whiskerRecord } from './testing/samples.ts'

async function flowOf(more: Readonly<Record<string, unknown>>): Promise<Flow | undefined> {
  const { flows, refusals } = await readAll(line(felixRecord(1, more)))
  expect(refusals).toEqual([])
  return flows[0]
}

async function keyOf(more: Readonly<Record<string, unknown>>): Promise<Partial<Flow['key']>> {
  return (await flowOf(more))?.key ?? {}
}

const policies = (lists: Readonly<Record<string, unknown>>) => ({ policies: lists })
const namesOf = (hits: readonly { name: string; policyIndex: number }[] | undefined) =>
  hits?.map(({ name, policyIndex }) => [policyIndex, name])

describe("Felix's flow logs", () => {
  test('are read as flows, as Goldmane would have them', async () => {
    const { flows, refused, unknown, format } = await readAll(line(felixRecord(3)))
    expect({ refused, unknown, format }).toEqual({ refused: 0, unknown: 0, format: 'Felix flow logs' })
    const passed = buildHit({ name: 'scan', tier: 'security', action: 'Pass', ruleIndex: 3 })
    const trigger = { kind: 'CalicoNetworkPolicy', namespace: 'backend', name: 'api' } as const
    const unmatched = buildEndOfTier('api', { policyIndex: 1 })
    expect(flows).toEqual([
      {
        key: {
          sourceName: 'probe-6c5f8d9b7-*',
          sourceNamespace: 'default',
          sourceType: 'WorkloadEndpoint',
          destName: 'api-3-*',
          destNamespace: 'backend',
          destType: 'WorkloadEndpoint',
          destPort: 8080,
          destServiceName: '-',
          destServiceNamespace: '-',
          destServicePortName: '-',
          destServicePort: 0,
          proto: 'tcp',
          reporter: 'Dst',
          action: 'Deny',
          policies: {
            enforced: [passed, { ...unmatched, trigger: buildHit({ ...unmatched.trigger, ...trigger }) }],
            pending: [
              passed,
              buildHit({
                kind: 'StagedNetworkPolicy',
                namespace: 'backend',
                name: 'next',
                policyIndex: 1,
              }),
            ],
          },
        },
        sourceLabels: ['app=probe', 'team=a'],
        destLabels: ['app=api'],
        startTime: 1_793_614_500,
        endTime: 1_793_614_800,
        packetsIn: 3,
        packetsOut: 0,
        bytesIn: 180,
        bytesOut: 0,
        numConnectionsStarted: 2,
        numConnectionsCompleted: 1,
        numConnectionsLive: null,
      },
    ])
  })

  test('name an end as it is aggregated, and by the plain name where there is no other', async () => {
    const one = { source_name: 'probe-6c5f8d9b7-x2x4z', dest_name: 'api-1-b7k2m' }
    expect(await keyOf(one)).toMatchObject({ sourceName: 'probe-6c5f8d9b7-*', destName: 'api-1-*' })
    const plain = { ...one, source_name_aggr: '-', dest_name_aggr: undefined, dest_namespace: undefined }
    expect(await keyOf(plain)).toMatchObject({
      sourceName: 'probe-6c5f8d9b7-x2x4z',
      destName: 'api-1-b7k2m',
      destNamespace: '-',
    })
    const { refusals } = await readAll(
      line(felixRecord(1, { source_name_aggr: '-', dest_name: undefined, dest_name_aggr: null })),
    )
    expect(refusals).toMatchObject([
      { reason: 'This is not a flow: it names neither a source nor a destination' },
    ])
  })

  test.each([
    [
      { source_type: 'hep', dest_type: 'ns' },
      { sourceType: 'HostEndpoint', destType: 'NetworkSet' },
    ],
    [
      { source_type: 'net', dest_type: undefined },
      { sourceType: 'Network', destType: 'EndpointTypeUnspecified' },
    ],
    [{ dest_type: 'vm' }, { destType: 'Unknown(vm)' }],
    [{ reporter: 'src' }, { reporter: 'Src' }],
    [{ reporter: 'dst, fwd' }, { reporter: 'Dst' }],
    [{ reporter: 'fwd,src' }, { reporter: 'Src' }],
    [{ reporter: 'fwd' }, { reporter: 'Unknown(fwd)' }],
    [{ reporter: 'src, dst' }, { reporter: 'Unknown(src, dst)' }],
    [{ reporter: null }, { reporter: 'ReporterUnspecified' }],
    [{ action: 'allow' }, { action: 'Allow' }],
    [{ action: '-' }, { action: 'ActionUnspecified' }],
    [{ action: 'audit' }, { action: 'Unknown(audit)' }],
    [{ proto: '17' }, { proto: 'udp' }],
    [{ proto: 'ICMP6' }, { proto: 'icmp6' }],
    [{ proto: 47 }, { proto: '47' }],
    [
      { dest_port: null, proto: 'icmp' },
      { destPort: 0, proto: 'icmp' },
    ],
    [{ dest_port: '53' }, { destPort: 53 }],
    [
      { dest_service_name: 'api', dest_service_port: '*', dest_service_port_num: 80 },
      { destServiceName: 'api', destServicePortName: '*', destServicePort: 80 },
    ],
    [{ dest_service_name: undefined }, { destServiceName: '' }],
  ])('%j is read as %j', async (written, read) => {
    expect(await keyOf(written)).toMatchObject(read)
  })

  test.each([
    [{ labels: ['a=1', 'b=2'] }, ['a=1', 'b=2']],
    [{ labels: null }, []],
    [['a=1'], ['a=1']],
    [null, []],
    ['-', []],
    [undefined, []],
  ])('may have the labels %j', async (source_labels, labels) => {
    expect((await flowOf({ source_labels }))?.sourceLabels).toEqual(labels)
  })

  test('are a flow or one refusal, whatever stands in a field', async () => {
    const field = fc.constantFrom(...Object.keys(felixRecord()), 'startTime', 'endTime')
    await fc.assert(
      fc.asyncProperty(fc.dictionary(field, fc.jsonValue()), async (values) => {
        const { flows, refused } = await readAll(line(felixRecord(1, values)) + line(felixRecord(2)))
        expect(flows.at(-1)?.key.destName).toBe('api-2-*')
        expect(flows.length + refused).toBe(2)
      }),
      { numRuns: 500 },
    )
  })

  test('may have their times in camel case, numbers in quotes, and counts that are not recorded', async () => {
    const times = {
      start_time: undefined,
      end_time: undefined,
      startTime: 1_699_375_161,
      endTime: '1699375483',
    }
    const counts = { bytes_in: '12', num_flows_started: undefined, num_flows_completed: null }
    expect(await flowOf({ ...times, ...counts })).toMatchObject({
      startTime: 1_699_375_161,
      endTime: 1_699_375_483,
      bytesIn: 12,
      numConnectionsStarted: null,
      numConnectionsCompleted: null,
    })
  })
})

describe('the trace of a Felix record', () => {
  const ALL = [
    '3|default|default.web|allow|0',
    '2|staging|staging.staged:next|deny|-1',
    '0|security|security.a|pass|1',
    '1|security|n/security.staged:b|deny|0',
  ]
  const PENDING = ['1|security|n/security.staged:b|deny|0', '0|security|security.a|pass|1']

  test('of an older version is that of all policies without the staged ones, and its pending one is not known', async () => {
    const { policies: trace } = await keyOf(policies({ all_policies: ALL }))
    expect(namesOf(trace?.enforced)).toEqual([
      [0, 'a'],
      [1, 'web'],
    ])
    expect(trace?.pending).toEqual([])
  })

  test('is that of the enforced policies where they are recorded, be they none', async () => {
    const lists = { all_policies: ALL, enforced_policies: ['0|t|t.x|allow|0'], pending_policies: PENDING }
    const { policies: trace } = await keyOf(policies(lists))
    expect(namesOf(trace?.enforced)).toEqual([[0, 'x']])
    expect(namesOf(trace?.pending)).toEqual([
      [0, 'a'],
      [1, 'b'],
    ])
    expect((await keyOf(policies({ all_policies: ALL, enforced_policies: [] }))).policies?.enforced).toEqual(
      [],
    )
    expect((await keyOf({ policies: null })).policies).toEqual({ enforced: [], pending: [] })
  })

  test('is that of the policies in transit where a forwarding node alone reported', async () => {
    const lists = { transit_policies: ['0|default|default.forward|allow|0'] }
    const own = { ...lists, enforced_policies: ['0|t|t.x|allow|0'] }
    const forwarded = await keyOf({ reporter: 'fwd', ...policies(lists) })
    expect(namesOf(forwarded.policies?.enforced)).toEqual([[0, 'forward']])
    expect((await keyOf({ reporter: 'dst', ...policies(lists) })).policies?.enforced).toEqual([])
    expect(namesOf((await keyOf({ reporter: 'dst, fwd', ...policies(own) })).policies?.enforced)).toEqual([
      [0, 'x'],
    ])
  })

  test('decides the flow only where it ends in the verdict recorded', async () => {
    const denied = policies({ enforced_policies: ['0|default|default.no|deny|-1'] })
    const { policies: trace, action } = await keyOf(denied)
    if (trace === undefined || action === undefined) throw new Error('the sample is a flow')
    expect(decisionOf({ action, policies: trace })).toMatchObject({ known: true, hit: { kind: 'EndOfTier' } })
    expect(decisionOf({ action: 'Allow', policies: trace })).toEqual({ known: false, why: 'contradiction' })
  })

  test.each([
    [
      { enforced_policies: ['0|t|t.x|allow|0', '0|t|t.y|allow|0'] },
      'policies.enforced_policies is ["0|t|t.x|allow|0","0|t|t.y|allow|0"], not one trace: two hits have the position 0',
    ],
    [
      { enforced_policies: ['0|t|t.x|allow|0', '1|t|t.y|log|0'] },
      'policies.enforced_policies[1] is "1|t|t.y|log|0", not a policy hit with the action allow, deny or pass',
    ],
    [{ pending_policies: [7] }, 'policies.pending_policies[0] is 7, not a text'],
    [{ all_policies: '0|t|t.x|allow|0' }, 'policies.all_policies is "0|t|t.x|allow|0", not a list of texts'],
  ])('is refused, with the field, where it is not one: %j', async (lists, reason) => {
    const { flows, refusals } = await readAll(line(felixRecord(1)) + line(felixRecord(2, policies(lists))))
    expect(flows).toHaveLength(1)
    expect(refusals).toMatchObject([{ line: 2, reason }])
    expect(refusals[0]?.excerpt).toContain(Object.keys(lists)[0])
  })

  test('is refused where there is no object for it', async () => {
    const { refusals } = await readAll(line(felixRecord(1, { policies: ['0|t|t.x|allow|0'] })))
    expect(refusals).toMatchObject([{ reason: 'policies is ["0|t|t.x|allow|0"], not an object' }])
  })
})

describe('records of Felix', () => {
  const records = [1, 2, 3].map((number) => felixRecord(number))
  const sent = { host: 'node-1', '@timestamp': 1_793_613_900_000 }
  const hits = records.map((record, i) => ({
    _index: 'tigera_secure_ee_flows.cluster.20261102',
    _type: 'fluentd',
    _id: String(i),
    _source: { ...record, ...sent },
    sort: [i],
  }))
  test.each([
    ['as fluentd sends them', records.map((record) => line({ ...record, ...sent })).join('')],
    [
      'behind fluentd’s time and tag',
      records.map((record) => `2026-11-02T10:00:00+00:00\tflows\t${line(record)}`).join(''),
    ],
    [
      'with fluent-bit’s date',
      records.map((record) => line({ date: 1_793_613_900.123, ...record })).join(''),
    ],
    [
      'as Linseed stores them',
      records
        .map((record) =>
          line({ id: 'x', cluster: 'c', tenant: 't', generated_time: '2026-11-02T10:00:00Z', ...record }),
        )
        .join(''),
    ],
    [
      'in an Elasticsearch answer',
      JSON.stringify({ took: 3, hits: { total: { value: 3, relation: 'eq' }, hits } }),
    ],
    ['in a pretty Elasticsearch answer', JSON.stringify({ took: 3, hits: { total: 3, hits } }, null, 2)],
    ['as elasticdump writes them', hits.map(line).join('')],
    ['in a list', JSON.stringify(records)],
    ['pretty, one after another', records.map((record) => JSON.stringify(record, null, 2)).join('\n')],
    [
      'in syslog',
      records
        .map((record) => `<14>1 2026-11-02T10:00:00Z node-1 tigera_secure - - - ${line(record)}`)
        .join(''),
    ],
  ])('are found %s', async (_, text) => {
    const expected = (await readAll(records.map(line).join(''))).flows
    const { flows, refusals, format } = await readAll(text)
    expect(refusals).toEqual([])
    expect(format).toBe('Felix flow logs')
    expect(flows).toEqual(expected)
    expect((await readAll(gzipSync(text))).flows).toEqual(expected)
  })

  test('are told from others one by one', async () => {
    const text = [felixRecord(1), whiskerRecord(1), protojsonFlow(1), felixRecord(2)].map(line).join('')
    const { flows, format } = await readAll(text)
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'api-1-*', 'db-1', 'api-2-*'])
    expect(format).toBe('Felix flow logs; Whisker records; Goldmane flows (protojson)')
    expect((await readAll(line(felixRecord(1)) + line(whiskerRecord(1)))).format).toBe(
      'Felix flow logs; Whisker records',
    )
  })

  test('are recognised without aggregated names, by protocol and number of flows', async () => {
    const record = { source_name: 'a', dest_name: 'b', proto: 'tcp', num_flows: 1 }
    expect((await readAll(line(record))).flows).toMatchObject([{ key: { sourceName: 'a', destName: 'b' } }])
  })

  test('cost one refusal for a comma too many, or for a line that syslog cut', async () => {
    const comma = JSON.stringify(felixRecord(2), null, 2).replace(
      /(backend\/default.staged:next\|allow\|0"),/,
      '$1,,',
    )
    const cut = `<14>1 2026-11-02T10:00:00Z node-1 tigera_secure - - - ${JSON.stringify(felixRecord(2)).slice(0, 600)}\n`
    for (const broken of [`${comma}\n`, cut]) {
      const { flows, refusals } = await readAll(line(felixRecord(1)) + broken + line(felixRecord(3)))
      expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'api-3-*'])
      expect(refusals).toHaveLength(1)
    }
  })

  test('are all found in an answer in one line in which one of them is broken', async () => {
    const answer = JSON.stringify({ hits: { hits } }).replace(
      '"dest_name_aggr":"api-2-*"',
      '"dest_name_aggr":"api-2-*',
    )
    const { flows, refusals } = await readAll(answer)
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'api-3-*'])
    expect(refusals).toMatchObject([{ line: 1, reason: 'Expected a comma or }' }])
  })

  test('are the same however the file is cut', async () => {
    const text = records
      .map((record, i) => line({ ...felixRecord(1, sent), ...(i === 1 ? record : {}) }))
      .join('')
    const { flows } = await readAll(text)
    expect(flows).toHaveLength(3)
    await fc.assert(
      fc.asyncProperty(anyCuts, async (cuts) => {
        expect((await readAll(text, cuts)).flows).toEqual(flows)
      }),
      { numRuns: 50 },
    )
  })
})
