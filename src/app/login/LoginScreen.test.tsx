import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'

import { Observable } from '../../lib/observable.ts'
import type { Session } from '../../source/session.ts'
import { TabSession } from '../../state/session/tab-session.ts'
import type { LoginState } from '../../state/session/login-state.ts'
import { FakeGateway } from '../../state/testing/fake-gateway.ts'
import { LoginScreen } from './LoginScreen.tsx'

function renderScreen(session: Partial<Session>) {
  const gateway = new FakeGateway(session)
  const login = new Observable<LoginState>({ form: 'hidden', loggedOut: false, logins: 0, viewer: undefined })
  const store = new TabSession(
    { base: () => 'http://gateway/', fetch: gateway.fetch },
    { send: () => {}, onMessage: () => {} },
    login,
  )
  const onOpen = vi.fn()
  const reload = vi.fn()
  render(<LoginScreen onOpen={onOpen} onRetry={() => {}} store={store} reload={reload} />)
  return { gateway, login, onOpen, reload, user: userEvent.setup() }
}

const field = () => screen.findByLabelText<HTMLInputElement>('Token')
const submit = () => screen.getByRole('button', { name: 'Log in' })

describe('a server that asks for a token', () => {
  test('gets it, with white space around it left out', async () => {
    const { login, user } = renderScreen({ mode: 'token' })
    const input = await field()
    expect(document.activeElement).toBe(input)
    await user.keyboard('  secret {Enter}')
    await expect.poll(() => login.get().logins).toBe(1)
  })

  test('says beside the field why a token is refused, and waits there for another one', async () => {
    const { login, user } = renderScreen({ mode: 'token' })
    const input = await field()
    await user.type(input, 'old')
    await user.click(submit())
    const say = await screen.findByText('This token ran out.')
    expect(input.getAttribute('aria-invalid')).toBe('true')
    expect(document.getElementById(input.getAttribute('aria-describedby') ?? '')?.contains(say)).toBe(true)
    expect(document.activeElement).toBe(input)
    // What was typed is selected, so that pasting replaces it.
    expect([input.selectionStart, input.selectionEnd]).toEqual([0, 3])
    await user.clear(input)
    await user.keyboard('secret{Enter}')
    await expect.poll(() => login.get().logins).toBe(1)
  })

  test('is not asked with an empty field', async () => {
    const { gateway, user } = renderScreen({ mode: 'token' })
    await field()
    await user.click(submit())
    expect(await screen.findByText('Paste a token first.')).toBeTruthy()
    expect(gateway.asked).toEqual(['GET /session'])
  })

  test('is left alone for as long as it says', async () => {
    const { gateway, user } = renderScreen({ mode: 'token' })
    gateway.faults.set('/login', () => new Response('', { status: 429, headers: { 'retry-after': '24' } }))
    await user.type(await field(), 'x{Enter}')
    expect(await screen.findByText(/^Try again in 2[34] s\.$/)).toBeTruthy()
    expect(submit().getAttribute('aria-disabled')).toBe('true')
    await user.click(submit())
    expect(gateway.asked.filter((call) => call === 'POST /login')).toHaveLength(1)
  })

  test('shows the token only when it is told to', async () => {
    const { user } = renderScreen({ mode: 'token' })
    const input = await field()
    expect(input.type).toBe('password')
    await user.click(screen.getByRole('button', { name: 'Show the token' }))
    expect(input.type).toBe('text')
    await user.click(screen.getByRole('button', { name: 'Hide the token' }))
    expect(input.type).toBe('password')
  })
})

test('a server that asks the cluster shows the command for a token', async () => {
  renderScreen({ mode: 'kubernetes', hint: 'kubectl create token viewer -n flowtrace' })
  expect((await screen.findByText(/^kubectl create/)).tagName).toBe('CODE')
  expect(screen.getByRole('button', { name: 'Copy' })).toBeTruthy()
  expect(screen.getByText(/keeps it in its memory until you log out/)).toBeTruthy()
})

test('a server behind another login offers to load the page anew', async () => {
  const { reload, user } = renderScreen({ mode: 'proxy', hint: 'Ask the platform team.' })
  expect(await screen.findByText('Your company’s login did not say who you are')).toBeTruthy()
  expect(screen.getByText('Ask the platform team.')).toBeTruthy()
  await user.click(screen.getByRole('button', { name: 'Load the page anew' }))
  expect(reload).toHaveBeenCalledOnce()
})

test.each(['token', 'kubernetes', 'proxy'] as const)('a capture opens without the login %s', async (mode) => {
  const { onOpen, user } = renderScreen({ mode })
  await screen.findByRole('button', { name: 'Open a capture instead' })
  await user.upload(screen.getByLabelText('Capture file'), new File(['{}'], 'a.jsonl'))
  expect(onOpen).toHaveBeenCalledWith(expect.objectContaining({ name: 'a.jsonl' }))
})

test('a server that cannot be asked is said, and asked again', async () => {
  const gateway = new FakeGateway()
  gateway.faults.set('/session', () => Promise.reject(new TypeError('Failed to fetch')))
  const store = new TabSession(
    { base: () => 'http://gateway/', fetch: gateway.fetch },
    { send: () => {}, onMessage: () => {} },
    new Observable<LoginState>({ form: 'hidden', loggedOut: false, logins: 0, viewer: undefined }),
  )
  render(<LoginScreen onOpen={() => {}} onRetry={() => {}} store={store} />)
  await screen.findByText(/cannot be reached/)
  gateway.faults.clear()
  await act(async () => screen.getByRole('button', { name: 'Try again' }).click())
  expect(await field()).toBeTruthy()
})
