import { describe, expect, test } from 'vitest'

import { ensure } from '../../lib/assert.ts'
import type {
  LoadedPolicies,
  PolicyNews,
  PolicyOrder,
  PolicyRunResult,
  UsageReport,
} from '../../store/policy-messages.ts'
import { DENIED } from '../../store/testing/desk-page.ts'
import { PolicyPort } from '../client/policy-port.ts'
import { PolicyClient } from './policy-client.ts'

const WEB = [{ name: 'web.yaml', text: 'kind: x' }]
const LOADED: LoadedPolicies = {
  documents: 1,
  size: 7,
  counts: {},
  faults: [],
  faultCounts: { refused: 0, ignored: 0, unknown: 0 },
  passedOver: [],
  past: 0,
}
const REQUEST = { scope: null, stage: 'enforced' } as const
const RESULT = { request: REQUEST, changedTotal: 3 } as PolicyRunResult
const GONE = { kind: 'bug', say: 'The worker is gone.', detail: null, retry: false } as const
const DURING = { from: 0, to: 15 }

function setUp() {
  const posted: { readonly id: number; readonly order: PolicyOrder }[] = []
  const port = new PolicyPort((message) => posted.push(message))
  const client = new PolicyClient(port)
  const last = (order: PolicyOrder['order']) =>
    ensure(
      posted.findLast((each) => each.order.order === order),
      order,
    )
  const answer = (order: PolicyOrder['order'], news: PolicyNews) =>
    port.hear({ type: 'policies', id: last(order).id, news })
  const orders = () => posted.map(({ order }) => order.order)
  const load = async () => {
    const loading = client.load(WEB)
    answer('load', { news: 'loaded', loaded: LOADED })
    await loading
  }
  return { client, port, posted, last, answer, orders, load }
}

const never = new AbortController().signal

describe('a load', () => {
  test('says how far it is, and what came of it', async () => {
    const { client, answer } = setUp()
    const loading = client.load(WEB)
    expect(client.state.get()).toMatchObject({ loaded: null, reading: { read: 0, total: 7 } })
    answer('load', { news: 'reading', progress: { read: 5, total: 7 } })
    expect(client.state.get().reading).toEqual({ read: 5, total: 7 })
    answer('load', { news: 'loaded', loaded: LOADED })
    await loading
    expect(client.state.get()).toEqual({
      documents: WEB,
      loaded: LOADED,
      version: 1,
      reading: null,
      trouble: null,
    })
  })

  test('that fails leaves what was loaded', async () => {
    const { client, answer, load } = setUp()
    await load()
    const loading = client.load([])
    answer('load', { news: 'failed', trouble: GONE })
    await loading
    expect(client.state.get()).toMatchObject({ documents: WEB, loaded: LOADED, version: 1, trouble: GONE })
  })

  test('of nothing is as nothing loaded', async () => {
    const { client, answer, load } = setUp()
    await load()
    const unloading = client.unload()
    answer('load', { news: 'loaded', loaded: { ...LOADED, documents: 0 } })
    await unloading
    expect(client.state.get()).toMatchObject({ documents: [], loaded: null, version: 2 })
  })

  test('is ended by another one, and by a cancel', async () => {
    const { client, orders, answer, last } = setUp()
    const first = client.load(WEB)
    const old = last('load').id
    const second = client.load(WEB)
    await first
    expect(last('cancel').order).toEqual({ order: 'cancel', id: old })
    client.cancelLoad()
    await second
    answer('load', { news: 'loaded', loaded: LOADED })
    expect(client.state.get()).toMatchObject({ loaded: null, reading: null })
    expect(orders()).toEqual(['load', 'cancel', 'load', 'cancel'])
  })
})

describe('when another source is opened', () => {
  test('a worker that has the policies keeps them', async () => {
    const { port, answer, orders, load, last } = setUp()
    await load()
    port.hear('opened')
    expect(last('hold').order).toEqual({ order: 'hold', load: last('load').id })
    answer('hold', { news: 'held', held: true })
    expect(orders()).toEqual(['load', 'hold'])
  })

  test('one that has not gets them again, and then what was asked meanwhile', async () => {
    const { client, port, answer, orders, load } = setUp()
    await load()
    port.hear('opened')
    const explaining = client.explain(DENIED, DURING, never)
    answer('hold', { news: 'held', held: false })
    expect(client.state.get()).toMatchObject({ loaded: LOADED, reading: { read: 0 } })
    expect(orders()).toEqual(['load', 'hold', 'load'])
    answer('load', { news: 'loaded', loaded: LOADED })
    expect(orders()).toEqual(['load', 'hold', 'load', 'explain'])
    expect(client.state.get()).toMatchObject({ version: 1, reading: null })
    answer('explain', { news: 'explained', explanation: { is: 'unreported' } })
    expect(await explaining).toEqual({ is: 'unreported' })
  })

  test('a load that is on its way begins anew, and a run ends', async () => {
    const { client, port, orders } = setUp()
    void client.load(WEB)
    const running = client.run(REQUEST, never)
    port.hear('opened')
    await expect(running).rejects.toThrow('Another source was opened')
    expect(orders()).toEqual(['load', 'run', 'load'])
  })

  test('nothing is asked where nothing is loaded', () => {
    const { port, orders } = setUp()
    port.hear('opened')
    expect(orders()).toEqual([])
  })
})

describe('a run', () => {
  test('tells its progress and its result', async () => {
    const { client, answer } = setUp()
    const told: unknown[] = []
    const running = client.run(REQUEST, never, (progress) => told.push(progress))
    answer('run', { news: 'evaluated', progress: { done: 1, total: 2 } })
    answer('run', { news: 'ran', result: RESULT })
    expect(await running).toBe(RESULT)
    expect(told).toEqual([{ done: 1, total: 2 }])
  })

  test('is cancelled in the worker, too, and ended by the next one', async () => {
    const { client, last, answer } = setUp()
    const abort = new AbortController()
    const first = client.run(REQUEST, abort.signal)
    const { id } = last('run')
    abort.abort('enough')
    await expect(first).rejects.toBe('enough')
    expect(last('cancel').order).toEqual({ order: 'cancel', id })
    const second = client.run(REQUEST, never)
    const third = client.run(REQUEST, never)
    await expect(second).rejects.toThrow('another run began')
    answer('run', { news: 'ran', result: RESULT })
    expect(await third).toBe(RESULT)
  })
})

test('what waits is told that the worker is gone', async () => {
  const { client, port } = setUp()
  const loading = client.load(WEB)
  const running = client.run(REQUEST, never)
  const explaining = client.explain(DENIED, DURING, never)
  port.hear(GONE)
  await loading
  expect(client.state.get()).toMatchObject({ reading: null, trouble: GONE })
  await expect(running).rejects.toThrow(GONE.say)
  await expect(explaining).rejects.toThrow(GONE.say)
})

test('an explanation that is no longer wanted rejects', async () => {
  const { client } = setUp()
  const abort = new AbortController()
  const explaining = client.explain(DENIED, DURING, abort.signal)
  abort.abort('closed')
  await expect(explaining).rejects.toBe('closed')
})

test('hits are taken to the worker with the policies, and what it says of their rules is resolved', async () => {
  const { client, answer, load, last } = setUp()
  await load()
  const asked = client.usage([], never)
  expect(last('use').order).toEqual({ order: 'use', hits: [] })
  const report = { rules: 3 } as UsageReport
  answer('use', { news: 'used', report })
  expect(await asked).toBe(report)
})
