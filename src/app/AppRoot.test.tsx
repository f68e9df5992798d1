import { act, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Session } from '../source/session.ts'
import { loginState } from '../state/session/login-state.ts'
import { FakeGateway } from '../state/testing/fake-gateway.ts'
import { fakeStore } from '../state/testing/fake-store.tsx'
import { navigate } from '../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../state/view/view.ts'
import { AppRoot } from './AppRoot.tsx'

const REFUSED = {
  source: {
    state: 'failed',
    trouble: { kind: 'login', say: 'The server does not know who is asking.', detail: null, retry: false },
  },
} as const
const LIVE = { source: { state: 'live' }, holdings: { records: 4 } } as const

const CLUSTERS = {
  source: { kind: 'live', name: 'lab-1', endpoint: './' },
  clusters: [
    { name: 'lab-1', endpoint: 'clusters/lab-1/' },
    { name: 'prod-eu', endpoint: 'clusters/prod-eu/' },
  ],
}

beforeEach(() => {
  navigate(DEFAULT_VIEW, 'replace')
  loginState.set({ form: 'hidden', loggedOut: false, logins: 0, viewer: undefined })
})
afterEach(() => vi.unstubAllGlobals())

function renderApp(session: Partial<Session>, config?: unknown) {
  const gateway = new FakeGateway({ user: 'jane', ...session })
  if (config !== undefined) gateway.config = config
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) => gateway.fetch(input, init))
  const store = fakeStore()
  const { client } = store
  // Without the source that the fake store begins with.
  const opened = () => store.opened.slice(1)
  const retry = vi.spyOn(client, 'retry')
  const close = vi.spyOn(client, 'close')
  render(<AppRoot client={client} />)
  return {
    gateway,
    opened,
    retry,
    close,
    send: store.sendWindow,
    endpoints: () =>
      opened().map((source) => (source.kind === 'live' ? new URL(source.endpoint).pathname : source.kind)),
    user: userEvent.setup(),
  }
}

async function logIn(user: ReturnType<typeof userEvent.setup>): Promise<void> {
  await user.type(await screen.findByLabelText('Token'), 'secret{Enter}')
}

test('after a login the source opens, and the address is the one that was asked for', async () => {
  navigate({ open: 'row-7' }, 'replace')
  const { endpoints, opened, user } = renderApp({ loggedIn: false })
  await logIn(user)
  await screen.findByRole('button', { name: 'lab-1' })
  expect(endpoints()).toEqual(['/'])
  expect(opened()[0]).not.toHaveProperty('viewer')
  expect(window.location.search).toBe('?open=row-7')
  expect(document.title).toBe('lab-1 · Flowtrace')
})

test('a session that ends brings the form over the page; after the login the same stream goes on', async () => {
  const { gateway, opened, retry, send, user } = renderApp({ loggedIn: true })
  await screen.findByRole('button', { name: 'lab-1' })
  await expect.poll(() => gateway.asked).toContain('GET /session')
  send({}, LIVE)
  gateway.session = { ...gateway.session, user: null, loggedIn: false }
  send({}, { ...LIVE, ...REFUSED })
  const form = await screen.findByRole('dialog', { name: 'Log in' })
  expect(within(form).getByRole('button', { name: 'Read on in 4 records' })).toBeTruthy()
  await logIn(user)
  await expect.poll(() => retry.mock.calls.length).toBe(1)
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
  expect(opened()).toHaveLength(1)
})

test('another user who logs in does not get what the first one received', async () => {
  const { gateway, opened, send, user } = renderApp({ loggedIn: true })
  await screen.findByRole('button', { name: 'lab-1' })
  await expect.poll(() => gateway.asked).toContain('GET /session')
  gateway.session = { ...gateway.session, user: null, loggedIn: false }
  gateway.user = 'joe'
  send({}, { ...LIVE, ...REFUSED })
  await logIn(user)
  await expect.poll(opened).toHaveLength(2)
  expect(opened()[1]).toMatchObject({ viewer: 'user joe' })
})

test('a reader who dismisses the form reads on, and is not asked again at the next refusal', async () => {
  const { gateway, send, user } = renderApp({ loggedIn: true })
  await screen.findByRole('button', { name: 'lab-1' })
  await expect.poll(() => gateway.asked).toContain('GET /session')
  gateway.session = { ...gateway.session, loggedIn: false }
  send({}, { ...LIVE, ...REFUSED })
  await user.click(await screen.findByRole('button', { name: 'Read on in 4 records' }))
  await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
  send({}, { ...LIVE, source: { state: 'connecting' } })
  send({}, { ...LIVE, ...REFUSED })
  expect(loginState.get().form).toBe('dismissed')
  // Until the stream has come back once.
  send({}, LIVE)
  send({}, { ...LIVE, ...REFUSED })
  expect(await screen.findByRole('dialog', { name: 'Log in' })).toBeTruthy()
})

test('no form comes when Goldmane refuses the gateway, which no login cures', async () => {
  const { gateway, send } = renderApp({ loggedIn: true })
  await screen.findByRole('button', { name: 'lab-1' })
  await expect.poll(() => gateway.asked).toContain('GET /session')
  send({}, { ...LIVE, ...REFUSED })
  await expect.poll(() => loginState.get().form).toBe('dismissed')
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('a log-out closes the source and shows the login', async () => {
  const { close, send, user } = renderApp({ loggedIn: true })
  await user.click(await screen.findByRole('button', { name: 'lab-1' }))
  send({}, LIVE)
  close.mockClear()
  await user.click(await screen.findByRole('menuitem', { name: 'Log out' }))
  expect(await screen.findByLabelText('Token')).toBeTruthy()
  expect(close).toHaveBeenCalled()
})

test('a capture that the reader opened stays after a log-out', async () => {
  const { user } = renderApp({ loggedIn: true })
  await screen.findByRole('button', { name: 'lab-1' })
  await user.upload(await screen.findByLabelText('Capture file'), new File(['{}'], 'a.jsonl'))
  await screen.findByRole('button', { name: 'a.jsonl' })
  act(() => loginState.set({ ...loginState.get(), loggedOut: true }))
  expect(screen.getByRole('button', { name: 'a.jsonl' })).toBeTruthy()
})

test('the address names the cluster, and opens it', async () => {
  navigate({ cluster: 'prod-eu' }, 'replace')
  const { endpoints, user } = renderApp({ loggedIn: true }, CLUSTERS)
  await user.click(await screen.findByRole('button', { name: 'prod-eu' }))
  expect(endpoints()).toEqual(['/clusters/prod-eu/'])
  await user.click(await screen.findByRole('option', { name: /^lab-1/ }))
  await expect.poll(endpoints).toEqual(['/clusters/prod-eu/', '/clusters/lab-1/'])
  expect(window.location.search).toBe('?cluster=lab-1')
})

test('without a name the first cluster opens, and the address names it', async () => {
  const { endpoints } = renderApp({ loggedIn: true }, CLUSTERS)
  await screen.findByRole('button', { name: 'lab-1' })
  await expect.poll(() => window.location.search).toBe('?cluster=lab-1')
  expect(endpoints()).toEqual(['/clusters/lab-1/'])
})

test('a name that the server does not have is said, and the first cluster opens', async () => {
  navigate({ cluster: 'prod-us' }, 'replace')
  const { endpoints } = renderApp({ loggedIn: true }, CLUSTERS)
  expect((await screen.findByText(/no cluster “prod-us”/)).closest('[role=alert]')?.textContent).toContain(
    'lab-1',
  )
  expect(endpoints()).toEqual(['/clusters/lab-1/'])
})

const INCIDENT = { name: 'incident.jsonl', size: 4_100_000, hash: '00000000003e8fa0' }

test('an address about a capture asks for its file, and opens nothing of the server', async () => {
  navigate({ capture: INCIDENT }, 'replace')
  const { opened, user } = renderApp({ loggedIn: true })
  await screen.findByRole('heading', { name: 'This link is about incident.jsonl, 4.1 MB' })
  await user.click(await screen.findByRole('button', { name: 'Go to lab-1' }))
  await screen.findByRole('button', { name: 'lab-1' })
  expect(opened().map(({ kind }) => kind)).toEqual(['live'])
  expect(window.location.search).toBe('')
})

test('another file than the link’s opens only when the reader wants it anyway, without the open row', async () => {
  navigate({ capture: INCIDENT, open: 'row-7' }, 'replace')
  const { opened, user } = renderApp({ loggedIn: true })
  await user.upload(await screen.findByLabelText('Capture file'), new File(['{}'], 'a.jsonl'))
  const dialog = await screen.findByRole('dialog', { name: 'a.jsonl is not the file of the link' })
  expect(dialog.textContent).toContain('4.1 MB (4,100,000 bytes); this file has 2 bytes.')
  expect(opened()).toEqual([])
  await user.click(within(dialog).getByRole('button', { name: 'Open it anyway' }))
  await screen.findByRole('button', { name: 'a.jsonl' })
  expect(new URLSearchParams(window.location.search).get('capture')).toBe('2.0000000000000002.a.jsonl')
  expect(new URLSearchParams(window.location.search).has('open')).toBe(false)
})
