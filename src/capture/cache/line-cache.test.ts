import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import type { Flow } from '../../flows/flow.ts'
import { felixRecord } from '../testing/felix-samples.ts'
import { LineCache } from './line-cache.ts'
import { goJsonFlow, protojsonFlow, readAll, whiskerRecord } from '../testing/samples.ts'

const BASES = [whiskerRecord(), protojsonFlow(), goJsonFlow(), felixRecord()].map((record) =>
  JSON.stringify(record),
)

const value = fc.oneof(
  fc.nat().map(String),
  fc.nat().map((number) => `"${number}"`),
  fc.constantFrom(
    '0',
    '"0"',
    '-0',
    '-1',
    '"-1"',
    '007',
    '"007"',
    '1e3',
    '2.0',
    '2.5',
    '"2.0"',
    'null',
    '"null"',
  ),
  fc.constantFrom('9007199254740992', '"9007199254740993"', '999999999999999', '', '"', '{}', '[1]', 'true'),
  fc.constantFrom('"2026-11-22T10:00:00Z"', '"2026-11-22T10:00:15+01:00"', '2026-11-22T10:00:00Z', '"2026"'),
)
const NAMES =
  'startTime start_time endTime end_time packetsIn packets_in packets_out bytesIn bytes_out numConnectionsStarted num_connections_started numConnectionsLive num_flows num_flows_started num_flows_completed @timestamp tcp_lost_packets proto source_port'.split(
    ' ',
  )
/** What can happen to a line: a value is another one, a member is put in anywhere, or a piece goes. */
const edit = fc.oneof(
  fc.record({ is: fc.constant('value'), at: fc.nat(), text: value }),
  fc.record({
    is: fc.constant('member'),
    at: fc.nat(),
    text: fc.tuple(fc.constantFrom(...NAMES), value).map(([name, text]) => `"${name}":${text}`),
  }),
  fc.record({ is: fc.constant('gone'), at: fc.nat(), text: fc.constant('') }),
)

const VALUES = /(?<="(?:start|end|packets|bytes|numC|num_|tcp_)\w*":)(?:"[^"]*"|[^,}]*)/g

function edited(line: string, { is, at, text }: { is: string; at: number; text: string }): string {
  switch (is) {
    case 'value': {
      const places = [...line.matchAll(VALUES)]
      const place = places[at % Math.max(1, places.length)]
      return place === undefined
        ? line
        : line.slice(0, place.index) + text + line.slice(place.index + place[0].length)
    }
    case 'member': {
      const places = [...line.matchAll(/[{,}]/g)].map(({ index }) => index)
      const place = places[at % places.length] ?? 0
      const after = line[place] === '{' ? place + 1 : place
      return `${line.slice(0, after)}${line[place] === '{' ? '' : ','}${text}${line[place] === '{' ? ',' : ''}${line.slice(after)}`
    }
    default: {
      const places = [...line.matchAll(/"@?\w+":(?:"[^"]*"|[\w.-]+),?/g)]
      const place = places[at % Math.max(1, places.length)]
      return place === undefined
        ? line
        : line.slice(0, place.index) + line.slice(place.index + place[0].length)
    }
  }
}

describe('lines of keys that were read before', () => {
  test('are read as each of them would be alone, whatever is in the place of their numbers', async () => {
    const line = fc
      .tuple(fc.constantFrom(...BASES), fc.array(edit, { maxLength: 3 }))
      .map(([base, edits]) => edits.reduce(edited, base))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 8 }), async (lines) => {
        const together = await readAll([...BASES, ...lines].join('\n'))
        const alone: Flow[] = []
        let refused = 0
        for (const each of [...BASES, ...lines]) {
          const one = await readAll(each)
          alone.push(...one.flows)
          refused += one.refused
        }
        expect(together.flows).toEqual(alone)
        // What may be left of a broken record, as a brace alone in the next line, is not refused once more.
        expect(together.refused).toBeLessThanOrEqual(refused)
        expect(together.refused > 0).toBe(refused > 0)
      }),
      { numRuns: 300 },
    )
  })

  test('give the very key and labels of the first, with their own times and counters', async () => {
    const later = { ...protojsonFlow(), startTime: '1800000000', bytesIn: '9' }
    const { flows } = await readAll(
      [protojsonFlow(), later].map((record) => JSON.stringify(record)).join('\n'),
    )
    expect(flows).toHaveLength(2)
    expect(flows[1]?.key).toBe(flows[0]?.key)
    expect(flows[1]).toMatchObject({ startTime: 1_800_000_000, bytesIn: 9 })
    expect(flows[1]?.bytesOut).toBe(flows[0]?.bytesOut)
  })

  test('of Felix are found again by all but their times and numbers, which need not be recorded', async () => {
    const uncounted = { num_flows_started: undefined, bytes_in: null }
    const numbers = { num_flows: 9, tcp_lost_packets: 4, '@timestamp': 1_793_614_200_000 }
    const records = [
      felixRecord(1, { host: 'node-1', '@timestamp': 1_793_613_900_000 }),
      felixRecord(1, { host: 'node-1', ...numbers, num_flows_started: 7, start_time: 1_793_614_000 }),
      felixRecord(1, { host: 'node-1', ...numbers, ...uncounted }),
    ]
    const { flows } = await readAll(records.map((record) => JSON.stringify(record)).join('\n'))
    expect(flows[1]?.key).toBe(flows[0]?.key)
    expect(flows[1]).toMatchObject({ startTime: 1_793_614_000, numConnectionsStarted: 7 })
    expect(flows[2]).toMatchObject({ bytesIn: null, numConnectionsStarted: null, numConnectionsCompleted: 1 })
  })

  test('are not taken for those of Felix, nor the other way round, because of a name in the place of another', async () => {
    const felix = { source_name: 'a', dest_name: 'b', proto: 'tcp', num_flows: 1, bytes_in: 3 }
    const unknown = { source_name: 'a', dest_name: 'b', proto: 'tcp', bytes_in: 3 }
    const goldmane = { ...protojsonFlow(), numConnectionsStarted: 5 }
    const other = { ...protojsonFlow(), numConnectionsStarted: undefined, num_flows_started: 7 }
    const records = [felix, unknown, goldmane, other]
    const { flows, refusals } = await readAll(records.map((record) => JSON.stringify(record)).join('\n'))
    expect(flows.map((flow) => flow.numConnectionsStarted)).toEqual([null, 5, 0])
    expect(refusals).toMatchObject([{ line: 2 }])
  })

  test('of Felix that have a source port are not kept, because each connection has its own', async () => {
    const lines = [
      JSON.stringify(felixRecord(1, { source_port: 4711 })),
      JSON.stringify(felixRecord(1, { source_port: 4711 })),
    ]
    const { flows } = await readAll(lines.join('\n'))
    expect(flows[1]).toEqual(flows[0])
    expect(flows[1]?.key).not.toBe(flows[0]?.key)
  })

  test('are forgotten where they would take too much, and no longer looked for where that was of no use', async () => {
    const [flow] = (await readAll(JSON.stringify(protojsonFlow()))).flows
    if (flow === undefined) throw new Error('the sample is a flow')
    const lines = [1, 2, 3].map((number) => {
      const record = { name: `key-${number}`, endTime: flow.endTime }
      return { record, line: JSON.stringify(record) }
    })
    const small: Flow = { ...flow, startTime: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 }
    const none = { numConnectionsStarted: 0, numConnectionsCompleted: 0, numConnectionsLive: 0 }
    const cache = new LineCache<null>(40)
    for (const { line, record } of lines) cache.add(line, record, { ...small, ...none }, null, 'protojson')
    expect(cache.lookupText(lines[0]?.line ?? '')).toBeUndefined()
    expect(cache.lookupText(lines[2]?.line ?? '')).toBeUndefined()
    const ample = new LineCache<null>()
    for (const { line, record } of lines) ample.add(line, record, { ...small, ...none }, null, 'protojson')
    expect(ample.lookupText(lines[0]?.line ?? '')?.flow.endTime).toBe(flow.endTime)
  })
})
