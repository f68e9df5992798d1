/** The proof that no name of a redacted recording is kept, and that a recording that goes on has each record once. */
import { gunzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { recordLine } from '../../capture/capture-writer.ts'
import { ALL } from '../../filter/tree/expression.ts'
import type { Flow } from '../../flows/flow.ts'
import { buildFlow } from '../../flows/testing/build.ts'
import { ManualClock } from '../../lib/testing/manual-clock.ts'
import { isMadeOf, isSaltOf } from '../../recording/recording-redaction.ts'
import { recordingFile, recordingFileName } from '../../recording/recording-file.ts'
import { DEFAULT_LIMITS, type Recording } from '../../recording/recording.ts'
import { RECORDING_START as START } from '../../recording/testing/build-recording.ts'
import { FakeBroadcast } from '../../recording/testing/fake-channel.ts'
import { MemoryStorage } from '../../recording/testing/memory-storage.ts'
import { SECRET, SECRET_FLOWS, SECRET_HEADER, secretsIn } from '../../redact/testing/secret-flows.ts'
import type { RecordingRequest } from '../recording-messages.ts'
import { Feed } from './feed.ts'
import { RecordingDesk } from './recording-desk.ts'

const POLL = { interval: 1 }
const SALT = 'a salt for these tests'
const SERVER = `https://flowtrace.${SECRET}/`

const REQUEST: RecordingRequest = {
  id: 'a',
  folder: '/',
  resume: false,
  source: `${SECRET} cluster`,
  server: SERVER,
  viewer: null,
  filter: ALL,
  passed: null,
  from: 'now',
  limits: DEFAULT_LIMITS,
  redaction: null,
}

/** A worker with a live feed that holds these records. */
function openWorker(storage: MemoryStorage, clock: ManualClock, held: readonly Flow[] = []) {
  const broadcast = new FakeBroadcast()
  const feed = new Feed({ kind: 'file', file: new File([], 'none') }, 1e8)
  Object.defineProperty(feed.store, 'live', { value: true })
  for (const flow of held) feed.store.append(flow)
  const desk = new RecordingDesk({ release: () => undefined }, broadcast.open(), storage, clock)
  const page = broadcast.open()
  const ended = (): Promise<void> =>
    expect.poll(() => broadcast.said.at(-1), POLL).toMatchObject({ recording: { state: 'ended' } })
  return {
    broadcast,
    feed,
    begin: (change: Partial<RecordingRequest>) => desk.begin({ ...REQUEST, ...change }, feed),
    stop: async () => {
      page.send({ order: 'stop', end: 'stopped' })
      await ended()
    },
    flush: async (chunks: number) => {
      page.send({ order: 'flush' })
      await expect.poll(() => storage.recordings.get('a')?.chunks, POLL).toBe(chunks)
    },
  }
}

/** Lines of the file of the kept recording, its header first. */
async function keptLines(storage: MemoryStorage): Promise<readonly string[]> {
  const found = await storage.read('a')
  if (found === null) throw new Error('it is not kept')
  const file = await recordingFile(found.recording, found.chunks)
  return gunzipSync(await file.arrayBuffer())
    .toString()
    .trimEnd()
    .split('\n')
}

/** All that the browser keeps of recordings. */
function everythingKept(storage: MemoryStorage): string {
  const chunks = [...storage.chunks.values()].flatMap((each) => [...each.values()])
  return [
    JSON.stringify([...storage.recordings]),
    ...chunks.map((chunk) => gunzipSync(chunk).toString()),
  ].join('\n')
}

describe('a redacted recording', () => {
  const passed = SECRET_HEADER.filter

  test.each(['names', 'names-and-labels'] as const)('of %s keeps no name and no salt', async (level) => {
    const storage = new MemoryStorage()
    const worker = openWorker(storage, new ManualClock(START * 1000))
    await worker.begin({ passed, redaction: { level, salt: SALT } })
    for (const flow of SECRET_FLOWS) worker.feed.store.append(flow)
    await worker.stop()
    const kept = storage.recordings.get('a')!
    expect(kept).toMatchObject({ records: SECRET_FLOWS.length, redaction: { level, clausesLeftOut: 2 } })
    const text = `${everythingKept(storage)}\n${recordingFileName(kept)}\n${(await keptLines(storage)).join('\n')}`
    expect(text).toContain('workload-')
    expect(secretsIn(text, level === 'names-and-labels')).toEqual([])
    expect(text).not.toContain(SALT)
    expect(secretsIn(JSON.stringify(worker.broadcast.said), true)).toEqual([])
    const [head = ''] = await keptLines(storage)
    expect(JSON.parse(head)).toMatchObject({ redacted: level, cluster: kept.redaction?.cluster })
  })

  test('without redaction these names are in what is kept', async () => {
    const storage = new MemoryStorage()
    const worker = openWorker(storage, new ManualClock(START * 1000))
    await worker.begin({ passed })
    for (const flow of SECRET_FLOWS) worker.feed.store.append(flow)
    await worker.stop()
    expect(secretsIn(everythingKept(storage), true)).toContain(SECRET)
  })

  test('is known again by the salt, the server and the query alone', async () => {
    const storage = new MemoryStorage()
    const worker = openWorker(storage, new ManualClock(START * 1000))
    await worker.begin({ passed, redaction: { level: 'names', salt: SALT } })
    const kept = storage.recordings.get('a')!
    expect([isSaltOf(kept, SALT), isSaltOf(kept, 'another salt of ours')]).toEqual([true, false])
    expect(isMadeOf(kept, SALT, { server: SERVER, passed })).toEqual({ server: true, filter: true })
    expect(isMadeOf(kept, SALT, { server: 'http://elsewhere/', passed: null })).toEqual({
      server: false,
      filter: false,
    })
  })

  test('does not go on with names as they are', async () => {
    const storage = new MemoryStorage()
    const first = openWorker(storage, new ManualClock(START * 1000))
    await first.begin({ redaction: { level: 'names', salt: SALT } })
    const second = openWorker(storage, new ManualClock(START * 1000))
    await second.begin({ resume: true })
    expect(second.broadcast.said.at(-1)).toMatchObject({
      news: 'refused',
      say: expect.stringContaining('not redacted'),
    })
    expect(second.feed.readerCount).toBe(0)
  })
})

/** A record of the bucket that is so many buckets after the start; `port` tells it apart. */
function record(bucket: number, port: number, change: Partial<Flow> = {}): Flow {
  const startTime = START + bucket * 15
  return buildFlow({ destPort: port }, { startTime, endTime: startTime + 15, ...change })
}

/** The recording of `kept`, which is cut off and goes on later where the source holds `held`. */
async function resumed(
  kept: readonly Flow[],
  held: readonly Flow[],
  seconds: number,
  redaction: RecordingRequest['redaction'] = null,
): Promise<{ lines: readonly string[]; recording: Recording }> {
  const storage = new MemoryStorage()
  const clock = new ManualClock(START * 1000)
  const first = openWorker(storage, clock)
  await first.begin({ redaction })
  for (const flow of kept) first.feed.store.append(flow)
  await first.flush(1)
  clock.advance(seconds * 1000)
  const second = openWorker(storage, clock, held)
  await second.begin({ resume: true, redaction })
  await second.stop()
  return { lines: (await keptLines(storage)).slice(1), recording: storage.recordings.get('a')! }
}

describe('a recording that goes on after a reload', () => {
  test('has what the source held of the time between, and no gap', async () => {
    const all = [0, 1, 2, 3, 4].map((bucket) => record(bucket, 80))
    const { lines, recording } = await resumed(all.slice(0, 2), all, 75)
    expect(lines).toEqual(all.map((flow) => recordLine(flow).trimEnd()))
    expect(recording).toMatchObject({ records: 5, leftOut: 0, pauses: [], lost: [] })
  })

  test('has a gap up to the oldest record that the source still held', async () => {
    const all = [0, 1, 2, 3, 4, 5].map((bucket) => record(bucket, 80))
    const { lines, recording } = await resumed(all.slice(0, 2), all.slice(4), 90)
    expect(lines).toHaveLength(4)
    expect(recording.pauses).toEqual([{ from: START + 15, to: START + 60, reason: 'not recorded' }])
  })

  test('has its newest bucket once, also where it is redacted and that bucket has grown', async () => {
    const redaction = { level: 'names', salt: SALT } as const
    const again = [record(1, 80, { packetsIn: 999 }), record(1, 81), record(2, 80)]
    const { recording } = await resumed([record(0, 80), record(1, 80)], again, 60, redaction)
    expect(recording.records).toBe(4)
  })

  test('has each record that was received once, whatever was kept before and is held then', async () => {
    const anyBuckets = fc.uniqueArray(
      fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 4 })),
      {
        minLength: 1,
        selector: ([bucket, port]) => `${bucket} ${port}`,
      },
    )
    await fc.assert(
      fc.asyncProperty(
        anyBuckets,
        fc.integer({ min: 0, max: 7 }),
        fc.integer({ min: 0, max: 7 }),
        async (all, cut, oldest) => {
          const flows = all.toSorted(([a], [b]) => a - b).map(([bucket, port]) => record(bucket, port))
          const kept = flows.filter(({ startTime }) => startTime <= START + cut * 15)
          const held = flows.filter(({ startTime }) => startTime >= START + oldest * 15)
          fc.pre(kept.length > 0)
          const { lines, recording } = await resumed(kept, held, 8 * 15)
          expect(new Set(lines).size).toBe(lines.length)
          for (const flow of flows) {
            const isThere = lines.includes(recordLine(flow).trimEnd())
            const isInGap = recording.pauses.some(
              ({ from, to }) => flow.endTime > from && flow.startTime < to,
            )
            // What is missing stands in a gap; what was held is never missing.
            expect(isThere || isInGap).toBe(true)
            expect(isThere || !held.includes(flow)).toBe(true)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
