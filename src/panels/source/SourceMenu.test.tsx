import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { Observable } from '../../lib/observable.ts'
import type { Session } from '../../state/session/use-session.ts'
import { FlowtraceContext, type Flowtrace, type Source } from '../../state/client/flowtrace.ts'
import { queryClient } from '../../state/goldmane/query-client.ts'
import { type LoginState, loginState } from '../../state/session/login-state.ts'
import { TabSession } from '../../state/session/tab-session.ts'
import { FakeGateway } from '../../state/testing/fake-gateway.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { SourceMenu } from './SourceMenu.tsx'

const cluster = (name: string): Source => ({
  name,
  open: { kind: 'live', endpoint: `http://gateway/clusters/${name}/`, history: 3600, scope: ALL },
})
const CLUSTERS = ['lab-1', 'staging-eu', 'prod-eu', 'prod-us'].map(cluster)
const [LAB] = CLUSTERS as [Source]

const at = (name: string, part: object) => ({
  name,
  state: 'live',
  cause: null,
  lastBucket: null,
  now: 1_800_000_029,
  ...part,
})

afterEach(() => {
  vi.unstubAllGlobals()
  queryClient.clear()
})

function renderMenu(session: Partial<Session>, part: Partial<Flowtrace> = {}) {
  const gateway = new FakeGateway({ loggedIn: true, mode: 'none', ...session })
  // The menu asks for clusters.json with the browser's fetch.
  vi.stubGlobal('fetch', (input: string | URL, init?: RequestInit) =>
    gateway.fetch(new URL(String(input), 'http://gateway/'), init),
  )
  const login = new Observable<LoginState>({ form: 'hidden', loggedOut: false, logins: 0, viewer: undefined })
  const store = new TabSession(
    { base: () => 'http://gateway/', fetch: gateway.fetch },
    { send: () => {}, onMessage: () => {} },
    login,
  )
  const openSource = vi.fn()
  const flowtrace: Flowtrace = {
    client: fakeStore({}, LAB.open).client,
    source: LAB,
    offered: LAB,
    clusters: [],
    openSource,
    ...part,
  }
  render(
    <FlowtraceContext value={flowtrace}>
      <SourceMenu store={store} />
    </FlowtraceContext>,
  )
  const user = userEvent.setup()
  const openMenu = async () => {
    await user.click(screen.getByRole('button', { name: flowtrace.source.name }))
    return screen.findByRole('menu')
  }
  return { gateway, login, openSource, openMenu, user }
}

describe('the clusters', () => {
  test('are listed with their states, the open one checked', async () => {
    const { gateway, openMenu } = renderMenu({}, { clusters: CLUSTERS })
    gateway.clusterStates = [
      at('lab-1', { lastBucket: 1_800_000_000 }),
      at('staging-eu', { state: 'connecting' }),
      at('prod-eu', { state: 'unreachable', cause: 'the certificate has expired' }),
    ]
    const menu = await openMenu()
    await within(menu).findByText('live, 14 s behind')
    expect(within(menu).getByText('connecting')).toBeTruthy()
    expect(within(menu).getByText('not connected: the certificate has expired')).toBeTruthy()
    const items = within(menu).getAllByRole('menuitemradio')
    expect(items.map((item) => item.getAttribute('aria-checked'))).toEqual([
      'true',
      'false',
      'false',
      'false',
    ])
  })

  test('are found by typing, and opened by Enter', async () => {
    const { openMenu, openSource, user } = renderMenu({}, { clusters: CLUSTERS })
    await openMenu()
    await user.keyboard('prod-u{Enter}')
    expect(openSource).toHaveBeenCalledExactlyOnceWith(CLUSTERS[3])
  })

  test('do not open anew the one that is open', async () => {
    const { openMenu, openSource, user } = renderMenu({}, { clusters: CLUSTERS })
    const menu = await openMenu()
    await user.click(within(menu).getByRole('menuitemradio', { name: /^lab-1/ }))
    expect(openSource).not.toHaveBeenCalled()
  })

  test('whose states the server does not say are listed all the same', async () => {
    const { gateway, openMenu } = renderMenu({}, { clusters: CLUSTERS })
    gateway.faults.set('/clusters.json', () => new Response('', { status: 500 }))
    const menu = await openMenu()
    expect(await within(menu).findAllByText(/state is not known/)).toHaveLength(4)
  })

  test('are asked for only while the menu is open', async () => {
    const { gateway, openMenu } = renderMenu({}, { clusters: CLUSTERS })
    await expect.poll(() => gateway.asked).toContain('GET /session')
    expect(gateway.asked).not.toContain('GET /clusters.json')
    await openMenu()
    await expect.poll(() => gateway.asked).toContain('GET /clusters.json')
  })
})

describe('the login', () => {
  test('is not named by a server that asks nobody', async () => {
    const { gateway, openMenu } = renderMenu({ mode: 'none' })
    await expect.poll(() => gateway.asked).toContain('GET /session')
    const menu = await openMenu()
    expect(within(menu).queryByText(/log/i)).toBeNull()
  })

  test('names the user, and ends', async () => {
    const { login, openMenu, user } = renderMenu({ mode: 'kubernetes', user: 'jane' })
    const menu = await openMenu()
    expect(await within(menu).findByText('jane')).toBeTruthy()
    await user.click(within(menu).getByRole('menuitem', { name: 'Log out' }))
    await expect.poll(() => login.get().loggedOut).toBe(true)
  })

  test('that could not be ended is said', async () => {
    const { gateway, login, openMenu, user } = renderMenu({ mode: 'token' })
    gateway.faults.set('/logout', () => new Response('', { status: 500 }))
    const menu = await openMenu()
    await user.click(await within(menu).findByRole('menuitem', { name: 'Log out' }))
    expect((await screen.findByRole('alert')).textContent).toContain('You are still logged in.')
    expect(login.get().loggedOut).toBe(false)
  })

  test('of a proxy is not ended here', async () => {
    const { openMenu } = renderMenu({ mode: 'proxy', user: 'jane@example.com' })
    const menu = await openMenu()
    expect(await within(menu).findByText('jane@example.com')).toBeTruthy()
    expect(within(menu).queryByRole('menuitem', { name: 'Log out' })).toBeNull()
  })

  test('is offered to somebody who is not logged in', async () => {
    const { openMenu, user } = renderMenu({ mode: 'token', loggedIn: false })
    const menu = await openMenu()
    await user.click(await within(menu).findByRole('menuitem', { name: 'Log in…' }))
    await expect.poll(() => loginState.get().form).toBe('asked')
  })
})
