import { act, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'

import { buildRow } from '../../state/testing/build-row.ts'
import { commands } from '../../state/commands/commands.ts'
import { type FakeAnswers, fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { useAppCommands } from '../use-app-commands.ts'
import { useKeysOfScreen, useShortcuts } from '../use-shortcuts.ts'
import { ReplayDock } from './ReplayDock.tsx'

const HOUR = { oldest: 1_790_000_010, newest: 1_790_003_610 }
const FIRST = HOUR.oldest + 15

const head = (): number | null => navigation.parsed().view.at

beforeEach(() => navigate({ ...DEFAULT_VIEW, at: FIRST }, 'replace'))

/** The commands' keys, which the frame gives to the page, on a screen that has only just been gone to. */
function Keys() {
  useShortcuts()
  useKeysOfScreen('flows', false)
  return null
}

/** The commands of the page, which come after the replay where it is opened by its link. */
function PageCommands() {
  useAppCommands()
  return null
}

function renderDock(answers: FakeAnswers = {}, children: React.ReactNode = null) {
  const store = fakeStore(answers)
  render(
    <>
      <Keys />
      <ReplayDock />
      {children}
    </>,
    { wrapper: store.Wrapper },
  )
  store.sendWindow({}, { holdings: HOUR, source: { state: 'loaded' } })
  return store
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name })

describe('the clock of a replay', () => {
  test('waits until the capture is read', () => {
    const store = fakeStore()
    render(<ReplayDock />, { wrapper: store.Wrapper })
    store.sendWindow({}, { holdings: HOUR, source: { state: 'loading', read: 1, total: 2 } })
    expect(button('Play')).toHaveProperty('disabled', true)
    expect(screen.getByText('is being read')).toBeDefined()
  })

  test('steps by its buttons and keys, and says where it is', async () => {
    renderDock()
    await userEvent.click(button('Step on'))
    expect(head()).toBe(FIRST + 15)
    await userEvent.keyboard('..')
    expect(head()).toBe(FIRST + 45)
    await userEvent.keyboard(',')
    expect(head()).toBe(FIRST + 30)
  })

  test('keeps the keys that move it until the capture is read, in their order', async () => {
    const store = fakeStore()
    const dock = (
      <>
        <Keys />
        <ReplayDock />
      </>
    )
    render(dock, { wrapper: store.Wrapper })
    store.sendWindow({}, { holdings: HOUR, source: { state: 'loading', read: 1, total: 2 } })
    await userEvent.keyboard('.. ')
    expect(head()).toBe(FIRST)
    store.sendWindow({}, { holdings: HOUR, source: { state: 'loaded' } })
    await vi.waitFor(() => expect(button('Pause')).toBeDefined())
    expect(head()).toBe(FIRST + 30)
  })

  test('leaves keys to fields and popups, Space to buttons, and what a command has taken', async () => {
    renderDock(
      {},
      <>
        <input aria-label="query" />
        <div role="dialog" tabIndex={-1} aria-label="popup" />
        <button type="button">other</button>
      </>,
    )
    for (const name of ['query', 'popup']) {
      screen.getByLabelText(name).focus()
      await userEvent.keyboard('. ')
    }
    button('other').focus()
    await userEvent.keyboard(' ')
    fireEvent.keyDown(document.body, { key: '.', ctrlKey: true })
    const taken = new KeyboardEvent('keydown', { key: '.', bubbles: true, cancelable: true })
    taken.preventDefault()
    act(() => void document.body.dispatchEvent(taken))
    expect(head()).toBe(FIRST)
    expect(button('Play')).toBeDefined()
  })

  test('plays and pauses by Space on the page, and by the command of the page', async () => {
    renderDock({}, <PageCommands />)
    // The play button has the focus when a replay begins.
    act(() => button('Play').blur())
    await userEvent.keyboard(' ')
    expect(button('Pause')).toBeDefined()
    act(() => void commands.run('pause'))
    expect(button('Play')).toBeDefined()
  })

  test('changes its speed by keys, which says how often a bucket comes', async () => {
    renderDock()
    await userEvent.keyboard('<')
    expect(screen.getByText('15 s of the capture every 3.75 s')).toBeDefined()
    expect(button('4 times').getAttribute('aria-pressed')).toBe('true')
    await userEvent.keyboard('>>>')
    expect(button('240 times').getAttribute('aria-pressed')).toBe('true')
    expect(screen.getByText('4 min of the capture every second')).toBeDefined()
  })

  test('goes to the next new denial, of which enough is held from before', async () => {
    const asked: (number | null)[] = []
    renderDock({
      rows: ({ newSince }) => {
        asked.push(newSince)
        return { rows: [buildRow({}, { firstSeen: HOUR.oldest + 900 })], total: 1 }
      },
    })
    await userEvent.keyboard('n')
    expect(asked).toEqual([HOUR.oldest + 300])
    expect(head()).toBe(HOUR.oldest + 915)
    expect(screen.getByText('paused: new denial')).toBeDefined()
    await userEvent.click(button('Step back'))
    expect(screen.queryByText('paused: new denial')).toBeNull()
  })

  test('says that there is no further one', async () => {
    renderDock({ rows: () => ({ rows: [], total: 0 }) })
    await userEvent.click(button('Next new denial'))
    expect(commands.said()).toContain('No new denial')
    expect(head()).toBe(FIRST)
  })

  test('keeps its pace in the address, without an entry of the history', async () => {
    renderDock()
    const { length } = history
    await userEvent.click(button('60 times'))
    await userEvent.click(screen.getByRole('checkbox', { name: 'loop' }))
    expect(location.search).toContain('pace=60-loop')
    await userEvent.click(button('Play'))
    expect(location.search).toContain('pace=60-loop-play')
    await userEvent.click(button('Pause'))
    await userEvent.click(button('15 times'))
    await userEvent.click(screen.getByRole('checkbox', { name: 'loop' }))
    expect(location.search).not.toContain('pace')
    expect(history.length).toBe(length)
  })

  test('has the pace of a link, and of the back button, and plays once the capture is read', async () => {
    navigate({ at: FIRST, pace: '240-loop-past-play' }, 'replace')
    const store = fakeStore()
    const { unmount } = render(<ReplayDock />, { wrapper: store.Wrapper })
    store.sendWindow({}, { holdings: HOUR, source: { state: 'loading', read: 1, total: 2 } })
    expect(button('240 times').getAttribute('aria-pressed')).toBe('true')
    expect(screen.getByRole('checkbox', { name: 'loop' })).toHaveProperty('checked', true)
    expect(screen.getByRole('checkbox', { name: /pause at/ })).toHaveProperty('checked', false)
    store.sendWindow({}, { holdings: HOUR, source: { state: 'loaded' } })
    await vi.waitFor(() => expect(head()).toBeGreaterThan(FIRST))
    expect(button('Pause')).toHaveProperty('disabled', false)
    act(() => navigate({ pace: null }))
    expect(button('Play')).toBeDefined()
    expect(button('15 times').getAttribute('aria-pressed')).toBe('true')
    act(() => navigate({ pace: '60-play' }))
    unmount()
    expect(navigation.parsed().view.pace).toBe('60-play')
  })

  test('shows everything again when it is left', async () => {
    renderDock()
    await userEvent.click(button('Leave replay'))
    expect(head()).toBeNull()
  })
})
