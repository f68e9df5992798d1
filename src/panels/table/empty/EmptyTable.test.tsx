import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test } from 'vitest'

import { include } from '../../../filter/tree/clauses.ts'
import { ALL, type Expression } from '../../../filter/tree/expression.ts'
import { EMPTY_WINDOW } from '../../../state/testing/empty-window.ts'
import { type FakeStatus, fakeStore } from '../../../state/testing/fake-store.tsx'
import { navigate } from '../../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../../state/view/view.ts'
import { EmptyTable } from './EmptyTable.tsx'

const TROUBLE = { kind: 'offline', say: 'Goldmane is away', detail: null, retry: true } as const

function liveSource(scope: Expression = ALL) {
  return { kind: 'live', endpoint: 'http://localhost/', history: 0, scope } as const
}

/** The empty table for a status of the worker; `held` is the number of rows without the filter. */
function renderEmptyTable(
  status: FakeStatus,
  { held = 0, open = liveSource() }: { held?: number; open?: ReturnType<typeof liveSource> } = {},
): void {
  const store = fakeStore({}, open)
  render(<EmptyTable window={{ ...EMPTY_WINDOW, held }} />, { wrapper: store.Wrapper })
  store.sendWindow({ held }, status)
}

beforeEach(() => navigate(DEFAULT_VIEW))

describe('when records are held', () => {
  test('shows what the filter takes away', async () => {
    renderEmptyTable({ source: { state: 'live' }, holdings: { records: 4 } }, { held: 4 })
    expect(await screen.findByText(/^4 records are held/)).toBeTruthy()
  })

  test('shows what the time range takes away when none is in it', async () => {
    navigate({ time: { from: 15, to: 30 } })
    renderEmptyTable({ source: { state: 'live' }, holdings: { records: 4 } })
    expect(await screen.findByText('No record in this time range')).toBeTruthy()
  })
})

describe('when nothing was received', () => {
  test('says how long the first flows take, and nothing of a scope, while the stream is open', () => {
    renderEmptyTable({ source: { state: 'live' } })
    expect(screen.getByRole('heading').textContent).toBe('Connected to capture, no flows yet')
    expect(screen.getByText(/take up to 30 s/)).toBeTruthy()
    expect(screen.queryByRole('note')).toBeNull()
  })

  test('shows the scope that may leave everything out', async () => {
    const scope = include(ALL, 'dst.ns', 'backend')
    renderEmptyTable({ source: { state: 'live' } }, { open: liveSource(scope) })
    expect(screen.getByRole('heading').textContent).toBe('Connected to capture, no flows of the scope yet')
    expect(await screen.findByRole('note', { name: 'Scope' })).toBeTruthy()
  })

  test('says that a file held no record', async () => {
    renderEmptyTable({ source: { state: 'loaded' } })
    expect((await screen.findByRole('heading')).textContent).toBe('No flows in capture')
    expect(screen.getByText('The file was read to its end, and held no record.')).toBeTruthy()
    expect(screen.queryByRole('list')).toBeNull()
  })

  test('lists what was refused of a file without a record, with hidden characters made visible', async () => {
    const refusals = [
      { line: 1, column: 3, reason: 'No flow', excerpt: 'a\u202Eb' },
      { file: 'b.log', line: null, column: null, reason: 'Cut short', excerpt: '' },
    ]
    renderEmptyTable({ source: { state: 'loaded' }, holdings: { refused: 1204 }, refusals })
    const items = within(await screen.findByRole('list', { name: 'Reasons' })).getAllByRole('listitem')
    expect(items.map(({ textContent }) => textContent)).toEqual([
      'Line 1, column 3: No flowa⟨U+202E⟩b',
      'b.log: Cut short',
    ])
    expect(screen.getByText(/1,204 pieces of it were refused/)).toBeTruthy()
    expect(screen.getByText('and 1,202 more, not listed.')).toBeTruthy()
    const user = userEvent.setup()
    await user.click(screen.getByRole('button', { name: 'Copy as text' }))
    expect(await navigator.clipboard.readText()).toBe(
      'Line 1, column 3: No flow\n    a⟨U+202E⟩b\nb.log: Cut short\nand 1,202 more, not listed.',
    )
  })

  test('points to the error above when the source failed', () => {
    renderEmptyTable({ source: { state: 'failed', trouble: TROUBLE } })
    expect(screen.getByRole('heading').textContent).toBe('Nothing received from capture')
  })

  test('waits while the source is being opened', () => {
    renderEmptyTable({ source: { state: 'connecting' } })
    expect(screen.getByText('Waiting for capture…')).toBeTruthy()
  })
})
