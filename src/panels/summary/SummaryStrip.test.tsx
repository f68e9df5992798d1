import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { EMPTY_HEADER } from '../../capture/format/capture-header.ts'
import { forgetSeen, markSeen } from '../../state/remembered/seen-until.ts'
import { fakeStore, type FakeAnswers } from '../../state/testing/fake-store.tsx'
import { buildRow } from '../../state/testing/build-row.ts'
import { commands } from '../../state/commands/commands.ts'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { SummaryStrip } from './SummaryStrip.tsx'

const HOUR = { oldest: 1_790_000_000, newest: 1_790_003_600 }

const SUMMARY = {
  newDenials: 3,
  deniedPairs: 16,
  wouldBreak: 1,
  wouldAllow: 3,
  scans: 1,
  scan: buildRow(
    { sourceNamespace: 'default', sourceName: 'test' },
    { scan: { ports: 26, destinations: 1, from: HOUR.newest - 200, to: HOUR.newest } },
  ),
}

beforeEach(() => navigate(DEFAULT_VIEW, 'replace'))
afterEach(forgetSeen)

async function renderStrip(answers: FakeAnswers, holdings: Partial<typeof HOUR> = HOUR) {
  const store = fakeStore(answers)
  render(<SummaryStrip />, { wrapper: store.Wrapper })
  store.sendWindow({}, { holdings })
  return store
}

const query = () => new URLSearchParams(window.location.search).get('q')

test('has a link for what was counted, in words; what was counted 0 times keeps its place, and is none', async () => {
  await renderStrip({ summary: () => ({ ...SUMMARY, wouldBreak: 0, newDenials: 1 }) })
  const links = await screen.findAllByRole('listitem')
  expect(links.map(({ textContent }) => textContent)).toEqual([
    '1 new1 new denial',
    '16 denied16 denied pairs',
    '0 would break0 would break,',
    '3 would be allowed3 would be allowedif staged policies were enforced',
    '1 scan?1 possible scandefault/test, 26 ports',
  ])
  expect(screen.getAllByRole('button', { name: /new|denied|would|scan/ })).toHaveLength(4)
  expect(screen.queryByRole('button', { name: /would break/ })).toBeNull()
})

test('says that sums tell no scan, and calls nothing in them new', async () => {
  const store = fakeStore({ summary: () => ({ ...SUMMARY, newDenials: 0, scans: 0, scan: null }) })
  render(<SummaryStrip />, { wrapper: store.Wrapper })
  store.sendWindow({}, { holdings: HOUR, headers: [{ ...EMPTY_HEADER, step: 3600 }] })
  expect(await screen.findByText('scans cannot be told of sums')).toBeDefined()
  expect(screen.getByText('nothing is called new: each record here sums 1 h')).toBeDefined()
})

test('says that nothing is denied where nothing was counted', async () => {
  await renderStrip({
    summary: () => ({ newDenials: 0, deniedPairs: 0, wouldBreak: 0, wouldAllow: 0, scans: 0, scan: null }),
  })
  expect(await screen.findByText('nothing denied')).toBeDefined()
})

test('says nothing, not even that nothing is denied, before a record was read', async () => {
  const summary = vi.fn<NonNullable<FakeAnswers['summary']>>(() => ({
    ...SUMMARY,
    deniedPairs: 0,
    scan: null,
  }))
  await renderStrip({ summary }, {})
  await vi.waitFor(() => expect(summary).toHaveBeenCalled())
  await Promise.resolve()
  expect(screen.queryByText(/denied/)).toBeNull()
})

test('filters by a condition, and takes it out again', async () => {
  await renderStrip({ summary: () => SUMMARY })
  const link = await screen.findByRole('button', { name: /would break/ })
  await userEvent.click(link)
  expect(query()).toBe('action = Allow and pending = Deny')
  expect(link.getAttribute('aria-pressed')).toBe('true')
  await userEvent.click(link)
  expect(query()).toBeNull()
})

test('names the new denials in a filter, which were asked for by their baseline', async () => {
  const rows = vi.fn<NonNullable<FakeAnswers['rows']>>(() => ({
    rows: [buildRow({ sourceName: 'test', sourceNamespace: 'default', action: 'Deny' })],
    total: 1,
  }))
  await renderStrip({ summary: () => SUMMARY, rows })
  await userEvent.click(await screen.findByRole('button', { name: /new denials/ }))
  await vi.waitFor(() => expect(query()).toContain('src.name = test'))
  expect(rows.mock.calls[0]?.[0]).toMatchObject({ only: 'new-denial', newSince: HOUR.newest - 300 })
})

test('says so when a filter cannot name all', async () => {
  const say = vi.spyOn(commands, 'say')
  const many = Array.from({ length: 100 }, (_, i) =>
    buildRow({ sourceName: `a-rather-long-name-of-a-workload-${i}`, action: 'Deny' }),
  )
  await renderStrip({ summary: () => SUMMARY, rows: () => ({ rows: many, total: 240 }) })
  await userEvent.click(await screen.findByRole('button', { name: /possible scan/ }))
  await vi.waitFor(() =>
    expect(say).toHaveBeenCalledWith(expect.stringMatching(/^The filter names the first \d+ of 240/)),
  )
  expect(query()).toContain('a-rather-long-name-of-a-workload-0')
})

test('says what new means: the last 5 minutes, since the reader marked, or why nothing is', async () => {
  const store = await renderStrip({ summary: () => SUMMARY })
  expect(screen.getByText('new: first seen in the last 5 minutes')).toBeDefined()
  expect(screen.queryByRole('button', { name: 'forget' })).toBeNull()
  markSeen(HOUR.newest - 900)
  expect(await screen.findByText(/^new: first seen since you marked at \d\d:\d\d$/)).toBeDefined()
  expect(screen.getByRole('button', { name: 'forget' })).toBeDefined()
  store.sendWindow({}, { holdings: { ...HOUR, newest: HOUR.newest - 1800 } })
  expect(
    screen.getByText('nothing is called new: what is held ends before the time that you marked'),
  ).toBeDefined()
})
