import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { ensure } from '../../lib/assert.ts'
import { fromLocalText, toLocalText } from '../../lib/local-time.ts'
import type { Source } from '../../state/client/flowtrace.ts'
import { forgetAnswers } from '../../state/goldmane/query-client.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { WithHistory } from '../../state/testing/with-history.tsx'
import { wholeSteps } from '../../state/view/history-range.ts'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { daysOf } from './HistoryDays.tsx'
import { HistoryPanel } from './HistoryPanel.tsx'

const DAY = 86_400
const NOW = Math.floor(Date.now() / 1000 / 15) * 15
const STATUS = {
  engine: 'duckdb',
  state: 'writing',
  cause: null,
  retryAt: null,
  now: NOW,
  from: NOW - 5 * DAY,
  to: NOW - 30,
  hoursFrom: NOW - 20 * DAY,
  grain: 15,
  behind: 30,
  days: 7,
  hourDays: 400,
  bytes: 16_000_000,
  maxBytes: null,
  reachedFirst: 'days',
  gaps: [],
  gapsOmitted: 0,
  dropped: 0,
  damagedFiles: 0,
}
const LIVE: Source['open'] = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL }
const PAST: Source['open'] = {
  kind: 'history',
  endpoint: 'http://localhost/',
  range: { from: NOW - 2 * DAY, to: NOW - DAY },
  scope: ALL,
}

function renderPanel(open: Source['open'], status: unknown = STATUS) {
  vi.stubGlobal('fetch', async () => Response.json(status))
  const onClose = vi.fn()
  render(
    <WithHistory>
      <HistoryPanel onClose={onClose} />
    </WithHistory>,
    { wrapper: fakeStore({}, open).Wrapper },
  )
  return onClose
}

beforeEach(() => navigate({ screen: 'flows', time: null }, 'replace'))
afterEach(() => {
  forgetAnswers()
  vi.unstubAllGlobals()
})

const chosen = () => navigation.parsed().view.time

test('says what is kept, and chooses the last hours up to now', async () => {
  const onClose = renderPanel(LIVE)
  expect(screen.getByText('Asking the server what is kept…')).toBeDefined()
  const history = await screen.findByRole('region', { name: 'History' })
  expect(history.textContent).toContain('History: 19 d on DuckDB')
  expect(history.textContent).toContain('16 MBRecords are kept for 7 d, sums of hours for 400 d.')
  expect(screen.getByText('Records are stored as they come, 30 s behind.')).toBeDefined()
  expect(screen.queryByRole('button', { name: 'Back to live' })).toBeNull()
  await userEvent.click(within(history).getByRole('button', { name: /^Last 24 hours/ }))
  expect(chosen()).toEqual({ last: DAY })
  expect(onClose).toHaveBeenCalledOnce()
})

test('chooses a day, from midnight to midnight', async () => {
  renderPanel(LIVE)
  const days = within(await screen.findByRole('region', { name: 'Days' })).getAllByRole('button')
  expect(days).toHaveLength(14)
  await userEvent.click(days[2]!)
  const midnight = new Date()
  midnight.setHours(0, 0, 0, 0)
  expect(chosen()).toEqual({ from: midnight.getTime() / 1000 - 2 * DAY, to: midnight.getTime() / 1000 - DAY })
})

test('leads back to the live records', async () => {
  navigate({ screen: 'compare', time: { from: NOW - 2 * DAY, to: NOW - DAY } }, 'replace')
  const onClose = renderPanel(PAST)
  await userEvent.click(await screen.findByRole('button', { name: 'Back to live' }))
  expect(navigation.parsed().view).toMatchObject({ screen: 'flows', time: null })
  expect(onClose).toHaveBeenCalledOnce()
})

test.each([
  ['starting', null, 'It is being opened.'],
  ['failing', null, /^Nothing is stored now, 30 s behind\. What comes waits/],
  ['waiting', null, 'Nothing comes in.'],
  ['waiting', 'Goldmane is not reached', 'Nothing comes in: Goldmane is not reached.'],
])('says how the writing fares: %s, %s', async (state, cause, words) => {
  renderPanel(LIVE, { ...STATUS, state, cause })
  expect(await screen.findByText(words)).toBeDefined()
})

test('says why nothing is stored, and that nothing is kept yet', async () => {
  const empty = { from: null, to: null, hoursFrom: null }
  const failing = { state: 'failing', cause: 'The disk is full', retryAt: NOW + 30 } as const
  renderPanel(LIVE, { ...STATUS, ...empty, ...failing })
  expect(
    (await screen.findByText(/^Nothing is stored now, 30 s behind: The disk is full\./)).textContent,
  ).toMatch(/\. The next attempt is at \d\d:\d\d:\d\d\. What comes waits in the gateway’s memory/)
  expect(await screen.findByText('Nothing is stored yet.')).toBeDefined()
  expect(screen.queryByRole('region', { name: 'Days' })).toBeNull()
})

test('says that storing does not keep up, and lists the gaps with their causes, the newest first', async () => {
  const gaps = [5, 4, 3, 2].map((days, i) => ({
    from: NOW - days * DAY,
    to: NOW - days * DAY + 3600,
    cause: `Cause ${i}`,
  }))
  renderPanel(LIVE, { ...STATUS, state: 'behind', behind: 400, gaps, gapsOmitted: 9 })
  expect(
    await screen.findByText(/^Storing does not keep up: it is 6 min behind\. What comes waits/),
  ).toBeDefined()
  expect((await screen.findByText(/^13 gaps, the newest from/)).textContent).toMatch(/for 1 h: Cause 3$/)
  const listed = within(screen.getByRole('list', { name: 'Gaps', hidden: true }))
  const items = listed.getAllByRole('listitem', { hidden: true }).map(({ textContent }) => textContent)
  expect(items).toHaveLength(5)
  expect(items[0]).toContain('Cause 3')
  expect(items[4]).toBe('and 9 older gaps')
})

test('two times begin with the range that is chosen, else with all that is kept', async () => {
  navigate({ time: { from: NOW - 2 * DAY, to: NOW - DAY } }, 'replace')
  renderPanel(PAST)
  const field = await screen.findByLabelText<HTMLInputElement>(/^From/)
  expect(new Date(field.value).getTime() / 1000).toBe(NOW - 2 * DAY)
})

/** A time as a field for it has it. */
const shown = (time: number) => ensure(fromLocalText(toLocalText(time)), 'time')

test('two times that are long apart are taken with whole hours', async () => {
  const onClose = renderPanel(LIVE)
  await userEvent.click(await screen.findByRole('button', { name: 'Apply' }))
  const time = chosen()
  expect(time).toEqual(wholeSteps({ from: shown(NOW - 20 * DAY), to: shown(NOW - 30) }))
  expect(time !== null && 'from' in time && time.from % 3600).toBe(0)
  expect(onClose).toHaveBeenCalledOnce()
})

test('days end with what is held', () => {
  const midnight = new Date(2026, 10, 24).getTime() / 1000
  expect(daysOf({ from: midnight - DAY + 600, to: midnight + 3600 })).toEqual([
    { from: midnight, to: midnight + 3600 },
    { from: midnight - DAY + 600, to: midnight },
  ])
  expect(daysOf({ from: midnight - 40 * DAY, to: midnight })).toHaveLength(14)
})
