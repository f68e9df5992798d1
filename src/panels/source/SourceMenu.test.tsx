import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, describe, expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { formatMinute } from '../../lib/format.ts'
import { Observable } from '../../lib/observable.ts'
import type { Session } from '../../state/session/use-session.ts'
import { FlowtraceContext, type Flowtrace, type Source } from '../../state/client/flowtrace.ts'
import { commands } from '../../state/commands/commands.ts'
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
  since: 1_799_999_909,
  lastBucket: null,
  deniedPairs: null,
  newDenials: null,
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
  const press = async () => user.click(await screen.findByRole('button', { name: flowtrace.source.name }))
  const openMenu = async () => {
    await press()
    return screen.findByRole('menu')
  }
  const openPicker = async () => {
    await press()
    return screen.findByRole('dialog', { name: 'Choose the source' })
  }
  return { gateway, login, openSource, openMenu, openPicker, user }
}

const fileSource: Source = {
  name: 'incident.jsonl',
  open: { kind: 'file', file: new File([], 'incident.jsonl') },
}

/** The text of an entry, without the spaces that only keep its parts apart. */
const textOf = (option: HTMLElement): string => (option.textContent ?? '').replaceAll(/\s+/g, ' ').trim()

test('the worker for files is prepared when the menu opens, not before', async () => {
  const { client } = fakeStore({}, LAB.open)
  const prepare = vi.spyOn(client.checks, 'prepare')
  const { openMenu } = renderMenu({}, { client })
  await screen.findByRole('button', { name: LAB.name })
  expect(prepare).not.toHaveBeenCalled()
  await openMenu()
  expect(prepare).toHaveBeenCalled()
})

test('the policies of a demo are chosen from its menu, and of nothing else', async () => {
  const { gateway, openMenu, user } = renderMenu({}, { source: { ...LAB, demo: true } })
  gateway.faults.set('/demo', () => Response.json({ step: 'option-c', from: null }))
  const menu = await openMenu()
  expect(gateway.asked).not.toContain('GET /demo')
  await user.click(within(menu).getByRole('menuitem', { name: 'Policies of the demo…' }))
  const panel = await screen.findByRole('dialog', { name: 'Policies of the demo' })
  const chosen = { name: 'Option C: tiers app and baseline', pressed: true }
  expect(await within(panel).findByRole('button', chosen)).toBeTruthy()
})

test('an item is found by typing its first letters', async () => {
  const { openMenu, user } = renderMenu({})
  const menu = await openMenu()
  await user.keyboard('ex')
  await vi.waitFor(() =>
    expect(document.activeElement).toBe(within(menu).getByRole('menuitem', { name: 'Export…' })),
  )
})

test('what is chosen before the page has its commands is carried out then', async () => {
  const { openMenu, user } = renderMenu({})
  const show = vi.fn<() => void>()
  await user.click(within(await openMenu()).getByRole('menuitem', { name: 'Policies…' }))
  await expect.poll(() => screen.queryByRole('menu')).toBeNull()
  const stop = commands.register('policies.open', show)
  await expect.poll(() => show.mock.calls.length).toBe(1)
  stop()
})

test('the menu of another source names no demo', async () => {
  const { openMenu } = renderMenu({})
  expect(within(await openMenu()).queryByRole('menuitem', { name: /demo/ })).toBeNull()
})

describe('the clusters', () => {
  test('are listed with their states and denials in the configured order, the open one selected', async () => {
    const { gateway, openPicker } = renderMenu({}, { clusters: CLUSTERS })
    gateway.clusterStates = [
      at('prod-eu', { state: 'unreachable', cause: 'The certificate has expired' }),
      at('staging-eu', { state: 'connecting' }),
      at('lab-1', { lastBucket: 1_800_000_000, deniedPairs: 16, newDenials: 3 }),
    ]
    const picker = await openPicker()
    await within(picker).findByText('3 new denials')
    const options = within(picker).getAllByRole('option')
    expect(options.map(textOf)).toEqual([
      'lab-1 live 3 new denials 16 denied pairs 14 s behind',
      'staging-eu connecting',
      `prod-eu The certificate has expired, since ${formatMinute(1_799_999_909)} not connected 2 min away`,
      'prod-us its state is not known: the server does not say',
    ])
    const selected = options.map((option) => option.getAttribute('aria-selected'))
    expect(selected).toEqual(['true', 'false', 'false', 'false'])
  })

  test('are found by typing, and opened by Enter', async () => {
    const { openPicker, openSource, user } = renderMenu({}, { clusters: CLUSTERS })
    const picker = await openPicker()
    const field = within(picker).getByRole('combobox', { name: 'Find a cluster or a capture' })
    await expect.poll(() => document.activeElement).toBe(field)
    await user.keyboard('prod-u')
    expect(within(picker).getAllByRole('option')).toHaveLength(1)
    await user.keyboard('{Enter}')
    expect(openSource).toHaveBeenCalledExactlyOnceWith(CLUSTERS[3])
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
  })

  test('are reached by the arrow keys', async () => {
    const { openPicker, openSource, user } = renderMenu({}, { clusters: CLUSTERS })
    const picker = await openPicker()
    const field = within(picker).getByRole('combobox')
    await expect.poll(() => document.activeElement).toBe(field)
    // Nothing is chosen by Enter before something is highlighted.
    await user.keyboard('{Enter}')
    expect(openSource).not.toHaveBeenCalled()
    await user.keyboard('{ArrowDown}{ArrowDown}{Enter}')
    expect(openSource).toHaveBeenCalledExactlyOnceWith(CLUSTERS[1])
  })

  test('are chosen by a digit while nothing is typed', async () => {
    const { openPicker, openSource, user } = renderMenu({}, { clusters: CLUSTERS })
    const picker = await openPicker()
    const field = within(picker).getByRole('combobox')
    await expect.poll(() => document.activeElement).toBe(field)
    // There is no ninth, so it is typed, and then the other is too.
    await user.keyboard('9')
    await user.keyboard('3')
    expect(field).toHaveProperty('value', '93')
    expect(within(picker).queryByRole('option')).toBeNull()
    expect(within(picker).getByText('Nothing here is called that.')).toBeTruthy()
    await user.keyboard('{Backspace}{Backspace}3')
    expect(openSource).toHaveBeenCalledExactlyOnceWith(CLUSTERS[2])
  })

  test('do not open anew the one that is open', async () => {
    const { openPicker, openSource, user } = renderMenu({}, { clusters: CLUSTERS })
    const picker = await openPicker()
    await user.click(within(picker).getByRole('option', { name: /^lab-1/ }))
    await expect.poll(() => screen.queryByRole('dialog')).toBeNull()
    expect(openSource).not.toHaveBeenCalled()
  })

  test('stand before the capture that is open, from which the reader returns to any of them', async () => {
    const { openPicker, openSource, user } = renderMenu({}, { clusters: CLUSTERS, source: fileSource })
    const picker = await openPicker()
    const captures = within(picker).getByRole('group', { name: 'Captures' })
    const capture = within(captures).getByRole('option', { name: /^incident\.jsonl/, selected: true })
    expect(textOf(capture)).toBe('incident.jsonl open now')
    expect(within(picker).getAllByRole('option', { selected: true })).toEqual([capture])
    await user.click(within(picker).getByRole('option', { name: /^lab-1/ }))
    expect(openSource).toHaveBeenCalledExactlyOnceWith(LAB)
  })

  test('whose states the server does not say are listed all the same', async () => {
    const { gateway, openPicker } = renderMenu({}, { clusters: CLUSTERS })
    gateway.faults.set('/clusters.json', () => new Response('', { status: 500 }))
    const picker = await openPicker()
    expect(await within(picker).findAllByText(/state is not known/)).toHaveLength(4)
  })

  test('are asked for only while the menu is open', async () => {
    const { gateway, openPicker } = renderMenu({}, { clusters: CLUSTERS })
    await expect.poll(() => gateway.asked).toContain('GET /session')
    expect(gateway.asked).not.toContain('GET /clusters.json')
    await openPicker()
    await expect.poll(() => gateway.asked).toContain('GET /clusters.json')
  })

  test('leave the rest of the menu where it was: a scope, a capture, the way out', async () => {
    const { login, openPicker, user } = renderMenu(
      { mode: 'kubernetes', user: 'jane' },
      { clusters: CLUSTERS },
    )
    const picker = await openPicker()
    expect(await within(picker).findByText('jane')).toBeTruthy()
    for (const name of ['Stream only…', 'Open a capture…'])
      expect(within(picker).getByRole('button', { name })).toBeTruthy()
    await user.click(within(picker).getByRole('button', { name: 'Log out' }))
    await expect.poll(() => login.get().loggedOut).toBe(true)
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
