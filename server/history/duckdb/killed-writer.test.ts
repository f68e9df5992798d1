/** What is left after a process was killed in the middle of storing buckets, or has no space left. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, rename, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { root } from '../../../scripts/run.mjs'
import { ALL } from '../../../src/filter/tree/expression.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { HistoryLimits, HistorySelection } from '../history-store.ts'
import { FIRST_START, numberedBucket, ROLL_UP, SALVAGE, WRITE } from '../testing/killed-writer.ts'
import { type DuckDbHistory, openDuckDbHistory } from './duckdb-history.ts'

const ROUNDS = 3
/** Acknowledged buckets after which a round kills: other ones each time, so that other moments are hit. */
const KILL_AFTER = [1, 5, 12]

/** Blocks of 512 bytes that a file may have: for the sums and the day, for the sums alone, and for neither. */
const FILE_LIMITS = [1000, 2600, 9000]

const limits: HistoryLimits = {
  maxRows: 10_000_000,
  maxMs: 60_000,
  maxMemory: 2 ** 30,
  signal: new AbortController().signal,
}
const everything: HistorySelection = {
  cluster: 'prod',
  range: { from: FIRST_START, to: FIRST_START + 86_400 },
  filter: ALL,
  namespaces: 'all',
  grain: 'raw',
}

let built = ''
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'flowtrace-writer-'))
  await symlink(join(root, 'node_modules'), join(built, 'node_modules'))
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: 'server/history/testing/killed-writer.ts',
      outDir: join(built, 'out'),
      emptyOutDir: true,
      target: 'node20.19',
      rolldownOptions: { output: { entryFileNames: 'writer.mjs' } },
    },
  })
}, 60_000)
afterAll(async () => rm(built, { recursive: true }))

/** The writer as a process; `shell` are commands before it. */
function startWriter(folder: string, first: number, shell = '') {
  return startProcess([WRITE, folder, String(first)], shell)
}

function startProcess(command: readonly string[], shell: string) {
  const writer = [process.execPath, join(built, 'out/writer.mjs'), ...command]
  return spawn('sh', ['-c', `${shell} exec "$@"`, 'sh', ...writer], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Each held bucket is whole and in one version: as many records as it has, with the counters of that version. */
async function expectWholeBuckets(history: DuckDbHistory): Promise<ReadonlyMap<number, number>> {
  const held = new Map<number, number>()
  for (const { start, version, rows } of await history.have('prod', everything.range)) {
    const number = (start - FIRST_START) / 15
    expect(rows).toBe(numberedBucket(number, version).entries.length)
    held.set(number, version)
  }
  const seen = new Map<number, number>()
  for await (const page of history.records(everything, { step: 15 }, limits)) {
    for (const [row, start] of page.starts.entries()) {
      const number = (start - FIRST_START) / 15
      seen.set(number, (seen.get(number) ?? 0) + 1)
      expect(page.packetsIn[row]).toBe(number * 10 + (held.get(number) ?? 0))
    }
  }
  expect(seen).toEqual(
    new Map([...held].map(([number, version]) => [number, numberedBucket(number, version).entries.length])),
  )
  return held
}

test('a writer that is killed leaves whole buckets alone, and all that it acknowledged', async () => {
  const folder = await temporaryFolder()
  const acknowledged = new Map<number, number>()
  for (let round = 0; round < ROUNDS; round++) {
    const first = Math.max(0, ...[...acknowledged.keys()].map((number) => number + 1))
    const writer = startWriter(folder, first)
    let left = KILL_AFTER[round] ?? 0
    for await (const line of createInterface({ input: writer.stdout })) {
      const [number, version] = line.split(' ').map(Number)
      acknowledged.set(number ?? 0, version ?? 0)
      left -= 1
      if (left === 0) writer.kill('SIGKILL')
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
    expect(writer.signalCode).toBe('SIGKILL')
    const history = openDuckDbHistory(folder)
    await history.open()
    const held = await expectWholeBuckets(history)
    for (const [number, version] of acknowledged) expect(held.get(number)).toBeGreaterThanOrEqual(version)
    await history.close()
  }
})

test('a writer without space says so, and what it acknowledged is there', async () => {
  const folder = await temporaryFolder()
  // A limit on the size of a file, in blocks of 512 bytes: the system refuses to write as it does on a full disk.
  const writer = startWriter(folder, 0, 'ulimit -f 4000;')
  const [output, error] = await Promise.all([text(writer.stdout), text(writer.stderr)])
  expect(error).toContain("trouble: 'full'")
  const acknowledged = output.trimEnd().split('\n')
  expect(acknowledged.length).toBeGreaterThan(10)
  const history = openDuckDbHistory(folder)
  await history.open()
  const held = await expectWholeBuckets(history)
  for (const line of acknowledged) {
    const [number, version] = line.split(' ').map(Number)
    expect(held.get(number ?? 0)).toBeGreaterThanOrEqual(version ?? 0)
  }
  await history.close()
})

test('a day that has no space to be written anew stays as it was, and leaves nothing behind', async () => {
  const whole = await temporaryFolder()
  const writer = openDuckDbHistory(whole)
  await writer.open()
  await Promise.all(Array.from({ length: 90 }, (_, number) => writer.put(numberedBucket(number, 1))))
  await writer.close()
  const outcomes = new Set<string>()
  for (const blocks of FILE_LIMITS) {
    const folder = await temporaryFolder()
    await cp(whole, folder, { recursive: true })
    const rolling = startProcess([ROLL_UP, folder], `ulimit -f ${blocks};`)
    const [output, error] = await Promise.all([text(rolling.stdout), text(rolling.stderr)])
    expect(error).toBe('')
    expect(output).toMatch(/^(rolled|full) 27000 null\n$/)
    outcomes.add(output.split(' ')[0] ?? '')
    const left = await readdir(folder, { recursive: true })
    expect(left.filter((file) => file.includes('.tmp') || file.startsWith('tmp/'))).toEqual([])
    const history = openDuckDbHistory(folder)
    await history.open()
    await history.rollUp('prod', FIRST_START + 2 * 86_400)
    for (const grain of ['raw', 'hour'] as const) {
      const { rows } = await history.query('totals', {}, { ...everything, grain }, limits)
      expect(rows[0]?.records).toBe(27_000)
    }
    await history.close()
  }
  expect(outcomes).toEqual(new Set(['full', 'rolled']))
}, 60_000)

test('reading a damaged day back may be killed between any two steps, and begins anew', async () => {
  const folder = await temporaryFolder()
  const numbers = [0, 1, 239, 240, 480, 481]
  const before = openDuckDbHistory(folder)
  await before.open()
  await Promise.all(numbers.map(async (number) => before.put(numberedBucket(number, 1))))
  await before.close()
  const day = join(folder, 'days', '2026-09-22.1.duckdb')
  await rename(day, `${day}.damaged`)
  const held: number[] = []
  for (let asked = 1; ; asked++) {
    const reading = startProcess([SALVAGE, folder, String(asked)], '')
    const [error] = await Promise.all([text(reading.stderr), once(reading, 'exit')])
    expect(error).toBe('')
    const history = openDuckDbHistory(folder)
    await history.open()
    held.push((await expectWholeBuckets(history)).size)
    await history.close()
    if (reading.signalCode === null) break
  }
  // Nothing, then one hour after the other.
  expect([...new Set(held)]).toEqual([0, 3, 4, 6])
})

test('a second process is refused, as the folder is in use', async () => {
  const folder = await temporaryFolder()
  const writer = startWriter(folder, 0)
  await once(createInterface({ input: writer.stdout }), 'line')
  await expect(openDuckDbHistory(folder).open()).rejects.toMatchObject({ trouble: 'locked' })
  writer.kill('SIGKILL')
  await once(writer, 'exit')
  const history = openDuckDbHistory(folder)
  await history.open()
  await expect(openDuckDbHistory(folder).open()).rejects.toMatchObject({ trouble: 'locked' })
  await history.close()
})
