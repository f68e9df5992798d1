import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { Source } from '../../state/client/flowtrace.ts'
import {
  fakeStore,
  type FakeLiveReport,
  type FakeStatus,
  type FakeStore,
} from '../../state/testing/fake-store.tsx'
import { HoldingsBar } from './HoldingsBar.tsx'
import { SourceBadge } from './SourceBadge.tsx'
import { endLoginRequest, loginState } from '../../state/session/login-state.ts'
import { SourceNotice } from './SourceNotice.tsx'

const LIVE: Source['open'] = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL }
const REPORT: FakeLiveReport = {
  clockSkew: 0,
  gaps: [],
  lost: [],
  awaited: [],
  evictedByGateway: 0,
  fill: null,
}
const now = () => Math.floor(Date.now() / 1000)
const away = {
  kind: 'offline',
  say: 'Goldmane cannot be reached. No DNS entry.',
  detail: null,
  retry: true,
} as const

function renderWith(status: FakeStatus, open: Source['open'] = LIVE): FakeStore {
  const store = fakeStore({}, open)
  render(
    <>
      <SourceBadge />
      <SourceNotice />
      <HoldingsBar>{null}</HoldingsBar>
    </>,
    { wrapper: store.Wrapper },
  )
  store.sendWindow({}, status)
  return store
}

const badge = () => screen.getByRole('status', { name: 'Source' }).parentElement?.textContent

test('while history is read says how much of it, and no lag', () => {
  renderWith({
    source: { state: 'reading', from: now() - 3590, percent: 35 },
    holdings: { records: 9, newest: now() - 2800 },
  })
  expect(badge()).toBe('Reading the last hour · 35 %')
})

test('names a shorter history, and no percentage that is not known', () => {
  renderWith({ source: { state: 'reading', from: now() - 605, percent: null } })
  expect(badge()).toBe('Reading the last 10 min')
})

test('a live source says its lag', () => {
  renderWith({ source: { state: 'live' }, holdings: { newest: now() - 20 }, live: REPORT })
  expect(badge()).toMatch(/^Live (19|20|21) s behind$/)
  expect(screen.getByRole('contentinfo').textContent).toContain('· no gaps')
  expect(screen.queryByRole('alert')).toBeNull()
})

test.each([
  [585, 'the cluster’s clock is 10 min ahead of this browser’s', 'clock 10 min ahead'],
  [-600, 'the cluster’s clock is 10 min behind this browser’s', 'clock 10 min behind'],
])(
  'clocks that differ by %i s are told, and the lag is measured against the data',
  (clockSkew, words, short) => {
    renderWith({
      source: { state: 'live' },
      holdings: { newest: now() - 20 + clockSkew },
      live: { ...REPORT, clockSkew },
    })
    expect(badge()).toMatch(/^Live (19|20|21) s behind/)
    expect(badge()).toContain(words)
    // For a narrow bar; one of the two is shown, and screen readers get the whole sentence.
    expect(screen.getByText(short).getAttribute('aria-hidden')).toBe('true')
  },
)

test('a Goldmane that does not answer is never called live', async () => {
  const trouble = { kind: 'offline', say: 'Goldmane does not answer.', detail: null, retry: true } as const
  renderWith({ source: { state: 'silent', trouble }, holdings: { records: 2, newest: now() - 90 } })
  expect(badge()).toMatch(/^Goldmane does not answer 1 min behind/)
  expect(await screen.findByText(/^Still here: 2 records/)).toBeTruthy()
  expect(screen.getByRole('alert').textContent).toContain('Goldmane does not answer.')
  expect(screen.getByRole('button', { name: 'Try now' })).toBeTruthy()
})

test('a lost Goldmane with nothing held is no notice: the screen itself says so', () => {
  const source = { state: 'reconnecting', trouble: away, retryAt: (now() + 30) * 1000, attempt: 1 } as const
  renderWith({ source })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a lost connection says for how long; one that never was does not', () => {
  const source = { state: 'reconnecting', trouble: away, retryAt: (now() + 30) * 1000, attempt: 1 } as const
  const store = renderWith({ source })
  expect(badge()?.trim()).toBe('Not connected')
  const lost = { ...source, lostAt: (now() - 130) * 1000 }
  store.sendWindow({}, { source: lost, holdings: { records: 1, newest: now() - 160 } })
  expect(badge()).toBe('Not connected for 2 min')
  // The age is no part of the status, which screen readers would announce each second.
  expect(screen.getByRole('status', { name: 'Source' }).textContent).toBe('Not connected')
  store.sendWindow({}, { source: { ...lost, trouble: { ...away, retry: false } }, holdings: { gaps: 2 } })
  expect(badge()).toBe('Not connected for 2 min· 2 gaps')
})

test('a capture that breaks off says that what was read of it stays, and can be tried again', () => {
  const trouble = { kind: 'offline', say: 'The connection broke.', detail: null, retry: true } as const
  renderWith(
    { source: { state: 'failed', trouble }, holdings: { records: 2 } },
    { kind: 'url', url: 'https://127.0.0.1/capture', name: 'flows.jsonl' },
  )
  expect(screen.getByRole('alert').textContent).toContain('The connection broke. What was read stays here.')
  expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy()
})

test('a refusal is told as one, with the time of the next try', async () => {
  const trouble = { kind: 'refused', say: 'It is not allowed.', detail: null, retry: false } as const
  renderWith({
    source: { state: 'reconnecting', trouble, retryAt: (now() + 200) * 1000, attempt: 2 },
    holdings: { records: 1 },
  })
  expect(badge()).toMatch(/^Not connected/)
  expect(await screen.findByText('tries again in 3 min')).toBeTruthy()
})

test('one that is refused for want of a login can log in from there', async () => {
  const trouble = { kind: 'login', say: 'Who asks?', detail: null, retry: false } as const
  renderWith({
    source: { state: 'reconnecting', trouble, retryAt: (now() + 60) * 1000, attempt: 1 },
    holdings: { records: 1 },
  })
  await userEvent.click(await screen.findByRole('button', { name: 'Log in…' }))
  expect(loginState.get().form).toBe('asked')
  endLoginRequest()
})

test('losses in the gateway and on the way to this page are counted in the footer', () => {
  renderWith({
    source: { state: 'live' },
    holdings: { newest: now() },
    live: { ...REPORT, evictedByGateway: 1234, lost: [{ from: 150, to: 195 }] },
  })
  const footer = screen.getByRole('contentinfo').textContent
  expect(footer).toContain('1,234 evicted by the gateway')
  expect(footer).toContain('3 buckets lost')
})

test('a loss is named with its cause', async () => {
  const lost = [
    { from: now() - 3600, to: now() - 3000, notFetched: true },
    { from: now() - 60, to: now() - 45 },
  ] as const
  renderWith({ source: { state: 'live' }, holdings: { newest: now() }, live: { ...REPORT, lost } })
  await userEvent.click(await screen.findByRole('button', { name: '41 buckets lost' }))
  const [older, newer] = await screen.findAllByRole('listitem')
  expect(older?.textContent).toContain('the gateway had no memory for it, and Goldmane did not give it')
  expect(newer?.textContent).toContain('this page read too slowly')
})

test('a gap can be filled from the state of the source, with the keyboard, and what was found is said', async () => {
  const gap = { from: now() - 60, to: now() - 45 }
  const status: FakeStatus = {
    source: { state: 'live' },
    holdings: { newest: now(), gaps: 1 },
    live: { ...REPORT, gaps: [gap], awaited: [gap] },
  }
  const store = renderWith(status)
  const fillGaps = vi.spyOn(store.client, 'fillGaps')
  const user = userEvent.setup()
  const trigger = await screen.findByRole('button', { name: '1 gap' })
  trigger.focus()
  await user.keyboard('{Enter}')
  expect((await screen.findByRole('listitem')).textContent).toContain('the gateway still tries')
  const button = screen.getByRole('button', { name: /^Fill the gap/ })
  button.focus()
  await user.keyboard('{Enter}')
  expect(fillGaps).toHaveBeenCalledExactlyOnceWith(gap)
  const say = (fill: FakeLiveReport['fill'], gaps: number) =>
    store.sendWindow(
      {},
      {
        ...status,
        holdings: { newest: now(), gaps },
        live: { ...REPORT, gaps: gaps === 0 ? [] : [gap], fill },
      },
    )
  const outcome = screen.getByRole('status', { name: 'Filling' })
  say({ state: 'asking', range: gap }, 1)
  expect(outcome.textContent).toBe('Asking Goldmane…')
  say({ state: 'done', range: gap, found: 0 }, 1)
  expect(outcome.textContent).toBe('Goldmane holds nothing for this time.')
  say({ state: 'failed', range: gap, found: 0, trouble: away }, 1)
  expect(outcome.textContent).toBe('Goldmane cannot be reached. No DNS entry.')
  say({ state: 'done', range: gap, found: 17 }, 0)
  expect(outcome.textContent).toBe('17 records filled in.')
  expect(screen.getByRole('button', { name: 'no gaps', hidden: true })).toBeTruthy()
})

test('a capture of ours says where it comes from, and what is missing in it', async () => {
  const gaps = [{ from: 15, to: 30, reason: null }]
  renderWith(
    {
      source: { state: 'loaded' },
      format: 'Goldmane flows (protojson)',
      headers: [{ ...EMPTY_HEADER, cluster: 'prod', gaps }],
    },
    { kind: 'file', file: new File([], 'a.ndjson') },
  )
  await screen.findByText('· of prod · 1 gap')
  expect(badge()).toBe('Capture Goldmane flows (protojson)· of prod · 1 gap')
})
