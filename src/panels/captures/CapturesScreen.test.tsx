import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { commands } from '../../state/commands/commands.ts'
import type { FileHandle } from '../../state/captures/file-handle.ts'
import type { CaptureFacts, KeptCapture } from '../../state/captures/kept-capture.ts'
import { recentCaptures } from '../../state/captures/recent-captures.ts'
import { fakeOpening } from '../../state/testing/fake-opening.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate, navigation } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { CapturesScreen } from './CapturesScreen.tsx'

const FACTS: CaptureFacts = {
  records: 31_077,
  refused: 65,
  from: 1_790_000_000,
  to: 1_790_003_600,
  format: 'Goldmane JSON',
  origin: 'lab-1',
  hasNoPending: true,
}

/** The hash of a file is made of its text, by default its name. */
function idOf(name: string, text = name): KeptCapture['id'] {
  const hex = Array.from(text, (character) => character.charCodeAt(0).toString(16)).join('')
  return { name, size: 10, hash: hex.padStart(16, '0').slice(-16) }
}

function handleOf(name: string, getFile: FileHandle['getFile']): FileHandle {
  return { kind: 'file', name, getFile }
}

/** happy-dom has no IndexedDB, so that the list is that of this visit. */
function renderScreen() {
  const store = fakeStore()
  const opening = fakeOpening({
    check: async (file) => ({ ok: true, id: idOf(file.name, await file.text()) }),
  })
  render(<CapturesScreen opening={opening} />, { wrapper: store.Wrapper })
  return { store, opening, user: userEvent.setup() }
}

const row = (name: string) => screen.findByRole('row', { name: new RegExp(`^${name}`) })

async function cellsOf(name: string): Promise<readonly (string | null)[]> {
  return within(await row(name))
    .getAllByRole('cell')
    .map(({ textContent }) => textContent)
}

function names(): readonly (string | undefined)[] {
  return screen.getAllByRole('rowheader').map(({ textContent }) => textContent?.slice(0, 1))
}

beforeEach(() => navigate({ ...DEFAULT_VIEW, screen: 'captures' }))
afterEach(async () => {
  await recentCaptures.forgetAll()
  commands.say('')
})

test('says how to get a capture while there is none', async () => {
  renderScreen()
  expect(await screen.findByText('No capture was opened in this browser yet')).toBeTruthy()
  expect(screen.getByText(/flowtrace record/)).toBeTruthy()
})

describe('a capture', () => {
  test('has its numbers in a row, and what is odd about it', async () => {
    await recentCaptures.opened(idOf('customer.ndjson'), [], 2)
    await recentCaptures.learn(idOf('customer.ndjson'), FACTS)
    renderScreen()
    const cells = await cellsOf('customer.ndjson')
    expect(cells[0]).toBe('lab-1')
    expect(cells.slice(2, 5)).toEqual(['31,077', '10 B', 'Goldmane JSON65 refusedno pending2 files'])
  })

  test('that was not read to its end has no numbers', async () => {
    await recentCaptures.opened(idOf('half.ndjson'), [], 1)
    renderScreen()
    expect((await cellsOf('half.ndjson')).slice(0, 5)).toEqual(['file', '–', '–', '10 B', '–'])
  })

  test('opens by its handle, and is marked', async () => {
    const handle = handleOf('a.ndjson', async () => new File(['a'], 'a.ndjson'))
    await recentCaptures.opened(idOf('a.ndjson', 'a'), [handle], 1)
    const { user } = renderScreen()
    await user.click(await screen.findByRole('button', { name: 'Open a.ndjson' }))
    await expect.poll(() => navigation.parsed().view.capture).toEqual(idOf('a.ndjson', 'a'))
    expect((await row('a.ndjson')).getAttribute('aria-current')).toBe('true')
    await user.click(screen.getByRole('button', { name: 'Show the flows of a.ndjson' }))
    expect(navigation.parsed().view.screen).toBe('flows')
  })

  test('of several files opens by all its handles', async () => {
    const handles = ['a', 'b'].map((text) => handleOf(text, async () => new File([text], text)))
    await recentCaptures.opened(idOf('a and 1 more'), handles, 2)
    const { opening, user } = renderScreen()
    await user.click(await screen.findByRole('button', { name: 'Open a and 1 more' }))
    await expect.poll(() => opening.opened.get()[0]?.source.name).toBe('a and 1 more')
  })

  test('that has changed is opened as another one, and that is said', async () => {
    const handle = handleOf('a.ndjson', async () => new File(['other'], 'a.ndjson'))
    await recentCaptures.opened(idOf('a.ndjson', 'a'), [handle], 1)
    const { user } = renderScreen()
    await user.click(await screen.findByRole('button', { name: 'Open a.ndjson' }))
    await expect.poll(() => commands.said()).toMatch(/^a\.ndjson has changed since it was opened/)
    expect(navigation.parsed().view.capture).toEqual(idOf('a.ndjson', 'other'))
    expect(await screen.findByRole('button', { name: 'Choose… a.ndjson' })).toBeTruthy()
    expect((await cellsOf('a.ndjson'))[4]).toContain('changed')
  })

  test('that was moved has to be chosen again', async () => {
    const gone = handleOf('a.ndjson', () => Promise.reject(new DOMException('gone', 'NotFoundError')))
    await recentCaptures.opened(idOf('a.ndjson'), [gone], 1)
    const { user } = renderScreen()
    await user.click(await screen.findByRole('button', { name: 'Open a.ndjson' }))
    expect(await screen.findByRole('button', { name: 'Choose… a.ndjson' })).toBeTruthy()
    expect(commands.said()).toBe('a.ndjson was moved or deleted: choose it again')
    expect(navigation.parsed().view.capture).toBeNull()
  })

  test('keeps its place when it is opened again, and can be forgotten', async () => {
    for (const name of ['a', 'b']) {
      // One after the other, as a reader opens them.
      // oxlint-disable-next-line no-await-in-loop
      await recentCaptures.opened(idOf(name), [], 1)
    }
    const { user } = renderScreen()
    await row('b')
    const before = names()
    await recentCaptures.opened(idOf('a'), [], 1)
    expect(names()).toEqual(before)
    await recentCaptures.opened(idOf('c'), [], 1)
    await row('c')
    expect(names()).toEqual(['c', ...before])
    await user.click(screen.getByRole('button', { name: 'More about b' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Forget' }))
    await expect.poll(() => screen.queryByRole('row', { name: /^b/ })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Forget all' }))
    expect(await screen.findByText('No capture was opened in this browser yet')).toBeTruthy()
  })

  test('shows its refused lines while it is open', async () => {
    await recentCaptures.opened(idOf('a'), [], 1)
    await recentCaptures.learn(idOf('a'), FACTS)
    navigate({ capture: idOf('a') })
    const { store, user } = renderScreen()
    store.sendWindow(
      {},
      {
        source: { state: 'loaded' },
        holdings: { records: 5, refused: 65 },
        refusals: [{ line: 4, column: 1, reason: 'No flow', excerpt: '' }],
      },
    )
    await user.click(await screen.findByRole('button', { name: 'More about a' }))
    await user.click(await screen.findByRole('menuitem', { name: 'Show refused lines' }))
    const refused = await screen.findByRole('region', { name: 'Refused lines' })
    expect(within(refused).getByRole('list', { name: 'Reasons' }).textContent).toContain(
      'Line 4, column 1: No flow',
    )
    expect(within(refused).getByText('and 64 more, not listed.')).toBeTruthy()
  })
})
