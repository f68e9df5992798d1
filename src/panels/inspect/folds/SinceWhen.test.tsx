import type { ReactNode } from 'react'
import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'

import { EMPTY_HEADER } from '../../../capture/format/capture-header.ts'
import { ALL } from '../../../filter/tree/expression.ts'
import { formatTime } from '../../../lib/format.ts'
import { buildEndOfTier, buildHit, buildKey } from '../../../flows/testing/build.ts'
import { FlowtraceContext, type Source, useFlowtrace } from '../../../state/client/flowtrace.ts'
import { queryClient } from '../../../state/goldmane/query-client.ts'
import type { SeenAnswer } from '../../../state/goldmane/use-seen.ts'
import { buildRow } from '../../../state/testing/build-row.ts'
import { fakeStore } from '../../../state/testing/fake-store.tsx'
import { conversationQuery } from '../../../state/view/conversation-query.ts'
import { readAlone } from '../../../state/view/history-range.ts'
import { navigate, navigation } from '../../../state/view/navigation.ts'
import { seenTimes } from './seen-times.ts'
import { SinceWhen } from './SinceWhen.tsx'

const HOUR = 3600
const FROM = 1_790_002_800
const KEY = buildKey({ action: 'Deny' })
const ALLOWED = { reporter: 'Src', action: 'Allow', hit: buildHit(), records: 9 } as const
const DENIED = { reporter: 'Src', action: 'Deny', hit: buildEndOfTier('default-deny'), records: 9 } as const
const SEEN: SeenAnswer = {
  from: FROM,
  verdicts: [
    { ...ALLOWED, first: FROM + 20 * HOUR, last: FROM + 50 * HOUR },
    { ...DENIED, first: FROM + 50 * HOUR, last: FROM + 90 * HOUR },
    { ...DENIED, reporter: 'Dst', first: FROM + 60 * HOUR, last: FROM + 99 * HOUR },
  ],
  omitted: 0,
  incomplete: null,
}

function WithHistory({ children }: { children: ReactNode }) {
  const shared = useFlowtrace()
  const source = { ...shared.source, history: 'http://localhost/history.json' }
  return <FlowtraceContext value={{ ...shared, source }}>{children}</FlowtraceContext>
}

function renderWith(
  answer: () => Promise<Response>,
  kind: 'live' | 'history' = 'live',
  key = KEY,
  lastSeen = FROM + 3 * HOUR,
) {
  vi.stubGlobal('fetch', answer)
  const row = buildRow(key, { firstSeen: FROM, lastSeen })
  const range = { from: FROM, to: FROM + 99 * HOUR }
  const open: Source['open'] =
    kind === 'live'
      ? { kind, endpoint: 'http://localhost/', history: 3600, scope: ALL }
      : { kind, endpoint: 'http://localhost/', range, scope: ALL }
  const store = fakeStore({}, open)
  render(
    <WithHistory>
      <SinceWhen row={row} />
    </WithHistory>,
    { wrapper: store.Wrapper },
  )
  return store
}

afterEach(() => {
  vi.unstubAllGlobals()
  queryClient.clear()
  readAlone.set(null)
  navigate({ filter: ALL, time: null, shape: 'groups' })
})

test('the times are those of the end that reported the row, and the change is the newest', () => {
  expect(seenTimes(SEEN, KEY)).toEqual({
    first: FROM + 20 * HOUR,
    mayBeOlder: null,
    last: FROM + 90 * HOUR,
    change: { other: SEEN.verdicts[0], now: SEEN.verdicts[1], otherWas: 'before' },
  })
  expect(seenTimes(SEEN, { ...KEY, reporter: 'Dst' })?.change).toBeNull()
  expect(seenTimes({ ...SEEN, verdicts: [] }, KEY)).toBeNull()
})

test('a verdict that came for a time is told as such, and not as the one of now', async () => {
  const verdicts = [
    { ...ALLOWED, first: FROM + HOUR, last: FROM + 80 * HOUR },
    { ...DENIED, first: FROM + 50 * HOUR, last: FROM + 70 * HOUR },
  ]
  expect(seenTimes({ ...SEEN, verdicts }, KEY)).toMatchObject({
    last: FROM + 80 * HOUR,
    change: { now: { action: 'Allow' }, other: { action: 'Deny' }, otherWas: 'within' },
  })
  renderWith(async () => Response.json({ ...SEEN, verdicts }))
  const verdict = await screen.findByText('Allowed')
  expect(verdict.parentElement?.textContent).toMatch(
    /^Allowed by allow-all; from .+ to .+ denied leaving by default-deny as well$/,
  )
})

test('two verdicts up to the same time are told as such: the later one is news', () => {
  const verdicts = [
    { ...ALLOWED, first: FROM + 20 * HOUR, last: FROM + 80 * HOUR },
    { ...DENIED, first: FROM + 50 * HOUR, last: FROM + 80 * HOUR },
  ]
  expect(seenTimes({ ...SEEN, verdicts }, KEY)?.change).toEqual({
    now: verdicts[1],
    other: verdicts[0],
    otherWas: 'before and beside',
  })
})

test('neither the beginning of the history nor that of a cut list is a first time', () => {
  const verdicts = [{ ...ALLOWED, first: FROM + HOUR, last: FROM + 80 * HOUR }]
  expect(seenTimes({ ...SEEN, verdicts }, KEY)?.mayBeOlder).toBe('the history begins then')
  expect(seenTimes({ ...SEEN, omitted: 3 }, KEY)?.mayBeOlder).toBe('older verdicts are not listed')
})

test('says since when, with the policies that decided', async () => {
  renderWith(async () => Response.json(SEEN))
  const section = await screen.findByRole('region', { name: 'Since when' })
  expect(await within(section).findByText('Denied leaving')).toBeDefined()
  expect(section.textContent).toMatch(/by default-deny since .* before that allowed by allow-all/)
  expect(section.textContent).toContain(`First seen${formatTime(FROM + 20 * HOUR)}, `)
  expect(section.textContent).toContain(`Last seen${formatTime(FROM + 90 * HOUR)}, `)
  expect(section.textContent).toContain(` since ${formatTime(FROM + 50 * HOUR)};`)
  expect(section.textContent).not.toMatch(/the history begins|as well|A part is missing/)
})

test('says that the verdict was the same all the time', async () => {
  renderWith(async () => Response.json({ ...SEEN, verdicts: SEEN.verdicts.slice(0, 1) }))
  expect(await screen.findByText('the same all the time')).toBeDefined()
})

test('says what it is not sure of: the beginning, two verdicts at a time, and a part that is missing', async () => {
  const verdicts = [
    { ...ALLOWED, first: FROM + HOUR, last: FROM + 70 * HOUR },
    { ...DENIED, first: FROM + 50 * HOUR, last: FROM + 80 * HOUR },
  ]
  renderWith(async () => Response.json({ ...SEEN, verdicts, incomplete: 'A shard is down' }))
  const begun = await screen.findByText(/, or before: the history begins then$/)
  const text = begun.closest('section')?.textContent ?? ''
  expect(text).toContain(`, and allowed by allow-all as well, until ${formatTime(FROM + 70 * HOUR)}`)
  expect(text).toContain('A part is missing: A shard is down.')
})

test.each([
  ['source', { sourceNamespace: 'hidden', sourceName: 'hidden-3f440af6401b' }],
  ['destination', { destNamespace: 'hidden', destName: 'hidden-3f440af6401b' }],
])(
  'of a %s whose name is hidden it says so, and not that the history has no record of it',
  async (_, end) => {
    const none = { ...SEEN, verdicts: [] }
    const hidden = buildKey(end)
    renderWith(async () => Response.json(none), 'live', hidden)
    const section = await screen.findByRole('region', { name: 'Since when' })
    expect(section.textContent).toBe('Since when cannot be told: the name of one end is hidden from you.')
  },
)

test('a namespace that is called hidden is one as any other', async () => {
  const key = buildKey({ destNamespace: 'hidden', destName: 'hidden-treasure' })
  renderWith(async () => Response.json({ ...SEEN, verdicts: [] }), 'live', key)
  expect(await screen.findByText('The history has no record of this yet.')).toBeDefined()
})

test('says why it is not known', async () => {
  renderWith(async () => Response.json({ say: 'The history is being upgraded.' }, { status: 503 }))
  expect(await screen.findByText(/The history is being upgraded\./)).toBeDefined()
})

test('leads from a sum to the records that it sums', async () => {
  const store = renderWith(async () => Response.json(SEEN), 'history')
  store.sendWindow({}, { source: { state: 'loaded' }, headers: [{ ...EMPTY_HEADER, step: HOUR }] })
  await userEvent.click(screen.getByRole('button', { name: 'Its records, unsummed' }))
  const range = { from: FROM, to: FROM + 3 * HOUR }
  expect(navigation.parsed().view).toMatchObject({
    time: range,
    shape: 'intervals',
    filter: conversationQuery(KEY),
  })
  expect(readAlone.get()).toEqual(range)
})

test('leads from a sum of more than a day to its last day, and says so', async () => {
  const store = renderWith(async () => Response.json(SEEN), 'history', KEY, FROM + 30 * HOUR)
  store.sendWindow({}, { source: { state: 'loaded' }, headers: [{ ...EMPTY_HEADER, step: HOUR }] })
  await userEvent.click(screen.getByRole('button', { name: 'Its last 24 h, unsummed' }))
  expect(readAlone.get()).toEqual({ from: FROM + 6 * HOUR, to: FROM + 30 * HOUR })
})

test('leads nowhere from a record that sums nothing', async () => {
  const store = renderWith(async () => Response.json(SEEN), 'history')
  store.sendWindow({}, { source: { state: 'loaded' }, headers: [{ ...EMPTY_HEADER, step: 15 }] })
  await screen.findByText('Denied leaving')
  expect(screen.queryByRole('button')).toBeNull()
})

test('is not there without a history', () => {
  const store = fakeStore()
  render(<SinceWhen row={buildRow(KEY)} />, { wrapper: store.Wrapper })
  expect(screen.queryByRole('region', { name: 'Since when' })).toBeNull()
})
