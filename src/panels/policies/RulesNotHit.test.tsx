import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import type { Source } from '../../state/client/flowtrace.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import type { HistoryStatus } from '../../state/goldmane/use-history-status.ts'
import type { PolicyNews, UsageReport } from '../../state/policies/use-policies.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { WithHistory } from '../../state/testing/with-history.tsx'
import { RulesNotHit } from './RulesNotHit.tsx'

const HOUR = 3600
const NOW = 1_790_002_800
const FROM = NOW - 168 * HOUR

const STATUS: HistoryStatus = {
  engine: 'duckdb',
  state: 'writing',
  cause: null,
  retryAt: null,
  now: NOW - 60,
  from: NOW - 400 * HOUR,
  to: NOW - 90,
  hoursFrom: null,
  grain: 15,
  behind: 0,
  days: 30,
  hourDays: 400,
  bytes: 1,
  maxBytes: null,
  reachedFirst: 'days',
  gaps: [],
  gapsOmitted: 0,
  dropped: 0,
  damagedFiles: 0,
}

const ANSWER = {
  from: FROM,
  to: NOW,
  recorded: { first: FROM, last: NOW, hours: 168, ofHours: 168 },
  gaps: [],
  hits: [],
  omitted: 0,
  incomplete: null,
}

const place = { file: 'a.yaml', line: 9, column: 1, endLine: 10 }
const written = { place, text: 'action: Deny\nprotocol: TCP' }
const REPORT: UsageReport = {
  policies: 3,
  rules: 9,
  notHit: 4,
  notKnown: 1,
  unused: 1,
  listed: [
    {
      policy: { kind: 'GlobalNetworkPolicy', namespace: '', name: 'web', tier: 'app' },
      isStaged: false,
      isUnused: true,
      since: FROM + 48 * HOUR,
      stale: { first: FROM, last: FROM + HOUR, records: 3 },
      rules: [{ direction: 'egress', numbers: [2, 2], action: 'Deny', traceless: null, written }],
    },
  ],
  listedUnknown: [
    {
      policy: { kind: 'GlobalNetworkPolicy', namespace: '', name: 'log', tier: 'default' },
      isStaged: false,
      isUnused: false,
      since: null,
      stale: null,
      rules: [{ direction: 'ingress', numbers: [1, 1], action: 'Log', traceless: 'log', written }],
    },
  ],
  notLoaded: 2,
}

const LIVE: Source['open'] = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL }

function renderSection({
  hits = () => Response.json(ANSWER),
  status = STATUS,
  open = LIVE,
}: {
  hits?: () => Response
  status?: HistoryStatus
  open?: Source['open']
} = {}) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (input: unknown) => {
    const url = String(input)
    if (url.endsWith('history.json')) return Response.json(status)
    asked.push(url)
    return hits()
  })
  const store = fakeStore({}, open)
  render(
    <WithHistory>
      <RulesNotHit />
    </WithHistory>,
    { wrapper: store.Wrapper },
  )
  const orders = () => store.posted.filter((message) => message.type === 'policies')
  const answer = async (report: UsageReport) => {
    await vi.waitFor(() => expect(orders().at(-1)?.order.order).toBe('use'))
    const news: PolicyNews = { news: 'used', report }
    store.send({ type: 'policies', id: orders().at(-1)?.id ?? 0, news })
  }
  return { asked, answer }
}

async function ask(title: string): Promise<void> {
  await userEvent.click(await screen.findByRole('button', { name: title }))
}

afterEach(() => {
  vi.unstubAllGlobals()
  queryClient.clear()
})

test('nothing is asked until a time is chosen; then it says how many rules, of which policies, and how much was recorded', async () => {
  const { asked, answer } = renderSection()
  await screen.findByRole('button', { name: '7 days' })
  expect(asked).toEqual([])
  await ask('7 days')
  expect(await screen.findByText('Asking the history for hits…')).toBeTruthy()
  await answer(REPORT)
  expect(
    await screen.findByText('4 of 9 rules were not hit in this time; 1 policy had no hit at all.'),
  ).toBeTruthy()
  expect(asked).toEqual([`http://localhost/history/hits?from=${FROM}&to=${NOW}`])
  expect(screen.getByText('All 168 hours have records.')).toBeTruthy()
  expect(screen.getByText('2 policies with hits, not among those that are loaded.')).toBeTruthy()
  const list = within(screen.getByRole('list', { name: 'Policies with rules not hit' }))
  const [policy] = list.getAllByRole('listitem')
  expect(policy?.textContent).toContain('GlobalNetworkPolicy web tier app · no rule of it was hit')
  expect(policy?.textContent).toContain('In force as it is only since')
  expect(policy?.textContent).toContain('Hits that fit none of its rules as they are now')
  expect(policy?.textContent).toContain('egress rule 2 Deny  a.yaml:9action: Deny\nprotocol: TCP')
  expect(screen.getByText('and 3 other rules, not listed')).toBeTruthy()
  const unknown = screen.getByRole('list', { name: 'Policies with rules not known' })
  expect(unknown.textContent).toContain('ingress rule 1 Log not known')
  expect(unknown.textContent).toContain('Not known, because a rule that logs goes on')
})

test('what was not recorded, the gaps and what could not be read are said, and the rules are not called unhit without them', async () => {
  const { answer } = renderSection({
    hits: () =>
      Response.json({
        ...ANSWER,
        recorded: { ...ANSWER.recorded, hours: 160 },
        gaps: [{ from: FROM, to: FROM + HOUR, cause: 'The gateway did not run' }],
        incomplete: 'a file is damaged',
      }),
  })
  await ask('7 days')
  await answer({ ...REPORT, unused: 0, notHit: 1 })
  expect(await screen.findByText('1 of 9 rules was not hit in what was recorded of this time.')).toBeTruthy()
  expect(screen.getByText(/^160 of 168 hours have records/)).toBeTruthy()
  expect(screen.getByText(/: The gateway did not run\.$/)).toBeTruthy()
  expect(screen.getByText('A part could not be read: a file is damaged.')).toBeTruthy()
})

test('where nothing was recorded no rule is listed', async () => {
  const recorded = { first: null, last: null, hours: 0, ofHours: 24 }
  const { answer } = renderSection({ hits: () => Response.json({ ...ANSWER, recorded }) })
  await ask('Last 24 h')
  await answer(REPORT)
  expect(await screen.findByText('None of the 24 hours has records: nothing is known.')).toBeTruthy()
  expect(screen.queryByText(/not hit in/)).toBeNull()
  expect(screen.queryByRole('list', { name: /Policies/ })).toBeNull()
})

test('that every rule was hit is said', async () => {
  const { answer, asked } = renderSection()
  await ask('All that is held')
  await answer({ ...REPORT, notHit: 0, notKnown: 0, unused: 0, listed: [], listedUnknown: [] })
  expect(await screen.findByText('Every rule was hit in this time.')).toBeTruthy()
  expect(asked).toEqual([`http://localhost/history/hits?from=${NOW - 400 * HOUR}&to=${NOW}`])
  expect(screen.queryByRole('list', { name: /Policies/ })).toBeNull()
})

test('a refusal is said in the words of the gateway, and the same time can be asked again', async () => {
  let refused = true
  const { answer } = renderSection({
    hits: () =>
      refused ? Response.json({ say: 'Others are reading.' }, { status: 503 }) : Response.json(ANSWER),
  })
  await ask('7 days')
  expect(await screen.findByText('Which rules were hit is not known. Others are reading.')).toBeTruthy()
  refused = false
  await ask('7 days')
  await answer(REPORT)
  expect(await screen.findByText(/^4 of 9 rules/)).toBeTruthy()
  expect(screen.queryByText(/Others are reading/)).toBeNull()
})

test('who is logged in is told that flows may be hidden', async () => {
  const { answer } = renderSection({ open: { ...LIVE, viewer: 'eve' } })
  await ask('7 days')
  await answer(REPORT)
  expect(await screen.findByText(/Flows that you may not see/)).toBeTruthy()
})

test('a history that holds nothing has no choice', async () => {
  renderSection({ status: { ...STATUS, from: null, to: null } })
  expect(await screen.findByText('Nothing is stored in the history yet.')).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
})

test('a gateway without a history says what would show it, and a capture nothing', () => {
  const { unmount } = render(<RulesNotHit />, { wrapper: fakeStore({}, LIVE).Wrapper })
  expect(screen.getByText(/With a history of the gateway/)).toBeTruthy()
  expect(screen.queryByRole('button')).toBeNull()
  unmount()
  const open: Source['open'] = { kind: 'file', file: new File([], 'a.ndjson') }
  const { container } = render(<RulesNotHit />, { wrapper: fakeStore({}, open).Wrapper })
  expect(container.textContent).toBe('')
})
