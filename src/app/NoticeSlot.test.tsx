import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'

import { ALL } from '../filter/tree/expression.ts'
import { fakeStore } from '../state/testing/fake-store.tsx'
import { navigate } from '../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../state/view/view.ts'
import { NoticeSlot } from './NoticeSlot.tsx'

const notices = vi.hoisted(() => ({ loaded: 0 }))
vi.mock('./LinkNotices.tsx', async (load) => {
  notices.loaded++
  return load()
})

const NOT_UNDERSTOOD = '?q=dst.ns+%3D+%28'

beforeEach(() => navigate(DEFAULT_VIEW, 'replace'))

function follow(link: string): void {
  act(() => {
    window.history.pushState(null, '', link)
    window.dispatchEvent(new PopStateEvent('popstate'))
  })
}

test('loads the notices about a link for one that has something to say, and does not forget what was closed', async () => {
  render(<NoticeSlot />, { wrapper: fakeStore().Wrapper })
  follow('?sort=-conns')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(notices.loaded).toBe(0)

  follow(NOT_UNDERSTOOD)
  expect((await screen.findByRole('alert')).textContent).toContain('Part of the link was not understood')
  expect(notices.loaded).toBe(1)
  await userEvent.click(screen.getByRole('button', { name: 'Close the notice' }))
  expect(screen.queryByRole('alert')).toBeNull()

  // To a link that is understood, and back.
  follow('?sort=-conns')
  follow(NOT_UNDERSTOOD)
  expect(screen.queryByRole('alert')).toBeNull()
  follow('?q=src.ns+%3D+%28')
  expect(screen.getByRole('alert').textContent).toContain('src.ns')
})

test('says that a server without a history has not the last hours of the link', async () => {
  const live = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL } as const
  const store = fakeStore({}, live)
  render(<NoticeSlot />, { wrapper: store.Wrapper })
  follow('?time=last-6h')
  const held = { records: 9, oldest: 1_790_000_000, newest: 1_790_003_600 }
  store.sendWindow({}, { source: { state: 'live' }, holdings: held })
  expect((await screen.findByRole('alert')).textContent).toContain('no history of the last 6 h')
  // An hour is what there is.
  follow('?time=last-1h')
  expect(screen.queryByRole('alert')).toBeNull()
  // A page that was open for long has it all.
  follow('?time=last-6h')
  expect(screen.getByRole('alert')).toBeTruthy()
  store.sendWindow({}, { source: { state: 'live' }, holdings: { ...held, oldest: held.newest - 6 * 3600 } })
  expect(screen.queryByRole('alert')).toBeNull()
})
