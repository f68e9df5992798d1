import type { ReactNode } from 'react'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { parse } from '../../filter/language/parse-query.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { FlowtraceContext, type Source, useFlowtrace } from '../../state/client/flowtrace.ts'
import { fakeStore, type FakeStatus, type FakeStore } from '../../state/testing/fake-store.tsx'
import { readAlone } from '../../state/view/history-range.ts'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { HistoryBadge } from './HistoryBadge.tsx'
import { HistoryFoot } from './HistoryFoot.tsx'
import { HistoryNotice } from './HistoryNotice.tsx'

const TO = 1_790_002_800
const FROM = TO - 7 * 86_400
const PAST: Source['open'] = {
  kind: 'history',
  endpoint: 'http://localhost/',
  range: { from: FROM, to: TO },
  scope: ALL,
}
const HEADER = { ...EMPTY_HEADER, source: { kind: 'history', name: 'DuckDB' }, step: 3600, gaps: [] }

function renderWith(status: FakeStatus): FakeStore {
  const store = fakeStore({}, PAST)
  render(
    <>
      <HistoryBadge />
      <HistoryNotice />
      <HistoryFoot />
    </>,
    { wrapper: store.Wrapper },
  )
  store.sendWindow({}, status)
  return store
}

/** The source with the address of its history. */
function WithHistory({ children }: { children: ReactNode }) {
  const shared = useFlowtrace()
  const source = { ...shared.source, history: 'http://localhost/history.json' }
  return <FlowtraceContext value={{ ...shared, source }}>{children}</FlowtraceContext>
}

afterEach(() => {
  readAlone.set(null)
  navigate({ filter: ALL, scope: ALL, time: null })
})

test('says how far a range was read, and lets the reader stop', async () => {
  const store = renderWith({ source: { state: 'loading', read: 4 * 86_400, total: 7 * 86_400 } })
  expect(screen.getByRole('status', { name: 'Source' }).parentElement?.textContent).toContain(
    'Reading history 57 %',
  )
  expect(screen.getByRole('progressbar', { name: 'Reading history' })).toHaveProperty('value', 4 * 86_400)
  await userEvent.click(screen.getByRole('button', { name: 'Stop here' }))
  expect(store.posted).toContainEqual({ type: 'stop' })
})

test('says of what is read how long it is, how it is summed, and its gaps', () => {
  const gaps = [{ from: FROM + 60, to: FROM + 6000, reason: 'The gateway did not run' }]
  renderWith({ source: { state: 'loaded' }, headers: [{ ...HEADER, gaps }] })
  expect(screen.getByText(/^history: 7 d on DuckDB/).textContent).toBe(
    'history: 7 d on DuckDB · summed by the hour · 1 gap',
  )
  expect(screen.getByRole('status', { name: 'Source' }).parentElement?.textContent).toBe(
    'History of 7 d, by the hour · 1 gap',
  )
  expect(screen.getByText('· 1 gap').title).toContain('The gateway did not run')
})

test('a range that is too large is refused with the way to a narrower one', async () => {
  const narrower = { from: TO - 12 * 3600, to: TO }
  const parsed = parse('dst.ns = backend')
  if (parsed.ok) navigate({ filter: parsed.expression, time: { from: FROM, to: TO } })
  renderWith({
    source: {
      state: 'failed',
      trouble: {
        kind: 'refused',
        say: '7 d of everything are 40 M records.',
        detail: null,
        retry: false,
        narrower,
      },
    },
  })
  expect(screen.getByRole('alert').textContent).toContain('7 d of everything are 40 M records.')
  expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull()
  await userEvent.click(screen.getByRole('button', { name: 'Read the last 12 h of it' }))
  expect(navigation.parsed().view.time).toEqual(narrower)
  await userEvent.click(screen.getByRole('button', { name: 'Read what the filter shows' }))
  expect(navigation.parsed().view.scope).toEqual(navigation.parsed().view.filter)
  await userEvent.click(screen.getByRole('button', { name: 'Back to live' }))
  expect(navigation.parsed().view.time).toBeNull()
})

test('what a shard left out is said', () => {
  renderWith({
    source: { state: 'loaded' },
    headers: [HEADER, { ...EMPTY_HEADER, incomplete: 'Shard 2 does not answer' }],
  })
  expect(screen.getByRole('alert').textContent).toContain('Shard 2 does not answer.')
})

test('of a live source the footer says how far its history is behind', async () => {
  const live: Source['open'] = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL }
  const status = {
    engine: 'duckdb',
    state: 'behind',
    cause: null,
    retryAt: null,
    now: TO,
    from: FROM,
    to: TO - 12,
    hoursFrom: null,
    grain: 15,
    behind: 12,
    days: 7,
    hourDays: 400,
    bytes: 1,
    maxBytes: null,
    reachedFirst: 'days',
    gaps: [],
    gapsOmitted: 0,
    dropped: 0,
  }
  vi.stubGlobal('fetch', async () => Response.json(status))
  const store = fakeStore({}, live)
  render(
    <WithHistory>
      <HistoryFoot />
    </WithHistory>,
    { wrapper: store.Wrapper },
  )
  expect(await screen.findByText('history: 7 d, 12 s behind')).toBeDefined()
  vi.unstubAllGlobals()
})
