import { describe, expect, test } from 'vitest'

import { UNRECORDED } from '../flows/counters.ts'
import { buildHit } from '../flows/testing/build.ts'
import { readCapture } from './read.ts'
import { goJsonFlow, keyAlone, line, protojsonFlow, readAll, whiskerRecord } from './testing/samples.ts'

const pretty = (value: unknown): string => JSON.stringify(value, null, 2)

const hit = (name: string, policy_index: number): object => ({
  kind: 'Profile',
  name,
  action: 'Allow',
  policy_index,
})

describe("Whisker's records", () => {
  test('are read as flows, with what Whisker does not record left open', async () => {
    const { flows, refused, format } = await readAll(line(whiskerRecord(3)))
    expect(refused).toBe(0)
    expect(format).toBe('Whisker records')
    expect(flows).toEqual([
      {
        key: {
          sourceName: 'probe-*',
          sourceNamespace: 'default',
          sourceType: 'EndpointTypeUnspecified',
          destName: 'api-3-*',
          destNamespace: 'backend',
          destType: 'EndpointTypeUnspecified',
          destPort: 8080,
          destServiceName: '',
          destServiceNamespace: '',
          destServicePortName: '',
          destServicePort: 0,
          proto: 'tcp',
          reporter: 'Dst',
          action: 'Deny',
          policies: {
            enforced: [
              buildHit({
                kind: 'EndOfTier',
                name: '',
                action: 'Deny',
                ruleIndex: -1,
                trigger: buildHit({
                  kind: 'NetworkPolicy',
                  name: 'api-isolation',
                  namespace: 'backend',
                  action: 'ActionUnspecified',
                }),
              }),
            ],
            pending: [],
          },
        },
        sourceLabels: ['app=probe', 'team=a'],
        destLabels: ['app=api'],
        startTime: 1793613615,
        endTime: 1793613630,
        packetsIn: 3,
        packetsOut: 0,
        bytesIn: 222,
        bytesOut: 0,
        numConnectionsStarted: null,
        numConnectionsCompleted: null,
        numConnectionsLive: null,
      },
    ])
  })

  test('get the names that Goldmane stores for networks, and their hits in order', async () => {
    const record = whiskerRecord(1, {
      source_name: 'PUBLIC NETWORK',
      source_namespace: '-',
      dest_labels: '',
      policies: { enforced: [hit('second', 1), hit('first', 0)], pending: [] },
    })
    const [flow] = (await readAll(line(record))).flows
    expect(flow?.key.sourceName).toBe('pub')
    expect(flow?.destLabels).toEqual([])
    expect(flow?.key.policies.enforced.map(({ name }) => name)).toEqual(['first', 'second'])
  })

  test.each([
    ['2026-11-02T10:00:15Z', 1793613615],
    ['2026-11-02T11:00:15+01:00', 1793613615],
    ['2026-11-02T04:30:15.987-05:30', 1793613615],
    [1793613615, 1793613615],
    ['1793613615', 1793613615],
    [1793613615987, 1793613615],
    ['1793613615987', 1793613615],
    [1793613615987654, 1793613615],
    ['1793613615987654321', 1793613615],
    ['0001-01-01T00:00:00Z', 0],
    [undefined, 0],
  ])('may give the time as %j', async (start_time, seconds) => {
    const { flows } = await readAll(line(whiskerRecord(1, { start_time })))
    expect(flows[0]?.startTime).toBe(seconds)
  })

  test.each([
    ['milliseconds', 1e3],
    ['microseconds', 1e6],
    ['nanoseconds', 1e9],
  ])('of a key are read, and said, when their times are in %s', async (unit, perSecond) => {
    const flow = {
      ...protojsonFlow(),
      startTime: 1793613600 * perSecond,
      endTime: String(1793613615 * perSecond),
    }
    const seconds = await readAll(line(protojsonFlow()) + line(protojsonFlow()))
    expect(seconds.format).toBe('Goldmane flows (protojson)')
    const { flows, format } = await readAll(line(flow) + line(flow))
    expect(flows).toEqual(seconds.flows)
    expect(format).toBe(`Goldmane flows (protojson), times in ${unit}`)
    // Lines that the cache knows by their other bytes are looked at, too.
    expect((await readAll(line(protojsonFlow()) + line(flow))).format).toBe(format)
  })

  test('may have numbers in quotes', async () => {
    const record = whiskerRecord(3)
    const quoted = JSON.stringify(record).replaceAll(/":(\d+)/g, '":"$1"')
    const { flows, refusals } = await readAll(`${quoted}\n`)
    expect(refusals).toEqual([])
    expect(flows).toEqual((await readAll(line(record))).flows)
  })

  const items = [1, 2, 3].map((number) => whiskerRecord(number))
  test.each([
    ['JSON lines', items.map(line).join('')],
    ['JSON lines without a newline at the end', items.map(line).join('').trimEnd()],
    [
      'JSON lines with a byte order mark and CRLF',
      `\uFEFF${items.map(line).join('').replaceAll('\n', '\r\n')}`,
    ],
    ['JSON lines with commas', items.map((item) => `${JSON.stringify(item)},\n`).join('')],
    ['several records in a line', items.map((item) => JSON.stringify(item)).join('')],
    ['an array', JSON.stringify(items)],
    ['a pretty array', pretty(items)],
    ['a pretty array with a comma before each', `[\n${items.map(pretty).join('\n,\n')}\n]`],
    ['a list', JSON.stringify({ total: { totalPages: 1 }, items })],
    ['a pretty list', pretty({ total: { totalPages: 1 }, items })],
    ['a list with what stands beside it at the end', JSON.stringify({ items, total: { totalPages: 1 } })],
    [
      'lists one after another',
      items.map((item) => line({ total: { totalPages: 3 }, items: [item] })).join(''),
    ],
    ['server-sent events', items.map((item) => `data: ${line(item)}\n`).join('')],
    [
      'server-sent events with other fields',
      `: hello\n\nevent: flow\nid: 1\n${items.map((item) => `data:${line(item)}\n`).join('')}`,
    ],
    ['container logs', items.map((item) => `2026-09-15T16:20:01.123Z stdout F ${line(item)}`).join('')],
    ['pretty objects one after another', items.map(pretty).join('\n')],
    [
      'pretty objects without indentation',
      items.map((item) => JSON.stringify(item, null, 1).replaceAll(/\n +/g, '\n')).join('\n'),
    ],
    [
      'an Elasticsearch answer',
      pretty({
        took: 3,
        hits: { total: { value: 3 }, hits: items.map((_source) => ({ _index: 'x', _source })) },
      }),
    ],
  ])('are found in %s', async (_name, capture) => {
    const { flows, refusals } = await readAll(capture)
    expect(refusals).toEqual([])
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'api-2-*', 'api-3-*'])
  })

  test.each(['{"total":{"totalPages":0},"items":[]}', '{"total":{"totalPages":0},"items":null}', '', '\n\n'])(
    'may be none: %j',
    async (capture) => {
      expect(await readAll(capture)).toMatchObject({ flows: [], refusals: [], format: null })
    },
  )
})

describe("Goldmane's flows", () => {
  const expected = {
    key: {
      sourceName: 'shop-*',
      sourceType: 'WorkloadEndpoint',
      destPort: 5432,
      destServicePortName: 'sql',
      reporter: 'Src',
      action: 'Allow',
      policies: {
        enforced: [buildHit({ kind: 'CalicoNetworkPolicy', namespace: 'shop', name: 'shop' })],
        pending: [],
      },
    },
    sourceLabels: ['app=shop'],
    destLabels: [],
    startTime: 1793613600,
    packetsIn: 1,
    packetsOut: 0,
    bytesIn: 957,
    numConnectionsStarted: 1,
    numConnectionsLive: 0,
  }

  test.each([
    ['protojson', protojsonFlow(), 'Goldmane flows (protojson)'],
    ['FlowResult', { id: '7', flow: protojsonFlow() }, 'Goldmane flows (protojson)'],
    ['FlowUpdate', { flow: protojsonFlow() }, 'Goldmane flows (protojson)'],
    [
      'FlowListResult',
      { meta: { totalPages: '1' }, flows: [{ id: '7', flow: protojsonFlow() }] },
      'Goldmane flows (protojson)',
    ],
    ["Go's own JSON", goJsonFlow(), 'Goldmane flows (Go JSON)'],
    ["FlowResult in Go's own JSON", { id: 7, flow: goJsonFlow() }, 'Goldmane flows (Go JSON)'],
  ])('are read from %s, pretty or in a line', async (_name, value, format) => {
    for (const capture of [
      pretty(value),
      line(value),
      pretty([value]),
      `${pretty(value)}\n${pretty(value)}`,
    ]) {
      const result = await readAll(capture)
      expect(result.refusals).toEqual([])
      expect(result.format).toBe(format)
      for (const flow of result.flows) expect(flow).toMatchObject(expected)
      expect(result.flows.length).toBeGreaterThan(0)
    }
  })

  test('may be a key alone, with no times and nothing counted', async () => {
    const { flows, format } = await readAll(line(keyAlone()))
    expect(format).toBe('Goldmane flow keys')
    expect(flows).toMatchObject([{ key: { destName: 'pub', destPort: 443 }, startTime: 0, ...UNRECORDED }])
  })

  test('that were cut down to the key have no counters, and zeros where only these were omitted', async () => {
    const cut = { Key: keyAlone() }
    const { flows } = await readAll(line(cut) + line({ ...cut, startTime: '1790000010' }) + line(cut))
    expect(flows).toMatchObject([UNRECORDED, { bytesIn: 0, numConnectionsLive: 0 }, UNRECORDED])
  })

  test('of Whisker have no counter that somebody took out, alone and after others of the same key', async () => {
    const whole = { ...whiskerRecord(), packets_in: 3, packets_out: 4, bytes_in: 222, bytes_out: 333 }
    const cut = { ...whole, bytes_in: undefined }
    const { flows } = await readAll([cut, whole, cut, cut].map(line).join(''))
    expect(flows.map(({ bytesIn }) => bytesIn)).toEqual([null, 222, null, null])
    expect(flows.map(({ bytesOut }) => bytesOut)).toEqual([333, 333, 333, 333])
  })

  test('keep a value that this version does not know, and count it', async () => {
    const flow = { ...goJsonFlow(), Key: { ...keyAlone(), action: 9, reporter: 'Fwd' } }
    const { flows, unknown } = await readAll(line(flow))
    expect(flows).toMatchObject([{ key: { action: 'Unknown(9)', reporter: 'Unknown(Fwd)' } }])
    expect(unknown).toBe(2)
  })
})

describe('mixed captures', () => {
  test('are told apart record by record', async () => {
    const capture =
      line(whiskerRecord()) + pretty(protojsonFlow()) + line(goJsonFlow()) + pretty([whiskerRecord(2)])
    const { flows, refused, format } = await readAll(capture)
    expect(flows.map(({ key }) => key.destName)).toEqual(['api-1-*', 'db-1', 'db-1', 'api-2-*'])
    expect(refused).toBe(0)
    expect(format).toBe('Whisker and Goldmane records')
  })
})

describe('batches', () => {
  const many = Array.from({ length: 1000 }, (_, number) => line(whiskerRecord(number))).join('')

  test('come early and in the size that was asked for, with the bytes read so far', async () => {
    const { batches, flows, bytesRead } = await readAll(many, [], { batchRecords: 300 })
    expect(batches.map((batch) => batch.flows.length)).toEqual([64, 300, 300, 300, 36])
    expect(flows.length).toBe(1000)
    expect(batches[0]?.bytesRead).toBeLessThan(many.length)
    expect(bytesRead).toBe(many.length)
  })

  test('let others have their turn in between', async () => {
    let turns = 0
    let next: NodeJS.Immediate
    const others = () => {
      turns++
      next = setImmediate(others)
    }
    next = setImmediate(others)
    const { batches } = await readAll(many, [], { batchRecords: 50 })
    clearImmediate(next)
    // Without a turn between batches nobody runs before the end: all the reading is one run of promises.
    expect(batches.length).toBeGreaterThan(15)
    expect(turns).toBeGreaterThan(5)
  })

  test('stop with the signal, and the stream is cancelled', async () => {
    const controller = new AbortController()
    let cancelled: unknown
    const stream = new ReadableStream<Uint8Array>({
      pull: (stream_) => stream_.enqueue(new TextEncoder().encode(many)),
      cancel: (reason) => void (cancelled = reason),
    })
    const reading = (async () => {
      for await (const batch of readCapture(stream, { signal: controller.signal })) {
        if (batch.flows.length > 0) controller.abort('enough')
      }
    })()
    await expect(reading).rejects.toBe('enough')
    expect(cancelled).toBe('enough')
  })

  test('stop while the stream is silent', async () => {
    const controller = new AbortController()
    const silent = new ReadableStream<Uint8Array>({ pull: () => controller.abort('enough') })
    await expect(readCapture(silent, { signal: controller.signal }).next()).rejects.toBe('enough')
  })

  test('give what came before the stream broke, then its error', async () => {
    let pulls = 0
    const broken = new ReadableStream<Uint8Array>({
      pull(stream) {
        if (pulls++ === 0) stream.enqueue(new TextEncoder().encode(line(whiskerRecord())))
        else stream.error(new Error('gone'))
      },
    })
    const batches = readCapture(broken)
    expect((await batches.next()).value).toMatchObject({ flows: [{ key: { destName: 'api-1-*' } }] })
    await expect(batches.next()).rejects.toThrow('gone')
  })

  test('release the stream when nobody wants more', async () => {
    let cancelled = false
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode(many)),
      cancel: () => void (cancelled = true),
    })
    for await (const batch of readCapture(stream)) if (batch.flows.length > 0) break
    expect(cancelled).toBe(true)
  })
})

test('one record where a list is expected is read', async () => {
  const { flows, refused } = await readAll(pretty({ total: 1, items: whiskerRecord(7) }))
  expect(flows.map(({ key }) => key.destName)).toEqual(['api-7-*'])
  expect(refused).toBe(0)
})

describe('encodings', () => {
  test('UTF-16, as Windows PowerShell writes it, is read', async () => {
    const bytes = Uint8Array.of(0xff, 0xfe, ...Buffer.from(line(whiskerRecord()), 'utf16le'))
    expect(await readAll(bytes, [1, 3, 700])).toMatchObject({
      refused: 0,
      flows: [{ key: { destName: 'api-1-*' } }],
    })
  })
})
