import { describe, expect, test } from 'vitest'
import { Observable } from '../../lib/observable.ts'
import { FakeGateway } from '../testing/fake-gateway.ts'
import type { LoginState } from './login-state.ts'
import { TabSession, type TabMessage } from './tab-session.ts'

const signal = new AbortController().signal

/** Tabs of one browser; each has a store and a login state. */
class Browser {
  readonly #listeners = new Map<object, (message: TabMessage) => void>()
  readonly #gateway: FakeGateway

  constructor(gateway: FakeGateway) {
    this.#gateway = gateway
  }

  openTab() {
    const login = new Observable<LoginState>({
      form: 'hidden',
      loggedOut: false,
      logins: 0,
      viewer: undefined,
    })
    const tab = {}
    const channel = {
      send: (message: TabMessage) => {
        for (const [other, listener] of this.#listeners) if (other !== tab) listener(message)
      },
      onMessage: (listener: (message: TabMessage) => void) => void this.#listeners.set(tab, listener),
    }
    const store = new TabSession(
      { base: () => 'http://gateway/', fetch: this.#gateway.fetch },
      channel,
      login,
    )
    return { store, login }
  }
}

describe('a login', () => {
  test('is counted, and gives the session', async () => {
    const { store, login } = new Browser(new FakeGateway()).openTab()
    await store.refresh()
    expect(store.get()).toMatchObject({ loggedIn: false })
    expect(await store.logIn('secret', signal)).toEqual({ ok: true })
    expect(store.get()).toMatchObject({ loggedIn: true, user: 'jane' })
    expect(login.get()).toMatchObject({ logins: 1, form: 'hidden', loggedOut: false })
  })

  test('that is refused changes nothing', async () => {
    const { store, login } = new Browser(new FakeGateway()).openTab()
    expect(await store.logIn('wrong', signal)).toMatchObject({ ok: false, say: 'This token ran out.' })
    expect(login.get().logins).toBe(0)
  })

  test('whose cookie the browser did not keep is no login', async () => {
    const gateway = new FakeGateway()
    gateway.faults.set('/login', () => new Response(null, { status: 204 }))
    const { store, login } = new Browser(gateway).openTab()
    expect(await store.logIn('secret', signal)).toMatchObject({
      ok: false,
      say: expect.stringContaining('cookie'),
    })
    expect(login.get().logins).toBe(0)
  })

  test('is followed by other tabs', async () => {
    const browser = new Browser(new FakeGateway())
    const [here, there] = [browser.openTab(), browser.openTab()]
    await here.store.logIn('secret', signal)
    await expect.poll(() => there.login.get().logins).toBe(1)
    expect(there.store.get()).toMatchObject({ user: 'jane' })
  })
})

describe('what was received', () => {
  test('stays when the same user logs in again', async () => {
    const { store, login } = new Browser(new FakeGateway({ loggedIn: true, user: 'jane' })).openTab()
    await store.refresh()
    await store.logIn('secret', signal)
    expect(login.get()).toMatchObject({ logins: 1, viewer: undefined })
  })

  test('is not shown to another user, in no tab', async () => {
    const gateway = new FakeGateway({ loggedIn: true, user: 'jane' })
    const browser = new Browser(gateway)
    const tabs = [browser.openTab(), browser.openTab()] as const
    for (const { store } of tabs) await store.refresh()
    gateway.user = 'joe'
    await tabs[0].store.logIn('secret', signal)
    for (const { login } of tabs) await expect.poll(() => login.get().viewer).toBe('user joe')
  })

  test('is not shown when it is not known whose it is', async () => {
    const { store, login } = new Browser(new FakeGateway()).openTab()
    await store.logIn('secret', signal)
    expect(login.get().viewer).toBe('user jane')
  })

  test('may be nobody’s', async () => {
    const { store, login } = new Browser(new FakeGateway()).openTab()
    store.markNothingHeld()
    await store.logIn('secret', signal)
    expect(login.get().viewer).toBeUndefined()
  })
})

describe('a log-out', () => {
  test('is followed by other tabs', async () => {
    const browser = new Browser(new FakeGateway({ loggedIn: true, user: 'jane' }))
    const [here, there] = [browser.openTab(), browser.openTab()]
    await there.store.refresh()
    expect(await here.store.logOut()).toBeNull()
    for (const { login, store } of [here, there]) {
      expect(login.get().loggedOut).toBe(true)
      expect(store.get()).toBeNull()
    }
  })

  test('that fails leaves the reader logged in', async () => {
    const gateway = new FakeGateway({ loggedIn: true })
    gateway.faults.set('/logout', () => new Response('', { status: 500 }))
    const { store, login } = new Browser(gateway).openTab()
    expect(await store.logOut()).toContain('still logged in')
    expect(login.get().loggedOut).toBe(false)
  })
})

test('a server that cannot be asked is a trouble', async () => {
  const gateway = new FakeGateway()
  gateway.faults.set('/session', () => Promise.reject(new TypeError('Failed to fetch')))
  const { store } = new Browser(gateway).openTab()
  await store.refresh()
  expect(store.get()).toMatchObject({ kind: 'offline' })
})
