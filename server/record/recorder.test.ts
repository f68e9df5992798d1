// A recorder of an in-memory Goldmane over real HTTP/2, whose clock the test advances.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Flow } from '../../src/flows/flow.ts'
import { Redactor } from '../../src/redact/redactor.ts'
import { bucketsAgo } from '../../src/goldmane/testing/fixture.ts'
import { silentLog } from '../lib/log.ts'
import { fill, filled, flowAt, ioTurns, ServedGoldmane } from '../testing/followed-goldmane.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { captureHeader, headerLine } from './capture-lines.ts'
import { RecordingOutput } from './recording-output.ts'
import { RotatedFiles } from './output-files.ts'
import { Recorder } from './recorder.ts'

interface RecordedLine {
  readonly flowtraceCapture?: number
  readonly window?: { readonly from: string }
  readonly gaps?: readonly { readonly from: string; readonly to: string; readonly reason: string }[]
  readonly flow?: { readonly startTime: string; readonly Key: { readonly destPort: string } }
}

/** Starts to record a Goldmane that listens. Ends with the test. */
async function startRecording(
  served: ServedGoldmane,
  {
    matches = () => true,
    redact = null,
    compression = 'none',
  }: {
    readonly matches?: (flow: Flow) => boolean
    readonly redact?: ((flow: Flow) => Flow) | null
    readonly compression?: 'none' | 'gzip'
  } = {},
) {
  await served.listen()
  const { clock, goldmane } = served
  const path = join(await temporaryFolder(), 'flows.ndjson')
  const output = new RecordingOutput({
    files: await RotatedFiles.open(path, 1),
    compression,
    maxBytes: Infinity,
    header: (from) =>
      headerLine(
        captureHeader({
          tool: 'test',
          source: { kind: 'live', name: 'test' },
          cluster: 'test',
          server: null,
          from,
          filter: null,
        }),
      ),
  })
  const recorder = new Recorder({
    upstream: { url: `http://127.0.0.1:${served.port}`, connectTimeout: 3_600_000 },
    ringBytes: 64 * 2 ** 20,
    output,
    matches,
    redact,
    log: silentLog,
    clock,
  })
  const ending = new AbortController()
  const done = recorder.run(ending.signal)
  onTestFinished(async () => {
    ending.abort()
    await done
    await served.kill()
  })
  /** Lets time pass in small steps until the condition holds. */
  const advanceUntil = async (condition: () => boolean) => {
    for (let step = 0; !condition(); step++) {
      if (step > 4000) throw new Error(`not within 1000 s of the clock: ${String(condition)}`)
      clock.advance(250)
      goldmane.rollover()
      await ioTurns(true)
    }
  }
  return {
    recorder,
    advanceUntil,
    until: (condition: () => boolean) =>
      vi.waitFor(() => expect(condition(), String(condition)).toBe(true), { timeout: 5000, interval: 2 }),
    /** Ends the recording; returns its lines. */
    end: async (): Promise<readonly RecordedLine[]> => {
      ending.abort()
      await done
      const bytes = await readFile(path)
      const lines = String(compression === 'gzip' ? gunzipSync(bytes) : bytes).split('\n')
      expect(lines.pop()).toBe('')
      return lines.map((line) => JSON.parse(line) as RecordedLine) // Written by the recorder, and compared below.
    },
  }
}

/** The records, as `bucket/port`, in order. */
function recordsIn(lines: readonly RecordedLine[]): string[] {
  return lines.flatMap(({ flow }) => (flow === undefined ? [] : [`${flow.startTime}/${flow.Key.destPort}`]))
}

/** The start of the bucket that is `n` before the present one, as a capture has it. */
function timeAgo(n: number): string {
  return new Date(bucketsAgo(n) * 1000).toISOString().replace('.000Z', 'Z')
}

const live = (recorder: Recorder) => () => recorder.status.state === 'live'

test('a recording has the hour that Goldmane holds and what comes then, each record once and in order', async () => {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, 20, 0) })
  const { recorder, advanceUntil, end } = await startRecording(served)
  await advanceUntil(live(recorder))
  served.goldmane.breakStreams()
  await advanceUntil(() => recorder.counts.records === filled(20, 0).length)
  const lines = await end()
  expect(lines[0]).toMatchObject({ flowtraceCapture: 1, cluster: 'test', window: { from: timeAgo(20) } })
  const records = recordsIn(lines)
  expect([...records].sort()).toEqual(filled(20, 0))
  const buckets = records.map((record) => Number.parseInt(record, 10))
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b))
  expect(lines.some(({ gaps }) => gaps)).toBe(false)
  // The resumed stream began with the newest bucket received.
  expect(recorder.counts).toMatchObject({ duplicates: 3, gaps: 0, malformed: 0, dropped: 0 })
})

test('a filter leaves records out, and says how many', async () => {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, 20, 2) })
  const { recorder, advanceUntil, end } = await startRecording(served, {
    matches: ({ key }) => key.destPort === 443,
  })
  await advanceUntil(live(recorder))
  const lines = await end()
  expect(recordsIn(lines)).toEqual(filled(20, 2).filter((record) => record.endsWith('/443')))
  expect(recorder.counts).toMatchObject({ records: 19, filteredOut: 38 })
})

test('what is written of a record is what is left of it, whatever Goldmane sent', async () => {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, 20, 2) })
  const redactor = new Redactor({ level: 'names-and-labels', salt: 'a salt for these tests' })
  const { recorder, advanceUntil, end } = await startRecording(served, {
    matches: ({ key }) => key.destPort === 443,
    redact: (flow) => redactor.redactFlow(flow),
  })
  await advanceUntil(live(recorder))
  const lines = await end()
  expect(recordsIn(lines)).toEqual(filled(20, 2).filter((record) => record.endsWith('/443')))
  const text = JSON.stringify(lines.slice(1))
  expect(redactor.replaced).toBeGreaterThan(3)
  for (const { original } of redactor.names()) expect(text).not.toContain(`"${original}"`)
  // An id is that of a run of Goldmane.
  expect(lines.some((line) => 'id' in line)).toBe(false)
})

test('records wait two seconds at most to be compressed together', async () => {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, 20, 2) })
  const { recorder, until, end } = await startRecording(served, { compression: 'gzip' })
  // Until all have come; they are no batch yet.
  await until(() => recorder.status.lastBucket === bucketsAgo(2))
  expect(recorder.counts.records).toBe(0)
  await ioTurns(true)
  served.clock.advance(2000)
  await until(() => recorder.counts.records === filled(20, 2).length)
  expect(recordsIn(await end())).toHaveLength(filled(20, 2).length)
})

test('what a stream has left out is asked for before the end, and recorded', async () => {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, 20, 0) })
  const { recorder, advanceUntil, end, until } = await startRecording(served)
  await advanceUntil(live(recorder))
  await served.kill()
  await until(() => recorder.status.state === 'unreachable')
  served.clock.advance(60_000)
  served.goldmane.restart()
  served.goldmane.ingest(flowAt(bucketsAgo(-3)))
  await served.listen()
  await advanceUntil(() => recorder.status.lastBucket === bucketsAgo(-3))
  // Felix sends its last minutes again, and no stream brings what is older than its place.
  for (const n of [1, 0, -1, -2]) served.goldmane.ingest(flowAt(bucketsAgo(n), 443))
  const lines = await end()
  expect(recordsIn(lines).slice(-4)).toEqual([1, 0, -1, -2].map((n) => `${bucketsAgo(n)}/443`))
  expect(lines.some(({ gaps }) => gaps)).toBe(false)
})

test('what nobody has any more after a break is a gap, also when the recording ends before it is asked for', async () => {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, 20, 0) })
  const { recorder, advanceUntil, end, until } = await startRecording(served)
  await advanceUntil(live(recorder))
  await served.kill()
  await until(() => recorder.status.state === 'unreachable')
  served.clock.advance(60_000)
  served.goldmane.restart()
  served.goldmane.ingest(flowAt(bucketsAgo(-3)))
  await served.listen()
  await advanceUntil(() => recorder.status.lastBucket === bucketsAgo(-3))
  const gaps = (await end()).flatMap((line) => line.gaps ?? [])
  expect(gaps).toEqual([{ from: timeAgo(1), to: timeAgo(-3), reason: 'Goldmane has no flows of it' }])
})

test('a Goldmane that is away at the end leaves a gap up to the end', async () => {
  const served = new ServedGoldmane({ prepare: (goldmane) => fill(goldmane, 20, 0) })
  const { recorder, advanceUntil, end, until } = await startRecording(served)
  await advanceUntil(live(recorder))
  await served.kill()
  await until(() => recorder.status.state === 'unreachable')
  served.clock.advance(120_000)
  const gaps = (await end()).flatMap((line) => line.gaps ?? [])
  expect(gaps).toEqual([{ from: timeAgo(1), to: timeAgo(-7), reason: expect.stringMatching(/./) }])
})
