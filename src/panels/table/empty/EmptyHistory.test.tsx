import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'

import { EMPTY_HEADER } from '../../../capture/format/capture-header.ts'
import { parse } from '../../../filter/language/parse-query.ts'
import { type FakeStatus, fakeStore } from '../../../state/testing/fake-store.tsx'
import { forgetPast, PAST, PAST_FROM, PAST_TO } from '../../../state/testing/past-source.ts'
import { navigate, navigation } from '../../../state/view/navigation.ts'
import { EmptyHistory } from './EmptyHistory.tsx'
import { whyNothingKept } from './nothing-kept.ts'

const STATUS = { from: PAST_FROM, hoursFrom: PAST_FROM - 86_400, to: PAST_TO, days: 7, hourDays: 400 }
const WHOLE = { isScoped: false, isStopped: false }

const letPass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms))

function renderWith(status: FakeStatus): void {
  const store = fakeStore({}, PAST)
  render(<EmptyHistory />, { wrapper: store.Wrapper })
  store.sendWindow({}, status)
}

afterEach(() => {
  forgetPast()
  vi.useRealTimers()
})

test('a range that is too large is refused with the way to a narrower one', async () => {
  const narrower = { from: PAST_TO - 12 * 3600, to: PAST_TO }
  const parsed = parse('dst.ns = backend')
  if (parsed.ok) navigate({ filter: parsed.expression, time: { from: PAST_FROM, to: PAST_TO } })
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

test('what cannot be read now can be tried again', () => {
  const trouble = { kind: 'offline', say: 'ClickHouse is not reached.', detail: null, retry: true } as const
  renderWith({ source: { state: 'failed', trouble } })
  expect(screen.getByRole('alert').textContent).toContain('ClickHouse is not reached.')
  expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined()
})

test('what cannot be read now is asked for again by itself, and stays what it is meanwhile', () => {
  vi.useFakeTimers()
  const store = fakeStore({}, PAST)
  render(<EmptyHistory />, { wrapper: store.Wrapper })
  const fail = (say: string, retry: boolean): void =>
    store.sendWindow(
      {},
      { source: { state: 'failed', trouble: { kind: 'offline', say, detail: null, retry } } },
    )
  const retries = () => store.posted.filter(({ type }) => type === 'retry').length
  fail('ClickHouse is not reached.', true)
  const button = screen.getByRole('button', { name: 'Try again' })
  letPass(10_000)
  expect(retries()).toBe(1)
  store.sendWindow({}, { source: { state: 'connecting' } })
  letPass(60_000)
  expect(retries()).toBe(1)
  expect(screen.getByRole('button', { name: 'Try again' })).toBe(button)
  // In the same words, and without a word of the attempts between.
  fail('ClickHouse is not reached.', true)
  letPass(60_000)
  fail('ClickHouse is not reached.', true)
  letPass(60_000)
  expect(retries()).toBeGreaterThanOrEqual(3)
  const before = retries()
  fail('The reader may not read.', false)
  letPass(600_000)
  expect(retries()).toBe(before)
  expect(screen.getByRole('alert').textContent).not.toContain('by itself')
  store.sendWindow({}, { source: { state: 'loaded' } })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a range in a gap says the cause, and leads back to live', async () => {
  const gaps = [{ from: PAST_FROM - 60, to: PAST_TO + 60, reason: 'The gateway did not run' }]
  renderWith({ source: { state: 'loaded' }, headers: [{ ...EMPTY_HEADER, gaps }] })
  expect(screen.getByRole('heading').textContent).toBe('No record of this range was kept')
  expect(screen.getByText(/for 7 d: The gateway did not run\.$/)).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Back to live' }))
  expect(navigation.parsed().view.time).toBeNull()
})

test('a question that waits for its turn says so', () => {
  renderWith({ source: { state: 'connecting' } })
  expect(screen.getByText(/some wait until others are answered/)).toBeDefined()
})

const range = { from: PAST_FROM, to: PAST_TO }
const empty = { range, gaps: [], incomplete: null }

test.each([
  ['stopped', empty, STATUS, { ...WHOLE, isStopped: true }, 'Reading was stopped before the first record'],
  [
    'incomplete',
    { ...empty, incomplete: 'A shard is down' },
    STATUS,
    WHOLE,
    'Nothing of this range could be read',
  ],
  [
    'later',
    { ...empty, range: { from: PAST_TO, to: PAST_TO + 60 } },
    STATUS,
    WHOLE,
    'This range is not stored yet',
  ],
  ['quiet', empty, STATUS, WHOLE, 'No flows in this range'],
  ['of a scope', empty, STATUS, { ...WHOLE, isScoped: true }, 'Nothing of the scope in this range'],
  ['not known', empty, undefined, WHOLE, 'No flows in this range'],
])('why there is nothing: %s', (_what, read, status, how, title) => {
  expect(whyNothingKept(read, status, how).title).toBe(title)
})

test('of a range that is older than what is kept, the oldest is offered', () => {
  const older = { ...empty, range: { from: PAST_FROM - 20 * 86_400, to: PAST_FROM - 19 * 86_400 } }
  const { title, reasons, instead } = whyNothingKept(older, STATUS, WHOLE)
  expect(title).toBe('This range is older than what is kept')
  expect(reasons[0]).toContain('kept for 7 d, sums of hours for 400 d')
  expect(instead?.range).toEqual({ from: PAST_FROM - 86_400, to: PAST_FROM })
})

test('of a range that begins before the history, nothing is said of the time before', () => {
  const early = { from: STATUS.from - 3600, to: STATUS.from + 3600 }
  const { reasons } = whyNothingKept({ ...empty, range: early }, { ...STATUS, hoursFrom: null }, WHOLE)
  expect(reasons[0]).toMatch(/^The history begins /)
  expect(reasons).toHaveLength(2)
})
