import { expect, test } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import type { OpenSource, ToWorker } from '../../store/protocol.ts'
import { DEFAULT_BUDGET } from '../remembered/default-budget.ts'
import { EarlyStart } from './early-start.ts'
import type { Source } from './flowtrace.ts'
import type { Loaded } from './load-source.ts'

const LIVE: OpenSource = { kind: 'live', endpoint: 'http://lab/', history: 3600, scope: ALL }
const SECOND: OpenSource = { ...LIVE, endpoint: 'http://lab/second/' }
const named = (name: string, open: OpenSource): Source => ({ name, open })

function offering(source: OpenSource, clusters: readonly OpenSource[] = []): Loaded {
  return {
    ok: true,
    offer: {
      source: named('source', source),
      clusters: clusters.map((open, i) => named(`cluster ${i}`, open)),
    },
  }
}

function setUp(loaded: Loaded, search = '') {
  const posted: ToWorker[] = []
  const port = { postMessage: (message: ToWorker) => void posted.push(message), addEventListener: () => {} }
  const start = new EarlyStart(port, search, async () => loaded)
  return { start, posted }
}

test('opens what the server offers, and says so to the main script', async () => {
  const { start, posted } = setUp(offering(LIVE))
  expect(start.known).toBeNull()
  await start.answer
  expect(posted).toEqual([{ type: 'open', source: LIVE, budget: DEFAULT_BUDGET }])
  expect(start.known).toEqual(offering(LIVE))
  expect(start.end()).toBe(LIVE)
})

test('opens the first of several clusters', async () => {
  const { start } = setUp(offering(LIVE, [SECOND, LIVE]))
  await start.answer
  expect(start.end()).toBe(SECOND)
})

test('leaves an address that names another source to the main script', async () => {
  for (const search of ['?cluster=prod-eu', '?filter=x&scope=dst.ns+%3D+shop', '?capture=a.jsonl']) {
    const { start, posted } = setUp(offering(LIVE), search)
    await start.answer
    expect(posted).toEqual([])
    expect(start.end()).toBeNull()
  }
})

test('leaves a capture, and a server that offers nothing, to the main script', async () => {
  const trouble = { kind: 'offline', say: 'away', detail: null, retry: true } as const
  const capture: OpenSource = { kind: 'url', url: 'http://lab/capture', name: 'monday.jsonl' }
  for (const loaded of [offering(capture), { ok: false, trouble } as const]) {
    const { start, posted } = setUp(loaded)
    await start.answer
    expect(posted).toEqual([])
    expect(start.end()).toBeNull()
  }
})

test('opens nothing once the main script has taken over', async () => {
  const { start, posted } = setUp(offering(LIVE))
  expect(start.end()).toBeNull()
  await start.answer
  expect(posted).toEqual([])
})
