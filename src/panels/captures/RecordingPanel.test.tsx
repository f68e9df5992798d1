import { act, fireEvent, render, screen, within } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { formatClock } from '../../lib/format.ts'
import { redactRecording } from '../../recording/recording-redaction.ts'
import type { Recording } from '../../recording/recording.ts'
import { buildRecording, RECORDING_START } from '../../recording/testing/build-recording.ts'
import { changeRecordingChoices } from '../../state/remembered/recording-choices.ts'
import { setSalt } from '../../state/remembered/redaction-salt.ts'
import { fakeRecordings } from '../../state/testing/fake-recordings.ts'
import { fakeStore } from '../../state/testing/fake-store.tsx'
import { navigate } from '../../state/view/navigation.ts'
import { DEFAULT_VIEW } from '../../state/view/view.ts'
import { RecordingMark } from './RecordingMark.tsx'
import { RecordingPanel } from './RecordingPanel.tsx'

const LIVE = { kind: 'live', endpoint: 'http://localhost/', history: 3600, scope: ALL } as const

function renderPanel(kept: readonly Partial<Recording>[] = [], open: Parameters<typeof fakeStore>[1] = LIVE) {
  const recordings = fakeRecordings(kept)
  const save = vi.fn<(blob: Blob, name: string) => void>()
  const store = fakeStore({}, open)
  render(
    <>
      <RecordingMark given={recordings.client} />
      <RecordingPanel onClose={() => undefined} given={recordings.client} save={save} />
    </>,
    { wrapper: store.Wrapper },
  )
  return { ...recordings, save, store }
}

beforeEach(() => {
  navigate(DEFAULT_VIEW)
  changeRecordingChoices({ what: 'filtered', from: 'now', redact: 'nothing', bytes: 5e6, seconds: 900 })
})

test('begins with what was chosen, and remembers it', () => {
  navigate({ filter: include(ALL, 'dst.ns', 'backend') })
  const { requests } = renderPanel()
  expect(screen.getByText('dst.ns = backend')).toBeTruthy()
  fireEvent.click(screen.getByRole('radio', { name: 'All' }))
  fireEvent.click(screen.getByRole('radio', { name: /^With the .* held$/ }))
  fireEvent.change(screen.getByRole('combobox', { name: 'Largest size' }), { target: { value: '20000000' } })
  fireEvent.click(screen.getByRole('button', { name: 'Record' }))
  expect(requests()).toMatchObject([
    { filter: ALL, from: 'held', limits: { bytes: 20e6, seconds: 900 }, server: 'http://localhost/' },
  ])
})

test('shows how far it is of its limits, what is left out, and pauses, limits and stops it', () => {
  const { tell, orders } = renderPanel()
  tell({ records: 1204, textBytes: 1.9e6, packedBytes: 212_000, seconds: 285, filter: 'dst.ns = backend' })
  const card = within(screen.getByRole('region', { name: 'Recording' }))
  expect(card.getByRole('heading').textContent).toContain('Recording lab-1')
  expect(card.getByText('4 min 45 s')).toBeTruthy()
  expect(card.getByText('stops at 5 MB or 15 min')).toBeTruthy()
  expect(card.getByText('0 left out')).toBeTruthy()
  expect(card.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('38')
  expect(screen.getByRole('button', { name: 'Recording 4:45' })).toBeTruthy()
  fireEvent.click(card.getByRole('button', { name: 'change limits' }))
  fireEvent.change(card.getByRole('combobox', { name: 'Longest time' }), { target: { value: '3600' } })
  fireEvent.click(card.getByRole('button', { name: /Pause/ }))
  tell({ state: 'paused', seconds: 285, leftOut: 2 })
  expect(card.getByText('2 records left out')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Recording paused 4:45' })).toBeTruthy()
  fireEvent.click(card.getByRole('button', { name: /Go on/ }))
  fireEvent.click(card.getByRole('button', { name: 'Stop and keep' }))
  expect(orders()).toEqual([
    { order: 'limit', limits: { bytes: 5e6, seconds: 3600 } },
    { order: 'pause' },
    { order: 'go-on' },
    { order: 'stop', end: 'stopped' },
  ])
})

test('says what it waits for until the first bucket comes, and that none did', () => {
  const { tell, orders } = renderPanel()
  const [began, sent] = [RECORDING_START, RECORDING_START + 30].map(formatClock)
  tell({ seconds: 12 })
  const card = within(screen.getByRole('region', { name: 'Recording' }))
  expect(card.getByText(`first records at ${sent}, when Goldmane sends the bucket of ${began}`)).toBeTruthy()
  fireEvent.click(card.getByRole('button', { name: 'Stop and keep' }))
  expect(orders()).toEqual([{ order: 'stop', end: 'stopped' }])
  tell({ seconds: 12, state: 'ended', end: 'stopped' })
  expect(screen.getByRole('status').textContent).toBe(
    `Nothing was recorded: its first bucket, of ${began}, comes at ${sent}. Nothing is kept.`,
  )
})

test('later it says that no record matches, and so where it ended by itself', () => {
  const { tell } = renderPanel()
  tell({ seconds: 31, filter: 'dst.ns = backend' })
  expect(screen.getByText('no record matches yet')).toBeTruthy()
  tell({ seconds: 31 })
  expect(screen.getByText('no record yet')).toBeTruthy()
  tell({ seconds: 900, state: 'ended', end: 'time', filter: 'dst.ns = backend' })
  expect(screen.getByRole('status').textContent).toBe(
    'It stopped at its limit of 15 min. Nothing was recorded: no record matched. Nothing is kept.',
  )
})

test('says why a recording ended that nobody stopped', () => {
  const { tell } = renderPanel()
  tell({ state: 'ended', end: 'no-room', leftOut: 3 })
  expect(screen.getByRole('status').textContent).toContain('the browser has no room for more')
  expect(screen.getByRole('button', { name: 'Recording ended' })).toBeTruthy()
})

test('lists what is kept, with what is missing of it, and deletes only after a question', async () => {
  const { storage } = renderPanel([
    {
      state: 'ended',
      end: 'time',
      records: 57,
      leftOut: 3,
      packedBytes: 1500,
      pauses: [{ from: 1, to: 2, reason: 'paused' }],
    },
  ])
  const item = within(await screen.findByRole('listitem'))
  expect(item.getByText(/57 records · 1.5 kB · 1 gap, 3 left out$/)).toBeTruthy()
  expect(item.getByText('It stopped at its limit of 15 min.')).toBeTruthy()
  fireEvent.click(item.getByRole('button', { name: /^Delete flowtrace/ }))
  fireEvent.click(item.getByRole('button', { name: 'Cancel' }))
  expect(storage.recordings.size).toBe(1)
  fireEvent.click(item.getByRole('button', { name: /^Delete flowtrace/ }))
  fireEvent.click(item.getByRole('button', { name: 'Delete' }))
  await vi.waitFor(() => expect(screen.queryByRole('listitem')).toBeNull())
  expect(storage.recordings.size).toBe(0)
})

test('one that was cut off goes on where its source is open, and not where a narrower scope is streamed', async () => {
  const { requests } = renderPanel([{ state: 'recording', chunks: 1, filter: 'dst.ns = backend' }])
  fireEvent.click(await screen.findByRole('button', { name: 'Resume' }))
  expect(requests()).toMatchObject([{ id: 'a', resume: true, filter: include(ALL, 'dst.ns', 'backend') }])
})

test('one that was cut off cannot go on from another server, and is kept as it is', async () => {
  const { storage } = renderPanel([{ state: 'recording', chunks: 1, server: 'http://elsewhere/' }])
  fireEvent.click(await screen.findByRole('button', { name: 'Keep as it is' }))
  expect(screen.queryByRole('button', { name: 'Resume' })).toBeNull()
  await vi.waitFor(() => expect(storage.recordings.get('a')?.state).toBe('ended'))
})

test('recordings of another user are not shown', async () => {
  const { client } = renderPanel([
    { id: 'a', state: 'ended', viewer: 'alice' },
    { id: 'b', state: 'ended' },
  ])
  await vi.waitFor(() => expect(client.state.get().kept).toHaveLength(2))
  expect(screen.getAllByRole('listitem')).toHaveLength(1)
})

test('names are redacted where the reader chose so, by the salt of this browser', () => {
  const { requests } = renderPanel()
  fireEvent.click(screen.getByRole('radio', { name: 'Redact names' }))
  expect(screen.getByText(/^Names are replaced before anything is kept/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Record' }))
  const salt: unknown = JSON.parse(localStorage.getItem('flowtrace.redaction-salt') ?? '')
  expect(requests()).toMatchObject([{ redaction: { level: 'names', salt } }])
})

test('a name that is typed for a redacted one is kept as it is, which is said', async () => {
  const redacted = redactRecording(buildRecording({ chunks: 1 }), {
    level: 'names',
    salt: 'the salt of our team',
  })
  renderPanel([{ ...redacted, state: 'ended', end: 'stopped' }])
  fireEvent.click(await screen.findByRole('button', { name: 'Rename' }))
  expect(screen.getByRole('textbox').getAttribute('aria-describedby')).toBe(
    screen.getByText(/nothing in it is redacted/).id,
  )
})

test('a redacted one goes on with its own salt, server and filter alone', async () => {
  setSalt('the salt of our team')
  const redaction = { level: 'names', salt: 'the salt of our team' } as const
  const plain = buildRecording({ chunks: 1, filter: 'dst.ns = backend' })
  const { requests } = renderPanel([redactRecording(plain, redaction)])
  const resume = await screen.findByRole('button', { name: 'Resume' })
  expect(screen.getByText('names redacted')).toBeTruthy()
  fireEvent.click(resume)
  expect(await screen.findByText(/^It began with another filter/)).toBeTruthy()
  act(() => navigate({ filter: include(ALL, 'dst.ns', 'backend') }))
  setSalt('another salt of our team')
  fireEvent.click(resume)
  expect(await screen.findByText(/^It began with another salt/)).toBeTruthy()
  expect(requests()).toEqual([])
  setSalt('the salt of our team')
  fireEvent.click(resume)
  await vi.waitFor(() =>
    expect(requests()).toMatchObject([
      { resume: true, filter: include(ALL, 'dst.ns', 'backend'), redaction },
    ]),
  )
})

test('a capture cannot be recorded, which is said', () => {
  renderPanel([], { kind: 'url', url: 'http://localhost/capture', name: 'capture' })
  expect(screen.getByText(/What is open now is a capture/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Record' })).toBeNull()
})
