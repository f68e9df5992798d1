import { describe, expect, test } from 'vitest'

import { line, protojsonFlow, readAll, whiskerRecord } from './testing/samples.ts'

const good = (number: number): string => line(whiskerRecord(number))
const names = (flows: readonly { key: { destName: string } }[]) => flows.map(({ key }) => key.destName)

describe('what cannot be read', () => {
  test('is refused with line, column and what stood there, and costs its line alone', async () => {
    const { flows, refusals, refused } = await readAll(`${good(1)}{"start_time": "2026", oops}\n${good(2)}`)
    expect(names(flows)).toEqual(['api-1-*', 'api-2-*'])
    expect(refused).toBe(1)
    expect(refusals).toEqual([
      { line: 2, column: 24, reason: 'Expected a name in quotes', excerpt: '{"start_time": "2026", oops}' },
    ])
  })

  test('is refused for a trailing comma, in the middle of a pretty record', async () => {
    const text = JSON.stringify(whiskerRecord(), null, 2).replace('"bytes_out": 0', '"bytes_out": 0,')
    const lines = text.split('\n')
    const { flows, refusals } = await readAll(`${text}\n${good(2)}`)
    expect(names(flows)).toEqual(['api-2-*'])
    expect(refusals).toEqual([
      { line: lines.length, column: 1, reason: 'A comma stands before }', excerpt: '}' },
    ])
  })

  test('is refused once for the members that are left of a pretty record which ends too early', async () => {
    const pretty = JSON.stringify(whiskerRecord(), null, 2).replace('"packets_in": 1', '"packets_in": 1}')
    const { flows, refusals } = await readAll(`${good(2)}${pretty}\n${good(3)}`)
    expect(names(flows)).toEqual(['api-2-*', 'api-1-*', 'api-3-*'])
    expect(refusals).toMatchObject([{ line: 40, excerpt: '"packets_out": 0,' }])
  })

  test('has an excerpt of at most 120 characters around the fault', async () => {
    const broken = JSON.stringify(whiskerRecord()).replace('"reporter":', '"reporter";')
    const [refusal] = (await readAll(broken)).refusals
    expect(refusal?.column).toBe(broken.indexOf(';') + 1)
    expect(refusal?.excerpt).toContain('"reporter";')
    expect(refusal?.excerpt.length).toBeLessThanOrEqual(120)
  })

  test.each([
    ['a line cut off', '{"start_time":"2026-11-0'],
    ['a line cut off inside a list', '{"policies":{"enforced":['],
    ['a line cut off before a value', '{"start_time":'],
    ['a quote too few', '{"start_time:"2026-11-02T10:00:15Z","action":"Deny"}'],
    ['a pretty record cut off', '{\n  "policies": {\n    "enforced": [\n      {\n        "kind": "Profile"'],
    ['two records cut off', '{"a":[1,\n{"b":['],
  ])('costs no other record: %s', async (_name, broken) => {
    const { flows, refused } = await readAll(`${good(1)}${broken}\n${good(2)}${good(3)}`)
    expect(names(flows)).toEqual(['api-1-*', 'api-2-*', 'api-3-*'])
    expect(refused).toBe(broken.startsWith('{"a"') ? 2 : 1)
  })

  test('costs no other record of a list in one line', async () => {
    const items = [1, 2, 3].map((number) => JSON.stringify(whiskerRecord(number)))
    const list = `{"total":{"totalPages":1},"items":[${items.join(',').replace('"dest_name":"api-2-*"', '"dest_name":"api-2-*')}]}`
    const { flows, refusals } = await readAll(list)
    expect(names(flows)).toEqual(['api-1-*', 'api-3-*'])
    expect(refusals).toMatchObject([{ line: 1, reason: 'Expected a comma or }' }])
  })

  test('costs no record of a list whose beginning is broken', async () => {
    const list = JSON.stringify(
      { total: { totalPages: 1 }, items: [whiskerRecord(1), whiskerRecord(2)] },
      null,
      2,
    )
    const { flows, refusals } = await readAll(list.replace('},', '}'))
    expect(names(flows)).toEqual(['api-1-*', 'api-2-*'])
    expect(refusals).toMatchObject([{ line: 5, reason: 'Expected a comma or }' }])
  })

  test('at the end of a file that was cut says how much it was', async () => {
    const cut = good(2).slice(0, 100)
    for (const text of [good(1) + cut, `[${good(1)},${cut}`, `${good(1)}data: ${cut}`]) {
      const { flows, refusals } = await readAll(text)
      expect(names(flows)).toEqual(['api-1-*'])
      expect(refusals).toMatchObject([
        { reason: 'The file was cut off in the middle of a record, 100 bytes' },
      ])
    }
  })

  test('says that a list was cut off between two records', async () => {
    const { flows, refusals } = await readAll(`{"items":[${good(1)},`)
    expect(names(flows)).toEqual(['api-1-*'])
    expect(refusals).toMatchObject([
      { reason: 'The list is not closed: the file was cut off between two records' },
    ])
  })

  test('gives the words of a server that reports an error', async () => {
    const stream = `data: ${good(1)}\nerror: upstream timed out\n\n{"error":"no such page"}\n`
    const { refusals } = await readAll(stream)
    expect(refusals.map(({ line: at, reason }) => [at, reason])).toEqual([
      [3, 'The server reported: upstream timed out'],
      [5, 'The server answered with an error: no such page'],
    ])
  })

  test('is each line that is not JSON', async () => {
    const { flows, refusals } = await readAll(`goldmane-streamer started...\n${good(1)}} stray\n[1,2]\n`)
    expect(names(flows)).toEqual(['api-1-*'])
    expect(refusals.map(({ line: at }) => at)).toEqual([1, 3, 4])
  })

  test('is more than a record in its line', async () => {
    const { flows, refusals } = await readAll(`${good(1).trimEnd()} and more {"\n${good(2)}`)
    expect(names(flows)).toEqual(['api-1-*', 'api-2-*'])
    expect(refusals[0]).toMatchObject({ line: 1, reason: 'There is more in the line than a record' })
  })

  test('does not fill the memory: a record without an end is given up', async () => {
    const endless = `{"source_labels":"${'x'.repeat(17 * 1024 * 1024)}\n`
    const { flows, refusals } = await readAll(endless + good(1))
    expect(names(flows)).toEqual(['api-1-*'])
    expect(refusals).toMatchObject([{ line: 1, column: 1, reason: 'A record of more than 16 MiB' }])
  })
})

describe('a value that makes no sense', () => {
  test.each([
    ['packets_in', -5, 'packets_in is -5, not a whole number from 0 to 2^53'],
    ['bytes_in', 2 ** 53, 'bytes_in is 9007199254740992, not a whole number from 0 to 2^53'],
    ['bytes_out', 1.5, 'bytes_out is 1.5, not a whole number from 0 to 2^53'],
    ['packets_out', 'many', 'packets_out is "many", not a whole number from 0 to 2^53'],
    ['dest_port', 70_000, 'dest_port is 70000, not a port from 0 to 65535'],
    ['start_time', 'yesterday', 'start_time is "yesterday", not a time (RFC 3339 or Unix seconds)'],
    ['end_time', 1e21, 'end_time is 1e+21, not a time (RFC 3339 or Unix seconds)'],
    [
      'end_time',
      '2026-13-02T10:00:15Z',
      'end_time is "2026-13-02T10:00:15Z", not a time (RFC 3339 or Unix seconds)',
    ],
    ['action', true, 'action is true, not a name'],
    ['source_name', 7, 'source_name is 7, not a text'],
    ['dest_labels', [1], 'dest_labels[0] is 1, not a text'],
    ['policies', 'none', 'policies is "none", not an object'],
  ])('is refused by its name and place: %s %j', async (field, value, reason) => {
    const text = line(whiskerRecord(1, { [field]: value }))
    const { flows, refusals } = await readAll(good(1) + text)
    expect(flows.length).toBe(1)
    expect(refusals).toMatchObject([{ line: 2, reason }])
    expect(refusals[0]?.excerpt).toContain(field)
  })

  test('is refused in a policy hit', async () => {
    const hit = { kind: 'Profile', name: 'kns.x', action: 'Allow', rule_index: 0.5 }
    const chain = { kind: 'EndOfTier', trigger: { trigger: { trigger: { trigger: { trigger: {} } } } } }
    for (const [policies, reason] of [
      [{ enforced: [hit] }, 'policies.enforced.rule_index is 0.5, not a whole number from -2'],
      [{ enforced: 'x' }, 'policies.enforced is "x", not a list of policy hits'],
      [{ pending: ['x'] }, 'policies.pending is "x", not a policy hit'],
      [{ pending: [chain] }, /^policies\.pending(\.trigger){5} is "…", not the last of its chain$/],
    ] as const) {
      const { refusals } = await readAll(line(whiskerRecord(1, { policies })))
      expect(refusals[0]?.reason).toMatch(reason)
    }
  })

  test('is refused where protojson has it in quotes', async () => {
    const flow = { ...protojsonFlow(), bytesIn: '-1' }
    const pretty = JSON.stringify(flow, null, 2)
    const { refusals } = await readAll(pretty)
    const at = pretty.split('\n').findIndex((text) => text.includes('bytesIn'))
    expect(refusals).toEqual([
      {
        line: at + 1,
        column: 3,
        reason: 'bytesIn is -1, not a whole number from 0 to 2^53',
        excerpt: '"bytesIn": "-1",',
      },
    ])
  })

  test('is a flow that names neither end', async () => {
    const { refusals } = await readAll('{"Key":{},"startTime":"15"}')
    expect(refusals).toMatchObject([
      { reason: 'This is not a flow: it names neither a source nor a destination' },
    ])
  })
})

describe('records of other programs', () => {
  test.each([
    [
      'news of Hubble',
      line({ node_status: {}, node_name: 'n' }),
      'This is what Cilium Hubble says of itself',
    ],
    [
      'a reply that Hubble saw',
      line({ flow: { verdict: 'FORWARDED', IP: {}, is_reply: true }, node_name: 'n' }),
      'This is a reply that Cilium Hubble saw',
    ],
    [
      'a duplicate of NetObserv',
      line({ SrcAddr: '10.0.0.1', DstAddr: '10.0.0.2', Duplicate: true }),
      'This is a duplicate by the Network Observability operator',
    ],
    [
      'an aggregation',
      line({ took: 1, hits: { total: 0, hits: [] }, aggregations: { a: {} } }),
      'This is an Elasticsearch aggregation',
    ],
    [
      'a metric of Loki',
      line({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, '2'] }] } }),
      'This is a number of a metric query of Loki or Prometheus',
    ],
    ['OpenTelemetry metrics', line({ resourceMetrics: [] }), 'This is an OpenTelemetry export of metrics'],
    [
      'an answer in a HAR',
      line({ log: { entries: [{ request: {}, response: { content: { text: '<p>{}' } } }] } }),
      'This answer in a browser recording (HAR) holds no flows',
    ],
    ['a manifest', line({ apiVersion: 'v1', kind: 'Pod' }), 'This is a Kubernetes manifest'],
  ])('are named once, and counted: %s', async (_name, text, sentence) => {
    const once = await readAll(text)
    expect(once.refusals.length).toBe(1)
    const { flows, refusals, refused, format } = await readAll(text + text + good(1) + text)
    expect(names(flows)).toEqual(['api-1-*'])
    expect(format).toBe('Whisker records')
    expect(refused).toBe(3)
    expect(refusals.length).toBe(2)
    expect(refusals[0]).toMatchObject({ line: 1, reason: expect.stringContaining(sentence) })
    expect(refusals[1]).toMatchObject({
      line: null,
      reason: expect.stringMatching(/In all 3 were left out$/),
    })
  })

  test.each([
    ['\n\r\r\n', 'a packet capture (pcapng)'],
    ['BZh9', 'compressed with bzip2'],
  ])('in files that are something else altogether', async (begin, what) => {
    const { refusals } = await readAll(begin + 'x'.repeat(200_000))
    expect(refusals).toMatchObject([{ reason: `This file is ${what}; Flowtrace cannot look into it` }])
  })

  test('and of nobody that we know are refused one by one', async () => {
    const { refusals } = await readAll('{"a":1}\n{}\n')
    expect(refusals.map(({ reason }) => reason)).toEqual(
      Array(2).fill('This is not a flow in any form that Flowtrace reads'),
    )
  })
})

test('a line that is broken right behind another broken one is refused too', async () => {
  const whole = line(whiskerRecord(7)).trimEnd()
  const unclosed = `{"startTime":",${whole.slice(1)}`
  const closedTooEarly = whole.replace(/"bytes_in":\d+/, '"bytes_in":0}')
  const { flows, refusals } = await readAll([unclosed, closedTooEarly, whole].join('\n'))
  expect(refusals.map((refusal) => refusal.line)).toEqual([1, 2])
  expect(flows.at(-1)?.bytesIn).toBeGreaterThan(0)
})
