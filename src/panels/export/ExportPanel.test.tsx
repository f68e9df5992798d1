import { act, fireEvent, render, screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { setPreferences } from '../../state/remembered/preferences.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { ExportPanel } from './ExportPanel.tsx'

const SIZES = { rows: 57, records: 2317 }

function renderPanel(sizes = SIZES) {
  const save = vi.fn<(blob: Blob, name: string) => void>()
  const onClose = vi.fn<() => void>()
  const store = fakeStore({ sizes: () => sizes })
  const panel = render(<ExportPanel onClose={onClose} save={save} />, { wrapper: store.Wrapper })
  store.sendWindow({ total: sizes.rows }, { source: { state: 'loaded' }, holdings: { records: 4409 } })
  const exports = () => store.posted.filter((message) => message.type === 'export')
  return { store, save, onClose, exports, unmount: panel.unmount }
}

beforeEach(() => navigate(DEFAULT_VIEW))

test('says how many records and rows each format has', async () => {
  navigate({ filter: include(ALL, 'dst.ns', 'backend') })
  renderPanel()
  expect(await screen.findByText('2,317 records, as filtered')).toBeTruthy()
  expect(screen.getByRole('radio', { name: /^Capture .*2,317 records$/ })).toHaveProperty('checked', true)
  expect(screen.getByRole('radio', { name: /^CSV .*57 groups$/ })).toBeTruthy()
})

test('saves the file under a name of its source and its time', async () => {
  const { store, save, exports } = renderPanel()
  await screen.findAllByText('2,317 records')
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  expect(exports()).toMatchObject([
    { request: { format: 'capture', source: 'capture', view: { shape: 'groups' } } },
  ])
  const id = exports()[0]?.id ?? 0
  store.send({ type: 'exporting', id, progress: { written: 2000, total: 2317, bytes: 90_000 } })
  expect(screen.getByRole('progressbar')).toHaveProperty('value', 2000)
  expect(screen.getByText('2,000 of 2,317 records, 90 kB')).toBeTruthy()
  const blob = new Blob(['x'])
  const span = { from: 1_790_000_010, to: 1_790_003_610 }
  const file = { written: 2317, total: 2317, bytes: 212_000, blob, span }
  store.send({ type: 'exported', id, result: { ok: true, file } })
  expect(await screen.findByText('2,317 records, 212 kB')).toBeTruthy()
  expect(save).toHaveBeenCalledExactlyOnceWith(
    blob,
    'flowtrace-capture-20260921T141330Z-20260921T151330Z.ndjson.gz',
  )
})

test('takes the columns of the table, or all', async () => {
  setPreferences({ kept: ['bytes'], hidden: ['port'] })
  navigate({ show: 'records' })
  const { exports } = renderPanel()
  fireEvent.click(await screen.findByRole('radio', { name: /^CSV/ }))
  fireEvent.click(screen.getByRole('button', { name: 'Save CSV' }))
  expect(exports().at(-1)?.request.columns).toEqual([
    'action',
    'source',
    'destination',
    'decided',
    'bytes',
    'records',
    'seen',
  ])
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  fireEvent.click(screen.getByRole('radio', { name: 'All' }))
  fireEvent.click(screen.getByRole('button', { name: 'Save CSV' }))
  expect(exports().at(-1)?.request.columns).toContain('pending')
})

test('cancels on request, and when it is closed', async () => {
  const { store, exports, unmount } = renderPanel()
  const cancelled = () =>
    store.posted.filter((message) => message.type === 'export-cancel').map(({ id }) => id)
  await screen.findAllByText('2,317 records')
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
  expect(cancelled()).toEqual([exports()[0]?.id])
  expect(screen.queryByRole('progressbar')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  unmount()
  expect(cancelled()).toEqual(exports().map(({ id }) => id))
})

test('says why a file could not be written, and when its source was closed', async () => {
  const { store, save, exports } = renderPanel()
  await screen.findAllByText('2,317 records')
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  const trouble = { kind: 'refused', say: 'The browser has no room.', detail: 'quota', retry: false } as const
  store.send({ type: 'exported', id: exports()[0]?.id ?? 0, result: { ok: false, trouble } })
  expect((await screen.findByRole('alert')).textContent).toBe('The browser has no room.quota')
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  act(() => store.client.open({ kind: 'url', url: 'http://localhost/other', name: 'other' }))
  expect((await screen.findByRole('alert')).textContent).toContain('Another source was opened')
  expect(save).not.toHaveBeenCalled()
})

test('has nothing to save where nothing matches', async () => {
  const { exports } = renderPanel({ rows: 0, records: 0 })
  expect(await screen.findByText('Nothing matches the filter, so there is nothing to write.')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  expect(exports()).toEqual([])
})
