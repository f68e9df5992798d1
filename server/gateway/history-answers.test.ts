import { describe, expect, test } from 'vitest'
import type { Batch } from '../../src/capture/collect.ts'
import { readCapture } from '../../src/capture/read.ts'
import { buildFlow, buildHit } from '../../src/flows/testing/build.ts'
import type { Flow } from '../../src/flows/flow.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { MemoryHistory } from '../history/testing/memory-history.ts'
import { storeFlows } from '../history/testing/store-flows.ts'
import type { AuthOptions } from '../auth/auth-options.ts'
import { startTestGateway } from '../testing/test-gateway.ts'
import type { HistoryStore } from '../history/history-store.ts'

const HOUR = 3600
const DAY = 24 * HOUR
/** A full hour. */
const NOW = 1_790_002_800
const SHOP = { 'x-forwarded-user': 'eve', 'x-forwarded-groups': 'shop' }
const PROXY: AuthOptions = {
  mode: 'proxy',
  groups: { shop: ['frontend'], admins: 'all' },
  hidesOtherEnd: true,
}

function flowAt(startTime: number, key: Parameters<typeof buildFlow>[0] = {}): Flow {
  return buildFlow(key, { startTime, endTime: startTime + 15 })
}

async function historyOf(flows: readonly Flow[]): Promise<MemoryHistory> {
  const history = new MemoryHistory()
  await storeFlows(history, 'prod', flows)
  await history.rollUp('prod', NOW - HOUR)
  return history
}

async function gatewayWith(history: HistoryStore, auth: AuthOptions = { mode: 'none' }): Promise<string> {
  const upstream = { url: 'http://127.0.0.1:1' }
  return startTestGateway(null, {
    clusters: [{ name: 'prod', upstream, memory: 2 ** 20, history }],
    auth,
    trustedProxies: ['127.0.0.1'],
    clock: new ManualClock(NOW * 1000),
  })
}

interface ReadAnswer extends Pick<Batch, 'headers' | 'flows'> {
  readonly refused: number
}

async function read(response: Response): Promise<ReadAnswer> {
  expect(response.status).toBe(200)
  const batches: Batch[] = []
  for await (const batch of readCapture(response.body as ReadableStream<Uint8Array>)) batches.push(batch)
  return {
    flows: batches.flatMap(({ flows }) => flows),
    headers: batches.flatMap(({ headers }) => headers),
    refused: batches.reduce((sum, { refused }) => sum + refused, 0),
  }
}

describe('history/records', () => {
  test('gives the records of a short range as they were stored, with a header', async () => {
    const flows = [flowAt(NOW - 2 * HOUR), flowAt(NOW - HOUR, { destPort: 443 }), flowAt(NOW - HOUR + 15)]
    const history = await historyOf(flows)
    await history.addGap('prod', { from: NOW - 1800, to: NOW - 1500, cause: 'The gateway did not run' })
    const base = await gatewayWith(history)
    const answer = await read(await fetch(`${base}history/records?from=${NOW - HOUR}&to=${NOW}`))
    expect(answer.flows).toEqual([flows[1], flows[2]])
    expect(answer.refused).toBe(0)
    expect(answer.headers).toEqual([
      expect.objectContaining({
        source: { kind: 'history', name: 'memory' },
        cluster: 'prod',
        window: { from: NOW - HOUR, to: NOW },
        gaps: [{ from: NOW - 1800, to: NOW - 1500, reason: 'The gateway did not run' }],
        filter: null,
        step: null,
      }),
    ])
  })

  test('is also below the name of the cluster, and of no other', async () => {
    const base = await gatewayWith(await historyOf([flowAt(NOW - HOUR)]))
    const query = `history/records?from=${NOW - HOUR}&to=${NOW}`
    expect((await read(await fetch(`${base}clusters/prod/${query}`))).flows).toHaveLength(1)
    expect((await fetch(`${base}clusters/dev/${query}`)).status).toBe(404)
  })

  test('reads the roll-up for more than a day, and sums the newest hours itself', async () => {
    const flows = [-40 * HOUR, -40 * HOUR + 15, -HOUR, -HOUR + 30].map((at) => flowAt(NOW + at))
    const base = await gatewayWith(await historyOf(flows))
    const answer = await read(await fetch(`${base}history/records?from=${NOW - 2 * DAY}&to=${NOW}`))
    expect(answer.headers[0]?.step).toBe(HOUR)
    expect(answer.flows.map(({ startTime, endTime, bytesIn }) => [startTime, endTime, bytesIn])).toEqual([
      [NOW - 40 * HOUR, NOW - 39 * HOUR, 1200],
      [NOW - HOUR, NOW, 1200],
    ])
  })

  test('reads the roll-up where raw records are deleted', async () => {
    const history = await historyOf([flowAt(NOW - 10 * DAY), flowAt(NOW - HOUR)])
    await history.drop({ raw: NOW - 7 * DAY, hours: 0 })
    const base = await gatewayWith(history)
    const range = `from=${NOW - 10 * DAY - HOUR}&to=${NOW - 10 * DAY + HOUR}`
    const answer = await read(await fetch(`${base}history/records?${range}`))
    expect(answer.flows).toHaveLength(1)
    expect(answer.headers[0]?.step).toBe(HOUR)
  })

  test('sends what a filter matches, and says which', async () => {
    const flows = [flowAt(NOW - HOUR), flowAt(NOW - HOUR, { destPort: 443 })]
    const base = await gatewayWith(await historyOf(flows))
    const query = `from=${NOW - HOUR}&to=${NOW}&filter=${encodeURIComponent('dst.port = 443')}`
    const answer = await read(await fetch(`${base}history/records?${query}`))
    expect(answer.flows).toEqual([flows[1]])
    expect(answer.headers[0]?.filter).toBe('dst.port = 443')
  })

  test.each([
    ['from=1&to=1', 'to has to be later'],
    ['from=a&to=9', 'Unix seconds'],
    ['from=1&to=9&step=7', 'step'],
    ['from=1&to=9&filter=dst.prot%3D1', 'at character 1'],
    ['from=1&to=9&filter=seen%3C1m', 'seen'],
  ])('refuses %s with the place', async (query, words) => {
    const base = await gatewayWith(await historyOf([]))
    const response = await fetch(`${base}history/records?${query}`)
    expect(response.status).toBe(400)
    expect((await response.json()).say).toContain(words)
  })

  test('says in the answer what the engine could not read of it', async () => {
    const history = await historyOf([flowAt(NOW - HOUR)])
    const records = history.records.bind(history)
    history.records = async function* (...args) {
      for await (const page of records(...args)) yield { ...page, incomplete: 'Shard 2 does not answer' }
    }
    const base = await gatewayWith(history)
    const answer = await read(await fetch(`${base}history/records?from=${NOW - HOUR}&to=${NOW}`))
    expect(answer.headers.at(-1)?.incomplete).toBe('Shard 2 does not answer')
  })
})

describe('a viewer of some namespaces', () => {
  const flows = [
    flowAt(NOW - HOUR),
    flowAt(NOW - HOUR, { destNamespace: 'bank', destName: 'vault-*' }),
    flowAt(NOW - HOUR, { sourceNamespace: 'bank', destNamespace: 'bank' }),
  ]

  test('gets no name of the other end, whatever is asked for', async () => {
    const base = await gatewayWith(await historyOf(flows), PROXY)
    const range = `from=${NOW - HOUR}&to=${NOW}`
    const response = await fetch(`${base}history/records?${range}`, { headers: SHOP })
    const text = await response.text()
    expect(text.match(/"flow"/g)).toHaveLength(2)
    expect(text).not.toMatch(/bank|vault/)
  })

  test('cannot find out a hidden name by a filter', async () => {
    const base = await gatewayWith(await historyOf(flows), PROXY)
    const ask = async (filter: string) => {
      const query = `from=${NOW - HOUR}&to=${NOW}&filter=${encodeURIComponent(filter)}`
      return (await read(await fetch(`${base}history/records?${query}`, { headers: SHOP }))).flows.length
    }
    expect(await ask('dst.ns = bank')).toBe(0)
    expect(await ask('dst.ns = hidden')).toBe(2)
    expect(await ask('dst.ns = hidden and bytes > 1')).toBe(2)
    expect(await ask('dst.ns = hidden and bytes > 1M')).toBe(0)
    const bars = `history/histogram?from=${NOW - HOUR}&to=${NOW}&filter=dst.ns%3Dbank`
    expect((await fetch(base + bars, { headers: SHOP })).status).toBe(400)
  })

  test('gets no count of flows that are not theirs', async () => {
    const base = await gatewayWith(await historyOf(flows), PROXY)
    const bars = await fetch(`${base}history/histogram?from=${NOW - HOUR}&to=${NOW}`, { headers: SHOP })
    expect((await bars.json()).bars).toEqual([{ start: NOW - HOUR, action: 'Allow', records: 2 }])
    const seen = await fetch(
      `${base}history/seen?src_ns=bank&src=web-*&dst_ns=bank&dst=api-*&proto=tcp&port=80`,
      {
        headers: SHOP,
      },
    )
    expect((await seen.json()).verdicts).toEqual([])
  })

  test('is told of no verdict for a hidden name that was guessed', async () => {
    const own = flowAt(NOW - HOUR, { sourceNamespace: 'frontend', destNamespace: 'frontend' })
    const base = await gatewayWith(await historyOf([...flows, own]), PROXY)
    const verdictsOf = async (ends: string) => {
      const address = `${base}history/seen?src_ns=frontend&src=web-*&${ends}&proto=tcp&port=80`
      return (await (await fetch(address, { headers: SHOP })).json()).verdicts
    }
    expect(await verdictsOf('dst_ns=frontend&dst=api-*')).toHaveLength(1)
    expect(await verdictsOf('dst_ns=bank&dst=vault-*')).toEqual([])
  })

  test('gets nothing without a login', async () => {
    const base = await gatewayWith(await historyOf(flows), PROXY)
    expect((await fetch(`${base}history/records?from=1&to=9`)).status).toBe(401)
  })
})

test('history/histogram counts by verdict, also across both grains, in sums of hours as they are sent', async () => {
  const flows = [
    flowAt(NOW - 40 * HOUR),
    flowAt(NOW - 40 * HOUR + 15, { action: 'Deny' }),
    flowAt(NOW - 40 * HOUR + 30),
    flowAt(NOW - HOUR),
    flowAt(NOW - HOUR + 15),
    flowAt(NOW - 3 * HOUR),
  ]
  const base = await gatewayWith(await historyOf(flows))
  const response = await fetch(`${base}history/histogram?from=${NOW - 2 * DAY}&to=${NOW}&bars=12`)
  expect(await response.json()).toEqual({
    // At multiples of the width, as the bars of the records.
    from: NOW - 51 * HOUR,
    width: 6 * HOUR,
    bars: [
      { start: NOW - 45 * HOUR, action: 'Allow', records: 1 },
      { start: NOW - 45 * HOUR, action: 'Deny', records: 1 },
      { start: NOW - 3 * HOUR, action: 'Allow', records: 2 },
    ],
    incomplete: null,
  })
})

test('history/seen tells each verdict with its time', async () => {
  const denied = { action: 'Deny' } as const
  const flows = [
    flowAt(NOW - 5 * DAY),
    flowAt(NOW - 2 * DAY),
    flowAt(NOW - DAY, denied),
    flowAt(NOW - 15, { ...denied, destServiceName: '-' }),
    flowAt(NOW - 15, { destPort: 443 }),
  ]
  const base = await gatewayWith(await historyOf(flows))
  const conversation = 'src_ns=frontend&src=web-*&dst_ns=backend&dst=api-*&proto=tcp&port=80'
  const answer = await (await fetch(`${base}history/seen?${conversation}`)).json()
  expect(answer).toMatchObject({ from: NOW - 5 * DAY, omitted: 0, incomplete: null })
  expect(answer.verdicts).toEqual([
    {
      reporter: 'Src',
      action: 'Allow',
      hit: buildHit(),
      first: NOW - 5 * DAY,
      last: NOW - 2 * DAY + 15,
      records: 2,
    },
    expect.objectContaining({ action: 'Deny', first: NOW - DAY, last: NOW, records: 2 }),
  ])
})

test('history/seen begins where its own cluster does, not with an older one of the same store', async () => {
  const history = await historyOf([flowAt(NOW - 2 * DAY), flowAt(NOW - 15)])
  await storeFlows(history, 'older', [flowAt(NOW - 9 * DAY)])
  await history.rollUp('older', NOW - HOUR)
  const base = await gatewayWith(history)
  const conversation = 'src_ns=frontend&src=web-*&dst_ns=backend&dst=api-*&proto=tcp&port=80'
  const ask = async () => (await fetch(`${base}history/seen?${conversation}`)).json()
  const verdicts = [expect.objectContaining({ first: NOW - 2 * DAY, last: NOW, records: 2 })]
  expect(await ask()).toMatchObject({ from: NOW - 2 * DAY, verdicts })
  // Of a cluster that is not recorded any more the sums of hours outlive the records.
  await history.drop({ raw: NOW, hours: NOW - 7 * DAY })
  const summed = [expect.objectContaining({ first: NOW - 2 * DAY, records: 1 })]
  expect(await ask()).toMatchObject({ from: NOW - 2 * DAY, verdicts: summed })
})

test('history/seen goes back through the rollouts of both ends', async () => {
  const before = { sourceName: 'web-6f7c9d5b8d-*', destName: 'api-7c5d9f4b66-*' }
  const flows = [
    flowAt(NOW - 5 * DAY, { ...before, action: 'Deny' }),
    flowAt(NOW - 15, { ...before, sourceName: 'web-5d8f7b9c74-*', action: 'Deny' }),
    flowAt(NOW - 5 * DAY, { ...before, sourceName: 'web-admin-5d8f7b9c74-*' }),
  ]
  const base = await gatewayWith(await historyOf(flows))
  const conversation =
    'src_ns=frontend&src=web-5d8f7b9c74-*&dst_ns=backend&dst=api-7c5d9f4b66-*&proto=tcp&port=80'
  const { verdicts } = await (await fetch(`${base}history/seen?${conversation}`)).json()
  expect(verdicts).toEqual([
    expect.objectContaining({ action: 'Deny', first: NOW - 5 * DAY, last: NOW, records: 2 }),
  ])
})

describe('history/hits', () => {
  const deny = buildHit({ name: 'deny', ruleIndex: 2, action: 'Deny' })
  const denied = {
    action: 'Deny',
    policies: { enforced: [deny], pending: [buildHit({ name: 'next' })] },
  } as const

  test('tells each hit once with when it was recorded, and how much was', async () => {
    const moved = { ...deny, policyIndex: 1 }
    const flows = [
      flowAt(NOW - 20 * DAY, denied),
      flowAt(NOW - 3 * HOUR, { ...denied, destPort: 443 }),
      flowAt(NOW - HOUR, { ...denied, policies: { enforced: [buildHit(), moved], pending: [] } }),
    ]
    const history = await historyOf(flows)
    await history.addGap('prod', { from: NOW - DAY, to: NOW - DAY + 60, cause: 'The gateway did not run' })
    const base = await gatewayWith(history)
    const answer = await (await fetch(`${base}history/hits?from=${NOW - 30 * DAY}&to=${NOW}`)).json()
    expect(answer).toMatchObject({
      from: NOW - 30 * DAY,
      to: NOW,
      recorded: { first: NOW - 20 * DAY, last: NOW, hours: 3, ofHours: 720 },
      gaps: [{ from: NOW - DAY, to: NOW - DAY + 60, cause: 'The gateway did not run' }],
      omitted: 0,
      incomplete: null,
    })
    expect(answer.hits).toEqual([
      expect.objectContaining({
        hit: deny,
        stage: 'enforced',
        first: NOW - 20 * DAY,
        last: NOW - HOUR + 15,
        records: 3,
      }),
      expect.objectContaining({ hit: buildHit(), stage: 'enforced', records: 1 }),
      expect.objectContaining({ stage: 'pending', last: NOW - 3 * HOUR + 15, records: 2 }),
    ])
  })

  test('of a filter are those of the flows that match, and what was recorded stays what it is', async () => {
    const base = await gatewayWith(await historyOf([flowAt(NOW - HOUR), flowAt(NOW - 2 * HOUR, denied)]))
    const query = `from=${NOW - DAY}&to=${NOW}&filter=${encodeURIComponent('action = deny')}`
    const answer = await (await fetch(`${base}history/hits?${query}`)).json()
    expect(answer.hits.map(({ hit }: { hit: { name: string } }) => hit.name).toSorted()).toEqual([
      'deny',
      'next',
    ])
    expect(answer.recorded.hours).toBe(2)
  })

  test('are of the flows that a viewer sees', async () => {
    const bank = { ...denied, sourceNamespace: 'bank', destNamespace: 'bank' }
    const base = await gatewayWith(await historyOf([flowAt(NOW - HOUR), flowAt(NOW - 2 * HOUR, bank)]), PROXY)
    const range = `from=${NOW - DAY}&to=${NOW}`
    const answer = await (await fetch(`${base}history/hits?${range}`, { headers: SHOP })).json()
    expect(JSON.stringify(answer.hits)).not.toContain('"deny"')
    expect(answer.hits.map(({ stage }: { stage: string }) => stage).toSorted()).toEqual([
      'enforced',
      'pending',
    ])
    const filtered = await fetch(`${base}history/hits?${range}&filter=dst.ns%3Dbank`, { headers: SHOP })
    expect(filtered.status).toBe(400)
  })
})
