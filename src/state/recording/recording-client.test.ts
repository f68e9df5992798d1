import { expect, test, vi } from 'vitest'

import { ALL } from '../../filter/tree/expression.ts'
import { readCapture } from '../../capture/read.ts'
import { recordLine } from '../../capture/capture-writer.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { DEFAULT_LIMITS } from '../../recording/recording.ts'
import { pack } from '../../recording/recording-file.ts'
import { buildRecording } from '../../recording/testing/build-recording.ts'
import { FakeBroadcast } from '../../recording/testing/fake-channel.ts'
import { MemoryStorage } from '../../recording/testing/memory-storage.ts'
import type { ToWorker } from '../../store/protocol.ts'
import { RecordingClient } from './recording-client.ts'

const REQUEST = {
  id: 'a',
  resume: false,
  source: 'lab-1',
  server: 'http://localhost/',
  viewer: null,
  filter: ALL,
  passed: null,
  from: 'now',
  limits: DEFAULT_LIMITS,
  redaction: null,
} as const

function setUp(storage = new MemoryStorage()) {
  const broadcast = new FakeBroadcast()
  const recorder = broadcast.open()
  const clock = new ManualClock(1_790_000_000_000)
  const posted: ToWorker[] = []
  const client = new RecordingClient({
    port: { postMessage: (message) => posted.push(message) },
    channel: broadcast.open(),
    storage,
    clock,
    folder: '/',
  })
  return { storage, broadcast, recorder, clock, posted, client }
}

test('asks who records, and shows what another tab began', () => {
  const { broadcast, recorder, client } = setUp()
  expect(broadcast.said).toEqual([{ order: 'report' }])
  recorder.send({ news: 'progress', recording: buildRecording({ records: 3 }) })
  expect(client.state.get().running).toMatchObject({ id: 'a', records: 3 })
})

test('what does not run was cut off, once a recorder had the time to answer', async () => {
  const storage = new MemoryStorage()
  storage.recordings.set('a', buildRecording({ chunks: 1 }))
  storage.recordings.set('b', buildRecording({ id: 'b', state: 'ended', end: 'stopped', startedAt: 1 }))
  const { client, clock } = setUp(storage)
  await client.refresh()
  expect(client.state.get().kept?.map(({ id }) => id)).toEqual(['b'])
  clock.advance(1500)
  await vi.waitFor(() => expect(client.state.get().kept?.map(({ id }) => id)).toEqual(['a', 'b']))
  await client.settle('a')
  expect(storage.recordings.get('a')).toMatchObject({ state: 'ended', end: 'closed' })
})

test('one that was cut off before anything was kept is not listed, and is removed after a day', async () => {
  const storage = new MemoryStorage()
  storage.recordings.set('a', buildRecording())
  storage.recordings.set('old', buildRecording({ id: 'old', startedAt: 1 }))
  storage.recordings.set('ended', buildRecording({ id: 'ended', state: 'ended', startedAt: 1 }))
  const { client, clock } = setUp(storage)
  clock.advance(1500)
  await vi.waitFor(() => expect([...storage.recordings.keys()]).toEqual(['a', 'ended']))
  expect(client.state.get().kept?.map(({ id }) => id)).toEqual(['ended'])
})

test('begins through the worker, and says why it could not', async () => {
  const { client, recorder, posted, clock } = setUp()
  const refused = client.begin(REQUEST)
  expect(posted).toEqual([{ type: 'record', request: { ...REQUEST, folder: '/' } }])
  recorder.send({ news: 'refused', id: 'other', say: 'not ours' })
  recorder.send({ news: 'refused', id: 'a', say: 'A recording is running already.' })
  expect(await refused).toBe('A recording is running already.')
  expect(client.state.get().last).toEqual({ refused: 'A recording is running already.' })

  const begun = client.begin(REQUEST)
  recorder.send({ news: 'progress', recording: buildRecording() })
  expect(await begun).toBeNull()

  const silent = client.begin({ ...REQUEST, id: 'b' })
  clock.advance(15_000)
  expect(await silent).toContain('The worker did not answer')
})

test('tells how a recording ended, and lists it among those that are kept', async () => {
  const { client, recorder, storage } = setUp()
  recorder.send({ news: 'progress', recording: buildRecording() })
  const ended = buildRecording({ state: 'ended', end: 'size' })
  storage.recordings.set('a', ended)
  recorder.send({ news: 'progress', recording: ended })
  expect(client.state.get()).toMatchObject({ running: null, last: { ended: { end: 'size' } } })
  await vi.waitFor(() => expect(client.state.get().kept).toEqual([ended]))
})

test('who stops a recording hears how it ended, and nothing from a worker that does not answer', async () => {
  const { client, recorder, broadcast, clock } = setUp()
  const stopped = client.stop()
  expect(broadcast.said.at(-1)).toEqual({ order: 'stop', end: 'stopped' })
  recorder.send({ news: 'progress', recording: buildRecording() })
  recorder.send({
    news: 'progress',
    recording: buildRecording({ state: 'ended', end: 'stopped', records: 7 }),
  })
  expect(await stopped).toMatchObject({ end: 'stopped', records: 7 })
  const silent = client.stop()
  clock.advance(15_000)
  expect(await silent).toBeNull()
})

test('the file of a recording is a capture: its header first, then the records of all chunks in their order', async () => {
  const { client, storage } = setUp()
  const lines = [80, 81, 82].map((destPort) => recordLine(buildFlow({ destPort })))
  const chunks = await Promise.all(lines.map((line) => pack([new TextEncoder().encode(line)])))
  storage.recordings.set(
    'a',
    buildRecording({
      chunks: 3,
      filter: 'dst.ns = backend',
      window: { from: 1_790_000_010, to: 1_790_000_025 },
    }),
  )
  storage.chunks.set('a', new Map(chunks.map((chunk, index) => [index, chunk])))
  const file = await client.file('a')
  expect(file.name).toBe('flowtrace-lab-1-20260921T141330Z-20260921T141345Z.ndjson.gz')
  const read = { ports: [] as number[], headers: [] as (string | null)[], refused: 0 }
  for await (const batch of readCapture(file.stream())) {
    read.ports.push(...batch.flows.map(({ key }) => key.destPort))
    read.headers.push(...batch.headers.map(({ filter }) => filter))
    read.refused += batch.refused
  }
  expect(read).toEqual({ ports: [80, 81, 82], headers: ['dst.ns = backend'], refused: 0 })

  await client.rename('a', 'incident 4711')
  expect((await client.file('a')).name).toBe('incident-4711.ndjson.gz')
  await client.remove('a')
  await expect(client.file('a')).rejects.toThrow('the recording was deleted')
})

test('a browser that keeps nothing says so', async () => {
  const storage = new MemoryStorage()
  storage.list = () => Promise.reject(new DOMException('no', 'InvalidStateError'))
  const { client } = setUp(storage)
  await client.refresh()
  expect(client.state.get().trouble).toMatch(/^Recordings cannot be kept in this browser/)
})
