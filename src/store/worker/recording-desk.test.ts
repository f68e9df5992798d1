import { expect, test, vi } from 'vitest'

import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { DEFAULT_LIMITS } from '../../recording/recording.ts'
import { buildRecording, RECORDING_START as START } from '../../recording/testing/build-recording.ts'
import { FakeBroadcast } from '../../recording/testing/fake-channel.ts'
import { MemoryStorage } from '../../recording/testing/memory-storage.ts'
import type { RecordingRequest } from '../recording-messages.ts'
import { Feed } from './feed.ts'
import { RecordingDesk } from './recording-desk.ts'

const REQUEST: RecordingRequest = {
  id: 'a',
  folder: '/',
  resume: false,
  source: 'lab-1',
  server: 'http://localhost/',
  viewer: null,
  filter: include(ALL, 'dst.ns', 'backend'),
  passed: 'action = Deny and dst.ns = backend',
  from: 'now',
  limits: DEFAULT_LIMITS,
  redaction: null,
}

function setUp() {
  const storage = new MemoryStorage()
  const broadcast = new FakeBroadcast()
  const clock = new ManualClock(START * 1000)
  // It connects to nothing: its records do not matter here.
  const file = new File([], 'none')
  const feed = new Feed({ kind: 'file', file }, 1e8)
  Object.defineProperty(feed.store, 'live', { value: true })
  const release = vi.fn<(feed: Feed) => void>()
  const desk = new RecordingDesk({ release }, broadcast.open(), storage, clock)
  return { storage, broadcast, clock, feed, release, desk, page: broadcast.open() }
}

test('a recording names what its records passed, the scope included, and holds its feed until it is stopped', async () => {
  const { desk, feed, broadcast, page, storage, release } = setUp()
  await desk.begin(REQUEST, feed)
  expect(broadcast.said).toMatchObject([
    {
      news: 'progress',
      recording: {
        state: 'recording',
        filter: 'action = Deny and dst.ns = backend',
        window: { from: START },
      },
    },
  ])
  expect(feed.readerCount).toBe(1)
  page.send({ order: 'pause' })
  await vi.waitFor(() => expect(broadcast.said.at(-1)).toMatchObject({ recording: { state: 'paused' } }))
  page.send({ order: 'report' })
  expect(broadcast.said.at(-1)).toMatchObject({ recording: { state: 'paused' } })
  page.send({ order: 'stop', end: 'stopped' })
  await vi.waitFor(() => expect(broadcast.said.at(-1)).toMatchObject({ recording: { state: 'ended' } }))
  expect(feed.readerCount).toBe(0)
  expect(release).toHaveBeenCalledExactlyOnceWith(feed)
  // Its file would not open.
  expect(storage.recordings.has('a')).toBe(false)
  const count = broadcast.said.length
  page.send({ order: 'report' })
  expect(broadcast.said).toHaveLength(count + 1)
})

test('a second recording is refused while one runs, and so is one without a live source', async () => {
  const { desk, feed, broadcast } = setUp()
  await desk.begin(REQUEST, null)
  expect(broadcast.said.at(-1)).toEqual({
    news: 'refused',
    id: 'a',
    say: 'Only a live source can be recorded.',
  })
  await desk.begin(REQUEST, feed)
  await desk.begin({ ...REQUEST, id: 'b' }, feed)
  expect(broadcast.said.at(-1)).toEqual({
    news: 'refused',
    id: 'b',
    say: 'A recording is running already.',
  })
})

test('one that was taken over by another recorder is not removed, though nothing was recorded', async () => {
  const { desk, feed, broadcast, page, storage } = setUp()
  await desk.begin(REQUEST, feed)
  storage.recordings.set('a', buildRecording({ owner: 'another' }))
  page.send({ order: 'stop', end: 'stopped' })
  await vi.waitFor(() => expect(broadcast.said.at(-1)).toMatchObject({ recording: { end: 'closed' } }))
  expect(storage.recordings.get('a')?.owner).toBe('another')
})

test('none begins beside 20 kept ones, or 500 MB, and the feed is let go', async () => {
  const { desk, feed, broadcast, storage, release } = setUp()
  for (let i = 0; i < 20; i++) storage.recordings.set(`${i}`, buildRecording({ id: `${i}`, state: 'ended' }))
  await desk.begin(REQUEST, feed)
  expect(broadcast.said.at(-1)).toMatchObject({
    news: 'refused',
    say: expect.stringContaining('20 recordings'),
  })
  storage.recordings.clear()
  storage.recordings.set('big', buildRecording({ id: 'big', chunks: 1, packedBytes: 500e6 }))
  await desk.begin(REQUEST, feed)
  expect(broadcast.said.at(-1)).toMatchObject({ news: 'refused', say: expect.stringContaining('500 MB') })
  expect(release).toHaveBeenCalledTimes(2)
  expect(feed.readerCount).toBe(0)
})

test('a storage that cannot be opened refuses with a sentence', async () => {
  const { desk, feed, broadcast, storage } = setUp()
  storage.list = () => Promise.reject(new DOMException('no', 'QuotaExceededError'))
  await desk.begin(REQUEST, feed)
  expect(broadcast.said.at(-1)).toMatchObject({
    news: 'refused',
    say: expect.stringContaining('The browser has no room'),
  })
})

test('a kept recording goes on with a gap, and one that was deleted does not', async () => {
  const { desk, feed, broadcast, storage, clock } = setUp()
  await desk.begin({ ...REQUEST, resume: true }, feed)
  expect(broadcast.said.at(-1)).toMatchObject({ news: 'refused', say: 'The recording was deleted.' })
  const before = buildRecording({ records: 7, chunks: 2, window: { from: START, to: START + 45 } })
  storage.recordings.set('a', before)
  clock.advance(100_000)
  const fillGaps = vi.spyOn(feed, 'fillGaps')
  await desk.begin({ ...REQUEST, resume: true }, feed)
  // What the stream lacks of the time between is asked for by List.
  expect(fillGaps).toHaveBeenCalledExactlyOnceWith({ from: START + 30, to: START + 90 })
  expect(storage.recordings.get('a')).toMatchObject({
    records: 7,
    chunks: 2,
    state: 'recording',
  })
  expect(broadcast.said.at(-1)).toMatchObject({
    recording: { pauses: [{ from: START + 30, to: START + 90, reason: 'not recorded' }] },
  })
  expect(storage.recordings.get('a')?.owner).not.toBe(before.owner)
})

test('one that was paused when it was cut off goes on with the pause as a gap, and without what came in it', async () => {
  const { desk, feed, broadcast, storage, clock } = setUp()
  const window = { from: START, to: START + 45 }
  storage.recordings.set('a', buildRecording({ chunks: 1, state: 'paused', window }))
  clock.advance(100_000)
  await desk.begin({ ...REQUEST, resume: true }, feed)
  expect(broadcast.said.at(-1)).toMatchObject({
    recording: { pauses: [{ from: START + 45, to: START + 90, reason: 'paused' }] },
  })
})

test('those that were cut off without a record take no place', async () => {
  const { desk, feed, broadcast, storage } = setUp()
  for (let i = 0; i < 20; i++) storage.recordings.set(`${i}`, buildRecording({ id: `${i}` }))
  await desk.begin(REQUEST, feed)
  expect(broadcast.said.at(-1)).toMatchObject({ news: 'progress' })
})
