import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { fakeStore, type FakeStatus } from '../../state/testing/fake-store.tsx'
import { CHAIN_STEPS, type ConnectionChain, type StepFacts } from '../../wire/connection-chain.ts'
import { ADVICE, type AdviceKind } from './connection-advice.ts'
import { SourceNotice } from './SourceNotice.tsx'
import { UnreachableScreen } from './UnreachableScreen.tsx'

const LIVE = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL } as const
const now = () => Math.floor(Date.now() / 1000)

function chainOf(failure: string, failed: number, facts: StepFacts = {}): ConnectionChain {
  return {
    failure,
    steps: CHAIN_STEPS.map((step, at) => ({
      step,
      state: at === failed ? 'failed' : at < failed ? 'passed' : 'not-reached',
      ...(at === failed ? facts : {}),
    })),
  }
}

function lost(chain: ConnectionChain | null): FakeStatus {
  return {
    source: {
      state: 'reconnecting',
      trouble: { kind: 'offline', say: 'Goldmane cannot be reached. So it is.', detail: null, retry: true },
      retryAt: (now() + 24) * 1000,
      attempt: 0,
      upstream: { chain, since: (now() - 120) * 1000 },
    },
  }
}

function renderLost(status: FakeStatus) {
  const store = fakeStore({}, LIVE)
  render(
    <>
      <SourceNotice />
      <UnreachableScreen />
    </>,
    { wrapper: store.Wrapper },
  )
  store.sendWindow({}, status)
  return store
}

const GATEWAY_KINDS = Object.keys(ADVICE).filter(
  (kind): kind is AdviceKind =>
    !['gateway-away', 'browser-offline', 'login', 'refused', 'not-grpc-web', 'goldmane-away', 'bug'].includes(
      kind,
    ),
)

test.each(GATEWAY_KINDS)('%s has its headline and its steps', (kind) => {
  renderLost(lost(chainOf(kind, 2)))
  expect(screen.getByRole('heading', { level: 2 }).textContent?.trim()).toBe(ADVICE[kind].headline)
  const advice = screen.getByRole('region', { name: 'What to do' })
  expect(
    within(advice)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual(ADVICE[kind].steps({}).map((step) => step.replaceAll('`', '')))
})

test('the chain says how far it came, and the advice has the name in the certificate', () => {
  renderLost(
    lost(
      chainOf('certificate-name', 2, {
        names: ['goldmane.example'],
        issuer: 'signer',
        expires: now() + 90_000,
      }),
    ),
  )
  const chain = screen.getByRole('list', { name: 'How far the connection came' })
  expect(
    within(chain)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual([
    'Name found passed',
    'Port open passed',
    expect.stringMatching(/^Certificate failedfor \d+ h$/),
    'Own certificate not reached',
    'Flows not reached',
  ])
  expect(screen.getByText('--server-name goldmane.example')).toBeTruthy()
  expect(screen.getByText(/^tries again in [12]?\d s$/)).toBeTruthy()
})

test('a failure of a newer gateway is told in its own words, with general advice', () => {
  renderLost(lost(chainOf('comet', 1)))
  expect(screen.getByRole('heading', { level: 2 }).textContent?.trim()).toBe(ADVICE.unknown.headline)
  expect(screen.getAllByText(/So it is\./).length).toBeGreaterThan(0)
})

describe('what the browser knows by itself', () => {
  const trouble = { kind: 'offline', say: 'Away.', detail: null, retry: true } as const
  const own = { state: 'reconnecting', retryAt: 0, attempt: 1 } as const

  test.each([
    ['gateway-away', trouble, 'Flowtrace’s server failed'],
    ['login', { ...trouble, kind: 'login', retry: false }, 'Login failed'],
    ['refused', { ...trouble, kind: 'refused', retry: false }, 'Flows failed'],
    ['not-grpc-web', { ...trouble, kind: 'unsupported', retry: false }, 'Flows failed'],
    ['goldmane-away', { ...trouble, code: 'UNAVAILABLE' }, 'Flows failed'],
  ] as const)('%s', (kind, cause, failed) => {
    renderLost({ source: { ...own, trouble: cause } })
    expect(screen.getByRole('heading', { level: 2 }).textContent?.trim()).toBe(ADVICE[kind].headline)
    const chain = screen.getByRole('list', { name: 'How far the connection came' })
    expect(
      within(chain)
        .getByText(/failed/)
        .parentElement?.textContent?.trim(),
    ).toBe(failed)
  })
})

test('with rows it is one line, whose advice unfolds and copies a report without flows', async () => {
  const user = userEvent.setup()
  const written = vi.spyOn(navigator.clipboard, 'writeText')
  const store = fakeStore({}, LIVE)
  render(<SourceNotice />, { wrapper: store.Wrapper })
  store.sendWindow(
    {},
    {
      ...lost(chainOf('port-refused', 1, { port: 7443 })),
      holdings: { records: 13_871, keys: 57, newest: now() - 120, gaps: 1 },
    },
  )
  // It is there before the words that explain: a click in between would be lost if it were drawn anew.
  const tryNow = screen.getByRole('button', { name: 'Try now' })
  expect(screen.getByRole('alert').textContent).toContain('No flows are coming in.')
  await screen.findByText(/Still here: 13,871 records up to/)
  expect(screen.getByRole('button', { name: 'Try now' })).toBe(tryNow)
  expect(screen.getByRole('alert').textContent).toContain('Nothing listens on Goldmane’s port.')
  expect(screen.queryByRole('dialog')).toBeNull()
  const retry = vi.spyOn(store.client, 'retry')
  await user.click(screen.getByRole('button', { name: 'What to do' }))
  const panel = await screen.findByRole('dialog', { name: 'What to do' })
  expect(panel.textContent).toContain('unless Goldmane starts anew')
  await user.click(within(panel).getByRole('button', { name: 'Try now' }))
  expect(retry).toHaveBeenCalledOnce()
  await user.click(within(panel).getByRole('button', { name: 'Copy the report' }))
  const report = String(written.mock.lastCall?.[0])
  expect(report).toContain('## Nothing listens on Goldmane’s port')
  expect(report).toContain('- Source: capture')
  expect(report).toContain('- Cause: Goldmane cannot be reached. So it is.')
  expect(report).toContain('13,871 records, 57 keys')
  expect(report).toContain('| Port open | **failed** | 7443 |')
  expect(report).toMatch(/State: reconnecting \(port-refused\) since /)
})

test('a loss of more than an hour leaves a gap, and says so', () => {
  const store = renderLost(lost(chainOf('certificate-name', 2)))
  store.sendWindow(
    {},
    {
      ...lost(chainOf('certificate-name', 2)),
      source: {
        state: 'silent',
        trouble: { kind: 'offline', say: 'Away.', detail: null, retry: true },
        upstream: { chain: chainOf('silent', 4), since: (now() - 3700) * 1000 },
      },
      holdings: { records: 5, newest: now() - 3700 },
    },
  )
  expect(screen.getByText(/The gap is longer than the hour/)).toBeTruthy()
})
