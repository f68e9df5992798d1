/** What becomes of a folder of which a file is missing, cut off, overwritten or not ours. */
import { cp, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { HistoryTraffic } from '../../../bench/history/history-rows.ts'
import { HistoryError } from '../history-error.ts'
import { limitsOf, recordsOf, selectionOf } from '../testing/history-buckets.ts'
import { loadDuckDb } from './duckdb-module.ts'
import { type DuckDbHistory, openDuckDbHistory } from './duckdb-history.ts'

/** Four minutes before a day ends. */
const START = 1_790_121_600 - 240
const BUCKETS = 32
const ALL = { from: START, to: START + BUCKETS * 15 }
const MAIN = 'history.duckdb'
const DAYS = ['2026-09-22', '2026-09-23'] as const

let base: string
/** Closed, and as a process that was killed leaves it: with logs. */
const FOLDERS = ['closed', 'killed'] as const
/** What is recorded in the undamaged folder, by bucket. */
let recorded: ReadonlyMap<number, readonly string[]>

const TRAFFIC = { cluster: 'prod', keys: 300, rowsOfBucket: 200, churnOfHour: 0, seed: 1 }

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: (ALL.to + 3600) * 1000 })
  base = await mkdtemp(join(tmpdir(), 'flowtrace-damaged-'))
  const traffic = new HistoryTraffic(TRAFFIC)
  const store = openDuckDbHistory(join(base, 'closed'))
  await store.open()
  for (let i = 0; i < BUCKETS / 2; i++) await store.put(traffic.bucket(START + i * 15))
  await store.close()
  await store.open()
  for (let i = BUCKETS / 2; i < BUCKETS; i++) await store.put(traffic.bucket(START + i * 15))
  await store.rollUp('prod', START + 240)
  await cp(join(base, 'closed'), join(base, 'killed'), { recursive: true })
  recorded = await linesOf(store)
  await store.close()
}, 60_000)
afterAll(async () => {
  vi.useRealTimers()
  await rm(base, { recursive: true })
})

async function linesOf(store: DuckDbHistory): Promise<ReadonlyMap<number, readonly string[]>> {
  const lines = new Map<number, string[]>()
  for (const { startTime, key, packetsIn, bytesOut } of await recordsOf(store, selectionOf('prod'))) {
    const of = lines.get(startTime) ?? []
    lines.set(startTime, of)
    of.push(
      `${key.sourceNamespace} ${key.sourceName} ${key.destName} ${key.destPort} ${packetsIn} ${bytesOut}`,
    )
  }
  return lines
}

async function copyOf(name: (typeof FOLDERS)[number]): Promise<string> {
  const folder = await mkdtemp(join(base, 'copy-'))
  await cp(join(base, name), folder, { recursive: true })
  return folder
}

/** Opens a copy of the folder after a change, for a task. */
async function withChanged<T>(
  change: (folder: string) => Promise<unknown>,
  task: (store: DuckDbHistory, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await copyOf('closed')
  await change(folder)
  const store = openDuckDbHistory(folder)
  try {
    await store.open()
    return await task(store, folder)
  } finally {
    await store.close()
  }
}

const dayFile = (day: string) => join('days', `${day}.1.duckdb`)

async function halve(file: string): Promise<void> {
  await truncate(file, Math.floor((await stat(file)).size / 2))
}

async function flip(file: string, offset: number): Promise<void> {
  const handle = await open(file, 'r+')
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, offset)
  await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 0x55]), 0, 1, offset)
  await handle.close()
}

async function makeForeign(file: string): Promise<void> {
  await rm(file)
  const { DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  await connection.run('create table facts (something varchar)')
  connection.closeSync()
  instance.closeSync()
}

/** As DuckDB does at some checkpoints: free blocks at the end are cut off, and its header counts them still. */
async function cutFreeBlocks(file: string): Promise<void> {
  const { DuckDBInstance } = await loadDuckDb()
  for (let round = 0; round < 10; round++) {
    const instance = await DuckDBInstance.create(file)
    const connection = await instance.connect()
    const sizes = await connection.run('select total_blocks * block_size from pragma_database_size()')
    const isCut = (await stat(file)).size < Number((await sizes.getRows())[0]?.[0])
    if (!isCut) {
      await connection.run('create table if not exists filler (a bigint, b double)')
      await connection.run('insert into filler select range, random() from range(1000000)')
      await connection.run('checkpoint')
      await connection.run('delete from filler where a > 10')
      await connection.run('checkpoint')
    }
    connection.closeSync()
    instance.closeSync()
    if (isCut) return
  }
  throw new Error('DuckDB cut no free blocks off')
}

test('a day whose free blocks DuckDB has cut off is sound', async () => {
  await withChanged(
    (folder) => cutFreeBlocks(join(folder, dayFile(DAYS[0]))),
    async (store) => {
      expect(await store.stats()).toMatchObject({ damaged: [] })
      expect(await linesOf(store)).toEqual(recorded)
    },
  )
})

test.each([
  ['cut off', halve],
  ['empty', (file: string) => writeFile(file, '')],
  ['something else', (file: string) => writeFile(file, 'hello')],
  ['a database of others', makeForeign],
])('a day that is %s costs this day alone', async (_name, change) => {
  const [day, other] = DAYS
  await withChanged(
    (folder) => change(join(folder, dayFile(day))),
    async (store, folder) => {
      expect(await readdir(join(folder, 'days'))).toEqual([`${day}.1.duckdb.damaged`, `${other}.1.duckdb`])
      expect(await store.stats()).toMatchObject({
        damaged: [join('days', `${day}.1.duckdb.damaged`)],
        oldest: START + 240,
      })
      const cause = `The file of ${day} is damaged`
      expect(await store.gaps('prod', { from: 0, to: ALL.to })).toEqual([
        // From the first hour that is known to have been recorded.
        { from: START + 240 - 3600, to: START + 240, cause },
      ])
      const { rows, incomplete } = await store.query('totals', {}, selectionOf('prod'), limitsOf())
      expect(incomplete).toBe(cause)
      expect(rows[0]?.records).toBe([...recorded.values()].slice(BUCKETS / 2).flat().length)
      // The hour that was summed before keeps its sums, and is whole.
      const hour = selectionOf('prod', { grain: 'hour' })
      expect(await store.query('totals', {}, hour, limitsOf())).toMatchObject({ incomplete: null })
      // It goes on, also with records of that day.
      const traffic = new HistoryTraffic(TRAFFIC)
      expect(await store.put(traffic.bucket(START))).toBe('stored')
      expect((await linesOf(store)).get(START)).toEqual(recorded.get(START))
      expect(await store.rollUp('prod', START + 240)).toBe(0)
    },
  )
})

test('a range of which all is damaged says so, with its records as well', async () => {
  await withChanged(
    (folder) => halve(join(folder, dayFile(DAYS[0]))),
    async (store) => {
      const selection = selectionOf('prod', { range: { from: START, to: START + 240 } })
      const pages = []
      for await (const page of store.records(selection, { step: 15 }, limitsOf())) pages.push(page)
      expect(pages).toMatchObject([{ keys: [], incomplete: `The file of ${DAYS[0]} is damaged` }])
    },
  )
})

test('a block that turns out to be damaged when it is read costs its day, and is read around', async () => {
  const [day] = DAYS
  await withChanged(
    async (folder) => {
      const file = join(folder, dayFile(day))
      // A block in the middle has records.
      await flip(file, Math.floor((await stat(file)).size / 2))
    },
    async (store, folder) => {
      const answers = await Promise.all([
        store.query('totals', {}, selectionOf('prod'), limitsOf()),
        store.query('entries', {}, selectionOf('prod'), limitsOf()),
      ])
      for (const { incomplete } of answers) expect(incomplete).toBe(`The file of ${day} is damaged`)
      expect(answers[0].rows[0]?.records).toBe([...recorded.values()].slice(BUCKETS / 2).flat().length)
      expect(await readdir(join(folder, 'days'))).toContain(`${day}.1.duckdb.damaged`)
      await store.close()
      await store.open()
      expect((await store.stats()).damaged).toHaveLength(1)
      expect(await store.gaps('prod', ALL)).toHaveLength(1)
    },
  )
})

test('the hours of a month that are damaged are summed again from the records that are there', async () => {
  await withChanged(
    (folder) => halve(join(folder, 'hours', '2026-09.1.duckdb')),
    async (store) => {
      expect((await store.stats()).damaged).toEqual([join('hours', '2026-09.1.duckdb.damaged')])
      expect(await store.gaps('prod', { from: 0, to: ALL.to })).toEqual([
        {
          from: Date.parse('2026-09-01') / 1000,
          to: START + 240 - 3600,
          cause: 'The file of the hours of 2026-09 is damaged',
        },
      ])
      expect(await store.rollUp('prod', START + 240)).toBe(1)
    },
  )
})

test('records whose keys the main file has lost are not shown as those of others', async () => {
  const older = await copyOf('closed')
  const before = openDuckDbHistory(older)
  await before.open()
  const main = join(await mkdtemp(join(base, 'main-')), MAIN)
  await before.close()
  await cp(join(older, MAIN), main)
  await before.open()
  const others = new HistoryTraffic({
    cluster: 'prod',
    keys: 400,
    rowsOfBucket: 400,
    churnOfHour: 0,
    seed: 9,
  })
  await before.put(others.bucket(ALL.to))
  await before.close()
  await cp(main, join(older, MAIN))
  const store = openDuckDbHistory(older)
  await store.open()
  expect((await store.stats()).damaged).toEqual([join('days', `${DAYS[1]}.1.duckdb.keyless`)])
  const { incomplete } = await store.query('totals', {}, selectionOf('prod'), limitsOf())
  expect(incomplete).toBe(`The keys of the records of ${DAYS[1]} are lost`)
  await store.close()
})

test.each([
  ['a main file that was cut off', (folder: string) => halve(join(folder, MAIN))],
  ['no main file', (folder: string) => rm(join(folder, MAIN))],
])('%s is refused by its name, with what to do', async (_name, change) => {
  const opened = withChanged(change, async () => null)
  await expect(opened).rejects.toMatchObject({ trouble: 'damaged' })
  await expect(opened).rejects.toThrow(/history\.duckdb.*backup/)
})

test('a day that was removed is gone, and the others are there', async () => {
  await withChanged(
    (folder) => rm(join(folder, dayFile(DAYS[0]))),
    async (store) => {
      expect(await store.stats()).toMatchObject({ oldest: START + 240, damaged: [] })
    },
  )
})

/** Every file of a folder, below it. */
async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true }))
    .filter((file) => /\.(duckdb|wal)$/.test(file))
    .toSorted()
}

/** Whether a bucket that is not held any more is said to be missing. */
async function isNoted(store: DuckDbHistory, start: number): Promise<boolean> {
  return (await store.gaps('prod', { from: start, to: start + 15 })).length > 0
}

/** What is answered is true, and what is missing of it is said. */
async function expectTruth(store: DuckDbHistory, isLog: boolean): Promise<void> {
  // Records first: they come upon damage that sums, which are read from the roll-up, do not.
  const lines = await linesOf(store)
  const { rows, incomplete } = await store.query('totals', {}, selectionOf('prod'), limitsOf())
  for (const [start, of] of lines) expect(of).toEqual(recorded.get(start))
  const held = (await store.have('prod', ALL)).map(({ start }) => start)
  expect(new Set(lines.keys())).toEqual(new Set(held))
  expect(rows[0]?.records ?? 0).toBe([...lines.values()].flat().length)
  const missing = [...recorded.keys()].filter((start) => !lines.has(start))
  if (missing.length === 0 || incomplete !== null) {
    for (const start of missing) expect(await isNoted(store, start)).toBe(true)
    return
  }
  // A log that was cut off is one whose last transactions did not happen.
  expect(isLog).toBe(true)
}

test('whatever byte is changed, and wherever a file ends: no crash, and no answer that is wrong', async () => {
  const places = await Promise.all(
    FOLDERS.map(async (name) => (await filesIn(join(base, name))).map((file) => ({ name, file }))),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...places.flat()),
      fc.constantFrom('flip', 'cut'),
      fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      async ({ name, file }, damage, at) => {
        const folder = await copyOf(name)
        const path = join(folder, file)
        const offset = Math.floor((await stat(path)).size * at)
        await (damage === 'cut' ? truncate(path, offset) : flip(path, offset))
        const store = openDuckDbHistory(folder)
        try {
          await store.open()
          await expectTruth(store, file.endsWith('.wal'))
        } catch (error) {
          if (!(error instanceof HistoryError)) throw error
          expect(error).toMatchObject({ trouble: 'damaged' })
          expect(file).toContain(MAIN)
        } finally {
          await store.close()
          await rm(folder, { recursive: true })
        }
      },
    ),
    { numRuns: 12 },
  )
}, 60_000)
