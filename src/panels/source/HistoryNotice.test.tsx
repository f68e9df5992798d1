import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { Source } from '../../state/client/flowtrace.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import { fakeStore, type FakeStatus, type FakeStore } from '../../state/testing/fake-store.tsx'
import { forgetPast, PAST, PAST_FROM, PAST_TO } from '../../state/testing/past-source.ts'
import { WithHistory } from '../../state/testing/with-history.tsx'
import { HistoryBadge } from './HistoryBadge.tsx'
import { HistoryFoot } from './HistoryFoot.tsx'
import { HistoryNotice } from './HistoryNotice.tsx'

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

afterEach(() => {
  forgetPast()
  queryClient.clear()
  vi.unstubAllGlobals()
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

test('a button that goes with its notice gives its focus to the list', async () => {
  const store = renderWith({ source: { state: 'loading', read: 1, total: 2 } })
  render(<div role="grid" aria-label="Flows" tabIndex={0} />)
  await userEvent.tab()
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Stop here' }))
  store.sendWindow({}, { source: { state: 'stopped' } })
  expect(document.activeElement).toBe(screen.getByRole('grid'))
})

test('says of what is read how long it is, how it is summed, and its gaps', () => {
  const gaps = [{ from: PAST_FROM + 60, to: PAST_FROM + 6000, reason: 'The gateway did not run' }]
  renderWith({ source: { state: 'loaded' }, headers: [{ ...HEADER, gaps }] })
  expect(screen.getByText(/^history: 7 d on DuckDB/).textContent).toBe(
    'history: 7 d on DuckDB · summed by the hour · 1 gap',
  )
  expect(screen.getByRole('status', { name: 'Source' }).parentElement?.textContent).toBe(
    'History of 7 d, by the hour · 1 gap',
  )
  expect(screen.getByText('· 1 gap').title).toContain('The gateway did not run')
})

test('of a range that was stopped says that it is a part, and not that it is being read', () => {
  renderWith({ source: { state: 'stopped' }, holdings: { records: 5 } })
  expect(screen.getByRole('status', { name: 'Source' }).textContent).toBe('Part of a history')
})

test('says of a range that was read in part what went wrong', () => {
  const trouble = { kind: 'offline', say: 'The gateway is away.', detail: null, retry: true } as const
  renderWith({ source: { state: 'failed', trouble }, holdings: { records: 5 } })
  expect(screen.getByRole('status', { name: 'Source' }).textContent).toBe('Part of a history')
  expect(screen.getByRole('alert').textContent).toContain('read in part. The gateway is away.')
})

test('says nothing where nothing was read: the table does', () => {
  const trouble = { kind: 'offline', say: 'The gateway is away.', detail: null, retry: true } as const
  renderWith({ source: { state: 'failed', trouble } })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('that a part is missing is left to the table where nothing was read', () => {
  const headers = [{ ...EMPTY_HEADER, incomplete: 'The file of 2026-11-24 is damaged' }]
  renderWith({ source: { state: 'loaded' }, headers })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('what a shard left out is said', async () => {
  renderWith({
    source: { state: 'loaded' },
    headers: [HEADER, { ...EMPTY_HEADER, incomplete: 'Shard 2 does not answer' }],
    holdings: { records: 5 },
  })
  expect(screen.getByRole('alert').textContent).toContain('Shard 2 does not answer.')
  const foot = screen.getByText(/^history: 7 d on DuckDB/)
  expect(foot.textContent).toBe('history: 7 d on DuckDB · summed by the hour · a part is missing')
  // It lies over the strip: put away, the badge and the footer still say it.
  await userEvent.click(screen.getByRole('button', { name: 'Close the notice' }))
  expect(screen.queryByRole('alert')).toBeNull()
  expect(foot.textContent).toContain('a part is missing')
  expect(screen.getByRole('status', { name: 'Source' }).parentElement?.textContent).toBe(
    'History of 7 d, by the hour · a part is missing',
  )
})

const STATUS = {
  engine: 'duckdb',
  state: 'behind',
  cause: null,
  retryAt: null,
  now: PAST_TO,
  from: PAST_FROM,
  to: PAST_TO - 12,
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
  damagedFiles: 1,
}

/** Shows the footer of a week that was read, of a history that begins at a time, and waits for these words. */
async function expectFoot(from: number, words: string): Promise<void> {
  queryClient.clear()
  vi.stubGlobal('fetch', async () => Response.json({ ...STATUS, from }))
  const store = fakeStore({}, PAST)
  const { unmount } = render(
    <WithHistory>
      <HistoryFoot />
    </WithHistory>,
    { wrapper: store.Wrapper },
  )
  store.sendWindow({}, { source: { state: 'loaded' }, headers: [HEADER], holdings: { records: 5 } })
  expect(await screen.findByText(words)).toBeDefined()
  unmount()
}

test('says no gaps of a range that begins with the history, and of a longer one how much of it is kept', async () => {
  await expectFoot(PAST_FROM, 'history: 7 d on DuckDB · summed by the hour · no gaps')
  await expectFoot(
    PAST_TO - 2 * 86_400,
    'history: 7 d on DuckDB · summed by the hour · kept for the last 2 d of it',
  )
})

test('of a live source the footer says how far its history is behind', async () => {
  const live: Source['open'] = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL }
  vi.stubGlobal('fetch', async () => Response.json(STATUS))
  const store = fakeStore({}, live)
  render(
    <WithHistory>
      <HistoryFoot />
    </WithHistory>,
    { wrapper: store.Wrapper },
  )
  expect(await screen.findByText('history: 7 d, 12 s behind, 1 file damaged')).toBeDefined()
})
