import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { buildFlow } from '../../src/flows/testing/build.ts'
import type { Flow } from '../../src/flows/flow.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { ManualClock } from '../../src/lib/testing/manual-clock.ts'
import { openDuckDbHistory } from '../history/duckdb/duckdb-history.ts'
import type { HistoryStore, RecordPage } from '../history/history-store.ts'
import { MemoryHistory } from '../history/testing/memory-history.ts'
import { storeFlows } from '../history/testing/store-flows.ts'
import { startGateway } from './gateway.ts'
import { MAX_TURN_WAIT_MS } from './history-answers.ts'

const HOUR = 3600
/** A full hour. */
const NOW = 1_790_002_800
const RECORDS = `history/records?from=${NOW - HOUR}&to=${NOW}`

async function openGateway(history: HistoryStore, clock: Clock) {
  const gateway = await startGateway({
    host: '127.0.0.1',
    graceMs: 0,
    port: 0,
    staticDir: null,
    clusters: [{ name: 'prod', upstream: { url: 'http://127.0.0.1:1' }, memory: 2 ** 20, history }],
    config: { source: { kind: 'live', name: 'test', endpoint: './' } },
    clock,
    metrics: { onSamePort: true, listen: null },
    trustedProxies: ['127.0.0.1'],
  })
  onTestFinished(() => gateway.close())
  return gateway.url
}

/** A history whose records come one page after the other until the reader has gone; it counts the open questions. */
async function endlessHistory() {
  const store = new MemoryHistory()
  await storeFlows(store, 'prod', flowsAt([-HOUR]))
  const state = { open: 0 }
  const records = store.records.bind(store)
  store.records = async function* (...args): AsyncGenerator<RecordPage> {
    const { signal } = args[2]
    state.open++
    try {
      for await (const page of records(...args)) yield page
      await new Promise((_resolve, reject) => {
        if (signal.aborted) reject(signal.reason as Error)
        signal.addEventListener('abort', () => reject(signal.reason as Error))
      })
    } finally {
      state.open--
    }
  }
  return { store, state }
}

function flowsAt(times: readonly number[]): readonly Flow[] {
  return times.map((at) => buildFlow({}, { startTime: NOW + at, endTime: NOW + at + 15 }))
}

/** The answer, of which nothing but the head is read, and how to go away. */
async function ask(url: string) {
  const gone = new AbortController()
  onTestFinished(() => gone.abort())
  const response = await fetch(url, { signal: gone.signal })
  return { response, leave: () => gone.abort() }
}

test('a reader that goes away ends its question', async () => {
  const { store, state } = await endlessHistory()
  const url = await openGateway(store, new ManualClock(NOW * 1000))
  const { leave } = await ask(url + RECORDS)
  expect(state.open).toBe(1)
  leave()
  await vi.waitFor(() => expect(state.open).toBe(0))
})

test('of more readers than there are turns one waits, and is answered when another has gone', async () => {
  const { store, state } = await endlessHistory()
  const url = await openGateway(store, new ManualClock(NOW * 1000))
  const first = await ask(url + RECORDS)
  await ask(url + RECORDS)
  const third = ask(url + RECORDS)
  third.catch(() => undefined)
  await vi.waitFor(async () =>
    expect(await (await fetch(`${url}metrics`)).text()).toContain(
      'flowtrace_history_questions_waiting{cluster="prod"} 1',
    ),
  )
  expect(state.open).toBe(2)
  first.leave()
  expect((await third).response.status).toBe(200)
  expect(state.open).toBe(2)
})

test('who has waited for too long is told that others are reading, and is counted', async () => {
  const { store } = await endlessHistory()
  const clock = new ManualClock(NOW * 1000)
  const url = await openGateway(store, clock)
  await ask(url + RECORDS)
  await ask(url + RECORDS)
  const third = ask(url + RECORDS)
  third.catch(() => undefined)
  const metrics = async () => (await fetch(`${url}metrics`)).text()
  await vi.waitFor(async () => expect(await metrics()).toContain('questions_waiting{cluster="prod"} 1'))
  clock.advance(MAX_TURN_WAIT_MS)
  const { response } = await third
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect((await response.json()).say).toContain('Others are reading the history now.')
  expect(await metrics()).toContain('flowtrace_history_questions_refused_total{cluster="prod"} 1')
})

test('eight readers of two days in DuckDB, each of hours and of newer records, are all answered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'flowtrace-turns-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const store = openDuckDbHistory(folder)
  await store.open()
  onTestFinished(() => store.close())
  await storeFlows(store, 'prod', flowsAt([-40 * HOUR, -HOUR]))
  await store.rollUp('prod', NOW - HOUR)
  const url = await openGateway(store, new ManualClock(NOW * 1000))
  const range = `history/records?from=${NOW - 48 * HOUR}&to=${NOW}`
  const answers = await Promise.all(
    Array.from({ length: 8 }, async (_, i) => {
      const response = await fetch(url + range, { headers: { 'x-forwarded-for': `10.0.0.${i}` } })
      return response.text()
    }),
  )
  for (const answer of answers) expect(answer.match(/"flow"/g)).toHaveLength(2)
})
