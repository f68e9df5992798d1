import { act, fireEvent, render, screen } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { policiesOf } from '../../state/policies/use-policies.ts'
import { setPreferences } from '../../state/remembered/preferences.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { ExportPanel } from './ExportPanel.tsx'

const SIZES = { rows: 57, records: 2317 }

function renderPanel(sizes = SIZES) {
  const save = vi.fn<(blob: Blob, name: string) => void>()
  const onClose = vi.fn<() => void>()
  const store = fakeStore({ sizes: () => ({ ...sizes }) })
  const panel = render(<ExportPanel onClose={onClose} save={save} />, { wrapper: store.Wrapper })
  store.sendWindow({ total: sizes.rows }, { source: { state: 'loaded' }, holdings: { records: 4409 } })
  const asked = () => store.posted.filter((message) => message.type === 'export')
  const exports = () => asked().filter(({ request }) => request.onlySize !== true)
  const estimates = () => asked().filter(({ request }) => request.onlySize === true)
  const cancelled = () =>
    store.posted.filter((message) => message.type === 'export-cancel').map(({ id }) => id)
  return { store, save, onClose, exports, estimates, cancelled, unmount: panel.unmount }
}

beforeEach(() => navigate(DEFAULT_VIEW))

test('says how many records there are, and how many rows a table has', async () => {
  navigate({ filter: include(ALL, 'dst.ns', 'backend') })
  renderPanel()
  expect(await screen.findByText('2,317 records, as filtered')).toBeTruthy()
  expect(screen.getByRole('radio', { name: /^Capture/ })).toHaveProperty('checked', true)
  expect(screen.getByRole('radio', { name: /^CSV .*57 groups$/ })).toBeTruthy()
})

/** Answers the estimates as they are asked for, with so many bytes by format, of so many records or rows. */
async function answerEstimates(
  { store, estimates }: ReturnType<typeof renderPanel>,
  files: Readonly<Record<string, readonly [bytes: number, total: number]>>,
): Promise<void> {
  for (const [format, [bytes, total]] of Object.entries(files)) {
    await vi.waitFor(() => expect(estimates().at(-1)?.request.format).toBe(format))
    const id = estimates().at(-1)?.id ?? 0
    const file = { written: 0, total, bytes, blob: new Blob(), span: null }
    store.send({ type: 'exported', id, result: { ok: true, file } })
  }
}

const ESTIMATES = {
  capture: [380_000, 2317],
  csv: [4100, 57],
  'json-lines': [3_600_000, 2317],
  parquet: [52_000, 2317],
  markdown: [3900, 57],
  bundle: [420_000, 2317],
} as const

test('says about how large each file would be, and keeps to it while records arrive', async () => {
  const sizes = { ...SIZES }
  const panel = renderPanel(sizes)
  await answerEstimates(panel, ESTIMATES)
  expect(await screen.findByRole('radio', { name: /^Capture .*≈ 380 kB$/ })).toBeTruthy()
  expect(screen.getByRole('radio', { name: /^CSV .*≈ 4.1 kB ?57 groups$/ })).toBeTruthy()
  expect(screen.getByRole('radio', { name: /^JSON lines .*≈ 3.6 MB$/ })).toBeTruthy()
  expect(screen.getByRole('radio', { name: /^Parquet .*≈ 52 kB$/ })).toBeTruthy()
  expect(screen.getByRole('radio', { name: /^Markdown .*≈ 3.9 kB/ })).toBeTruthy()
  sizes.records = 4634
  panel.store.sendWindow({ total: 57 }, { source: { state: 'loaded' }, holdings: { records: 8818 } })
  expect(await screen.findByRole('radio', { name: /^Capture .*≈ 760 kB$/ }, { timeout: 3000 })).toBeTruthy()
  expect(panel.estimates()).toHaveLength(6)
})

test('estimates nothing while a file is written, and goes on where it was afterwards', async () => {
  const panel = renderPanel()
  await answerEstimates(panel, { capture: ESTIMATES.capture })
  await vi.waitFor(() => expect(panel.estimates().at(-1)?.request.format).toBe('csv'))
  const [interrupted] = panel.estimates().slice(-1)
  fireEvent.click(screen.getByRole('button', { name: 'Save capture' }))
  await vi.waitFor(() => expect(panel.cancelled()).toEqual([interrupted?.id]))
  const file = { written: 2317, total: 2317, bytes: 212_000, blob: new Blob(['x']), span: null }
  panel.store.send({ type: 'exported', id: panel.exports()[0]?.id ?? 0, result: { ok: true, file } })
  expect(await screen.findByText('2,317 records, 212 kB')).toBeTruthy()
  await vi.waitFor(() => expect(panel.estimates()).toHaveLength(3))
  const { capture: _, ...rest } = ESTIMATES
  await answerEstimates(panel, rest)
  expect(await screen.findByRole('radio', { name: /^JSON lines .*≈ 3.6 MB$/ })).toBeTruthy()
  expect(panel.estimates().map(({ request }) => request.format)).toEqual([
    'capture',
    'csv',
    'csv',
    'json-lines',
    'parquet',
    'markdown',
    'bundle',
  ])
})

test('estimates anew what another view or other columns have, and nothing once it is closed', async () => {
  const panel = renderPanel()
  await answerEstimates(panel, ESTIMATES)
  fireEvent.click(screen.getByRole('radio', { name: /^CSV/ }))
  fireEvent.click(screen.getByRole('radio', { name: 'All' }))
  await vi.waitFor(() => expect(panel.estimates()).toHaveLength(7))
  expect(panel.estimates().at(-1)?.request.columns).toContain('pending')
  panel.unmount()
  expect(panel.cancelled()).toEqual([panel.estimates().at(-1)?.id])
})

test('saves the timeline as a picture of the time that is shown', async () => {
  const { store, save, exports } = renderPanel()
  expect(await screen.findAllByText('2,317 records')).toBeTruthy()
  fireEvent.click(screen.getByRole('radio', { name: /^Timeline picture .svg/ }))
  expect(screen.getByText('No record has a time, so there are no bars.')).toBeTruthy()
  const histogram = {
    from: 1_790_000_010,
    step: 15,
    measure: 'records' as const,
    allowed: Float64Array.of(3, 4),
    denied: Float64Array.of(0, 1),
    other: new Float64Array(2),
    gaps: new Uint8Array(2),
  }
  store.sendWindow({ total: 57 }, { source: { state: 'loaded' }, holdings: { records: 4409 }, histogram })
  expect(screen.getByRole('radio', { name: /^Timeline picture .svg .*≈ [\d.]+ kB$/ })).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Save picture' }))
  expect((await screen.findByText(/^Saved/)).textContent).toBe(
    'Saved flowtrace-capture-20260921T141330Z-20260921T141400Z.svg',
  )
  const [blob] = save.mock.calls[0] ?? []
  expect(await blob?.text()).toContain('capture: records over time')
  expect(exports()).toEqual([])
  // happy-dom draws no images.
  fireEvent.click(screen.getByRole('radio', { name: /^Timeline picture .png/ }))
  fireEvent.click(screen.getByRole('button', { name: 'Save picture' }))
  expect((await screen.findByRole('alert')).textContent).toContain('The SVG has the same picture.')
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

test('a file that the browser has saved while it was written is not saved again', async () => {
  const { store, save, exports } = renderPanel()
  fireEvent.click(await screen.findByRole('radio', { name: /^JSON lines/ }))
  fireEvent.click(screen.getByRole('button', { name: 'Save JSON lines' }))
  const file = { written: 2317, total: 2317, bytes: 3_600_000, blob: new Blob(), isSaved: true, span: null }
  store.send({ type: 'exported', id: exports()[0]?.id ?? 0, result: { ok: true, file } })
  expect((await screen.findByText(/^Saved/)).textContent).toBe('Saved flowtrace-capture.ndjson')
  expect(save).not.toHaveBeenCalled()
})

test('what was saved is counted as it was written, whatever is chosen afterwards', async () => {
  const { store, exports } = renderPanel()
  fireEvent.click(await screen.findByRole('radio', { name: /^Markdown/ }))
  fireEvent.click(screen.getByRole('button', { name: 'Save Markdown' }))
  const file = { written: 46, total: 46, bytes: 4100, blob: new Blob(['x']), span: null }
  store.send({ type: 'exported', id: exports()[0]?.id ?? 0, result: { ok: true, file } })
  expect(await screen.findByText('46 groups, 4.1 kB')).toBeTruthy()
  fireEvent.click(screen.getByRole('radio', { name: /^Capture/ }))
  act(() => navigate({ shape: 'signatures' }))
  expect(screen.getByText('46 groups, 4.1 kB')).toBeTruthy()
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
  const panel = renderPanel()
  const { exports, unmount } = panel
  // An estimate that had begun is cancelled, too.
  const cancelled = () => panel.cancelled().filter((id) => exports().some((each) => each.id === id))
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

async function chooseBundle(): Promise<void> {
  fireEvent.click(await screen.findByRole('radio', { name: /^Incident bundle/ }))
}

test('gives a bundle the view without its source, the columns and the notes, which stay when it is closed', async () => {
  navigate({ filter: include(ALL, 'dst.ns', 'backend'), open: 'g1', cluster: 'lab-2' })
  const { exports, unmount } = renderPanel()
  await chooseBundle()
  fireEvent.change(screen.getByRole('textbox', { name: 'Notes' }), { target: { value: 'Since 22:15.' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save bundle' }))
  expect(exports().at(-1)?.request).toMatchObject({
    format: 'bundle',
    bundle: { view: '?q=dst.ns+%3D+backend&open=g1', open: 'g1', notes: 'Since 22:15.' },
  })
  expect(exports().at(-1)?.request.bundle?.columns.order).toContain('bytes')
  unmount()
  const again = renderPanel()
  await chooseBundle()
  expect(screen.getByRole('textbox', { name: 'Notes' })).toHaveProperty('value', 'Since 22:15.')
  fireEvent.click(screen.getByRole('radio', { name: /^CSV/ }))
  fireEvent.click(screen.getByRole('button', { name: 'Save CSV' }))
  expect(again.exports().at(-1)?.request).not.toHaveProperty('bundle')
})

test('sends the policies with a bundle, where some are loaded and the reader does not object', async () => {
  const { store, exports } = renderPanel()
  await chooseBundle()
  expect(screen.queryByRole('checkbox')).toBeNull()
  const documents = [{ name: 'app.yaml', text: 'kind: Tier', from: 5 }]
  const { state } = policiesOf(store.client)
  act(() => state.set({ ...state.get(), documents }))
  const box = screen.getByRole('checkbox', { name: 'Policies (1 file)' })
  expect(box).toHaveProperty('checked', true)
  expect(screen.getByText(/nothing in them is redacted/)).toBeTruthy()
  const sent = () => {
    fireEvent.click(screen.getByRole('button', { name: 'Save bundle' }))
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    return exports().at(-1)?.request.bundle?.policies
  }
  expect(sent()).toEqual(documents)
  fireEvent.click(box)
  expect(sent()).toEqual([])
  fireEvent.click(box)
  fireEvent.click(screen.getByRole('radio', { name: 'Names' }))
  expect(box).toMatchObject({ checked: false, disabled: true })
  expect(screen.getByText(/^Left out, because names are redacted/)).toBeTruthy()
})
