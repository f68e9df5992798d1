import { gunzipSync } from 'node:zlib'

import { expect, test, vi } from 'vitest'

import { recordLine } from '../../capture/capture-writer.ts'
import { include } from '../../filter/tree/clauses.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { Flow } from '../../flows/flow.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import type { Recording } from '../../recording/recording.ts'
import { recordingFile } from '../../recording/recording-file.ts'
import { buildRecording, RECORDING_START as START } from '../../recording/testing/build-recording.ts'
import { MemoryStorage } from '../../recording/testing/memory-storage.ts'
import { RecordStore } from '../keys/record-store.ts'
import type { SourceState } from '../protocol.ts'
import { FeedRecorder, type FeedRecorderOptions } from './feed-recorder.ts'
import { withPause } from './recording-gaps.ts'

/** A record of the bucket that is so many buckets after the start; `port` tells it apart. */
function record(bucket: number, port: number): Flow {
  const startTime = START + bucket * 15
  return buildFlow({ destPort: port }, { startTime, endTime: startTime + 15 })
}

async function setUp(options: Partial<FeedRecorderOptions> = {}, held: readonly Flow[] = []) {
  const storage = new MemoryStorage()
  const clock = new ManualClock(START * 1000)
  const store = new RecordStore({ budget: 1e8, live: true, chunkRows: 4 })
  for (const flow of held) store.append(flow)
  let source: SourceState = { state: 'live' }
  const seen: Recording[] = []
  const recording = options.recording ?? buildRecording()
  await storage.begin(recording)
  const recorder = new FeedRecorder({
    recording,
    filter: ALL,
    from: 'now',
    redactor: null,
    resumption: null,
    feed: {
      store,
      clockSkew: 0,
      status: () => ({
        source,
        holdings: store.holdings(),
        refusals: [],
        format: null,
        headers: [],
        outOfScope: 0,
        live: null,
      }),
    },
    storage,
    keptBytes: 0,
    onChange: (changed) => seen.push(changed),
    clock,
    ...options,
  })
  const file = async (): Promise<string[]> => {
    const found = await storage.read('a')
    if (found === null) throw new Error('it is not kept')
    const capture = await recordingFile(found.recording, found.chunks)
    return gunzipSync(await capture.arrayBuffer())
      .toString()
      .trimEnd()
      .split('\n')
  }
  /** Lets the time pass second by second, and the recorder come to the end of what it does in each. */
  const wait = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      clock.advance(1000)
      // oxlint-disable-next-line no-await-in-loop
      await vi.waitFor(() =>
        expect(clock.waiting > 0 || storage.isStuck || seen.at(-1)?.state === 'ended').toBe(true),
      )
    }
  }
  return {
    storage,
    clock,
    wait,
    store,
    recorder,
    seen,
    setSource: (next: SourceState) => (source = next),
    kept: () => storage.recordings.get('a')!,
    header: async () => JSON.parse((await file())[0] ?? ''),
    lines: async () => (await file()).slice(1),
  }
}

function linesOf(...flows: Flow[]): string[] {
  return flows.map((flow) => recordLine(flow).trimEnd())
}

test('keeps what comes and matches, and not what was held, nor what is of an earlier time', async () => {
  const early = [record(-2, 1)]
  const { store, recorder, header, lines, kept } = await setUp(
    { filter: include(ALL, 'dst.ns', 'backend') },
    early,
  )
  store.append(record(0, 80))
  store.append(record(-1, 81))
  store.append(buildFlow({ destNamespace: 'elsewhere' }, { startTime: START, endTime: START + 15 }))
  store.append(record(1, 82))
  await recorder.stop('stopped')
  expect(await lines()).toEqual(linesOf(record(0, 80), record(1, 82)))
  expect(kept()).toMatchObject({ records: 2, leftOut: 0, state: 'ended', end: 'stopped', chunks: 1 })
  expect(await header()).toMatchObject({
    source: { kind: 'live', name: 'lab-1' },
    window: { from: '2026-09-21T14:13:30Z', to: '2026-09-21T14:14:00Z' },
    gaps: [],
  })
})

test('with what is held, these come first', async () => {
  const held = [record(-2, 1), record(-1, 2)]
  const { store, recorder, lines } = await setUp(
    { from: 'held', recording: buildRecording({ window: { from: START - 30, to: null } }) },
    held,
  )
  store.append(record(0, 3))
  await recorder.stop('stopped')
  expect(await lines()).toEqual(linesOf(...held, record(0, 3)))
})

test('keeps what waited for 5 s, so that a kill loses no more than that', async () => {
  const { store, wait, kept, lines, storage } = await setUp()
  store.append(record(0, 80))
  await wait(7)
  expect(kept()).toMatchObject({ records: 1, chunks: 1, state: 'recording' })

  storage.isKilled = true
  store.append(record(0, 81))
  await wait(7)
  expect(storage.isStuck).toBe(true)
  expect(kept()).toMatchObject({ records: 1, chunks: 1, state: 'recording' })
  expect(await lines()).toEqual(linesOf(record(0, 80)))
})

test('ends at its size, with the rest of the bucket that it cuts as a gap', async () => {
  const size = recordLine(record(0, 80)).length
  const limits = { bytes: size * 2.5, seconds: 900 }
  const { store, recorder, lines, kept, header } = await setUp({ recording: buildRecording({ limits }) })
  for (const port of [80, 81, 82, 83]) store.append(record(0, port))
  await recorder.flush()
  expect(kept()).toMatchObject({ records: 2, leftOut: 0, state: 'ended', end: 'size' })
  expect(kept().textBytes).toBeLessThanOrEqual(limits.bytes)
  expect(await lines()).toHaveLength(2)
  expect((await header()).gaps).toEqual([
    { from: '2026-09-21T14:13:30Z', to: '2026-09-21T14:13:45Z', reason: 'the size limit was reached' },
  ])
})

test('ends at its time, in which a pause does not count', async () => {
  const recording = buildRecording({ limits: { bytes: 1e6, seconds: 10 } })
  const { recorder, wait, kept, seen } = await setUp({ recording })
  await wait(6)
  await recorder.pause()
  await wait(60)
  expect(seen.at(-1)).toMatchObject({ state: 'paused', seconds: 6 })
  await recorder.goOn()
  await wait(3)
  expect(seen.at(-1)?.state).toBe('recording')
  await wait(2)
  expect(kept()).toMatchObject({ state: 'ended', end: 'time', seconds: 10 })
})

test('a pause is a gap from the newest record on, and what comes late from before it is recorded', async () => {
  const { store, recorder, clock, lines, header } = await setUp()
  store.append(record(0, 80))
  await recorder.pause()
  store.append(record(1, 81))
  clock.advance(47_000)
  await recorder.goOn()
  store.append(record(2, 82))
  store.append(record(0, 83))
  store.append(record(3, 84))
  await recorder.stop('stopped')
  expect(await lines()).toEqual(linesOf(record(0, 80), record(0, 83), record(3, 84)))
  expect((await header()).gaps).toEqual([
    { from: '2026-09-21T14:13:45Z', to: '2026-09-21T14:14:15Z', reason: 'paused' },
  ])
})

test('what was evicted during a pause is not left out, for the pause leaves it out', async () => {
  const { store, recorder, clock, kept } = await setUp()
  await recorder.pause()
  for (let bucket = 0; bucket < 12; bucket++) store.append(record(bucket, bucket))
  store.setBudget(1)
  clock.advance(200_000)
  await recorder.goOn()
  await recorder.stop('stopped')
  expect(kept()).toMatchObject({ records: 0, leftOut: 0, pauses: [{ from: START, to: START + 195 }] })
})

test('without room it ends, says how many records were left out, and keeps what was kept before', async () => {
  const { store, recorder, lines, kept, seen, storage } = await setUp()
  store.append(record(0, 80))
  await recorder.flush()
  storage.quota = kept().packedBytes
  store.append(record(1, 81))
  store.append(record(1, 82))
  await recorder.flush()
  expect(seen.at(-1)).toMatchObject({ state: 'ended', end: 'no-room', records: 1, leftOut: 2 })
  expect(kept()).toMatchObject({ state: 'ended', end: 'no-room', records: 1, leftOut: 2, chunks: 1 })
  expect(await lines()).toEqual(linesOf(record(0, 80)))
  store.append(record(2, 83))
  await recorder.flush()
  expect(await lines()).toHaveLength(1)
})

test('ends when all recordings together are at their limit', async () => {
  const { store, recorder, kept } = await setUp({ keptBytes: 500e6 - 10 })
  store.append(record(0, 80))
  await recorder.flush()
  expect(kept()).toMatchObject({ state: 'ended', end: 'kept', records: 0, leftOut: 1 })
})

test('counts records that the store evicted before they were read', async () => {
  const { store, recorder, kept } = await setUp()
  for (let port = 0; port < 12; port++) store.append(record(port, port))
  store.setBudget(1)
  const left = store.rows.length
  await recorder.stop('stopped')
  expect(left).toBeLessThan(12)
  expect(kept()).toMatchObject({ records: left, leftOut: 12 - left })
})

test('names the times in which the source received nothing', async () => {
  const { store, recorder, header } = await setUp()
  store.append(record(0, 80))
  store.append(record(3, 81))
  await recorder.stop('stopped')
  expect((await header()).gaps).toEqual([
    { from: '2026-09-21T14:13:45Z', to: '2026-09-21T14:14:15Z', reason: 'nothing was received' },
  ])
})

test('writes no more where another recorder went on with it, or it was deleted', async () => {
  const { store, recorder, storage, seen } = await setUp()
  await storage.begin(buildRecording({ owner: 'two' }))
  store.append(record(0, 80))
  await recorder.flush()
  expect(seen.at(-1)).toMatchObject({ state: 'ended', end: 'closed' })
  expect(storage.recordings.get('a')).toMatchObject({ owner: 'two', records: 0, state: 'recording' })
})

test('ends when the login does: the next one may be of another user', async () => {
  const { clock, kept, setSource } = await setUp()
  const trouble = { kind: 'login', say: 'Log in again.', detail: null, retry: false } as const
  setSource({ state: 'reconnecting', trouble, retryAt: 0, lostAt: 0 } as SourceState)
  clock.advance(1000)
  await vi.waitFor(() => expect(kept()).toMatchObject({ state: 'ended', end: 'login' }))
})

test('a pause without time is none', () => {
  expect(withPause(buildRecording(), START + 5, 'paused')).toEqual([])
})
