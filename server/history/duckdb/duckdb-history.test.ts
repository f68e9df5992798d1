/** What is special to the embedded history: its files. The answers are held by the contract of all engines. */
import { mkdir, readdir, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { ALL } from '../../../src/filter/tree/expression.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import type { Bucket, HistoryLimits, HistorySelection } from '../history-store.ts'
import { FIRST_START, numberedBucket } from '../testing/killed-writer.ts'
import { loadDuckDb } from './duckdb-module.ts'
import { attachment, partTables } from './part-tables.ts'
import { type DuckDbHistory, openDuckDbHistory } from './duckdb-history.ts'
import { DuckDbSession } from './duckdb-session.ts'

const DAY = 86_400
const HOUR = 3600

async function openHistory(folder: string): Promise<DuckDbHistory> {
  const history = openDuckDbHistory(folder)
  await history.open()
  onTestFinished(() => history.close())
  return history
}

const limitsOf = (more: Partial<HistoryLimits> = {}): HistoryLimits => ({
  maxRows: 10_000_000,
  maxMs: 60_000,
  maxMemory: 2 ** 30,
  signal: new AbortController().signal,
  ...more,
})

const selectionOf = (more: Partial<HistorySelection> = {}): HistorySelection => ({
  cluster: 'prod',
  range: { from: FIRST_START - 40 * DAY, to: FIRST_START + 40 * DAY },
  filter: ALL,
  namespaces: 'all',
  grain: 'raw',
  ...more,
})

/** A bucket that begins so many seconds after the first day. */
function bucketAt(seconds: number, more: Partial<Bucket> = {}): Bucket {
  return { ...numberedBucket(seconds / 15, 1), ...more }
}

/** The buckets of so many seconds, all at once. */
async function putAll(history: DuckDbHistory, seconds: number): Promise<void> {
  await Promise.all(Array.from({ length: seconds / 15 }, (_, i) => history.put(bucketAt(i * 15))))
}

const days = async (folder: string) =>
  (await readdir(join(folder, 'days'))).filter((file) => !file.endsWith('.wal')).toSorted()

async function totals(history: DuckDbHistory, selection = selectionOf()) {
  const { rows } = await history.query('totals', {}, selection, limitsOf())
  return rows[0] ?? null
}

describe('the files of a history', () => {
  test('each day has one, and retention deletes it as a whole, its keys with it', async () => {
    const folder = await temporaryFolder()
    const history = await openHistory(folder)
    await history.put(bucketAt(0))
    await history.put(bucketAt(DAY + 15))
    await history.put(bucketAt(DAY + 30))
    expect(await days(folder)).toEqual(['2026-09-22.1.duckdb', '2026-09-23.1.duckdb'])
    expect((await history.stats()).entries).toBe(900)

    expect(await history.drop({ raw: FIRST_START + DAY, hours: 0 })).toEqual({ rows: 300 })
    expect(await days(folder)).toEqual(['2026-09-23.1.duckdb'])
    expect((await history.stats()).entries).toBe(600)
    // A key that went is stored again when it comes again.
    await history.put(bucketAt(DAY + 45))
    expect(await totals(history)).toMatchObject({ records: 900, keys: 900 })
  })

  test('a bucket whose commit was reported as failed counts once when it is put again', async () => {
    const history = await openHistory(await temporaryFolder())
    await history.put(bucketAt(0))
    // Another one of the same keys, so that the next transaction is that of the records.
    const bucket = bucketAt(45)
    const transaction = vi.spyOn(DuckDbSession.prototype, 'transaction')
    transaction.mockImplementationOnce(async function (this: DuckDbSession, task) {
      await this.transaction(task)
      throw new Error('IO Error: Could not write file')
    })
    await expect(history.put(bucket)).rejects.toThrow('Could not write file')
    expect(await history.put(bucket)).toBe('known')
    expect(await totals(history)).toMatchObject({ records: 600 })
  })

  test('a day that is closed is written anew, and takes late buckets still', async () => {
    const folder = await temporaryFolder()
    const history = await openHistory(folder)
    await putAll(history, 600)
    const before = await totals(history)
    expect(await history.rollUp('prod', FIRST_START + DAY)).toBe(1)
    expect(await days(folder)).toEqual(['2026-09-22.1.duckdb'])
    expect(await history.rollUp('prod', FIRST_START + DAY + 2 * HOUR)).toBe(0)
    expect(await days(folder)).toEqual(['2026-09-22.2.duckdb'])
    expect(await totals(history)).toEqual(before)
    expect(await history.put(bucketAt(600))).toBe('stored')
    expect(await history.put(bucketAt(0))).toBe('known')
    await history.close()
    await history.open()
    expect(await totals(history)).toMatchObject({ records: 41 * 300 })
    expect(await history.rollUp('prod', FIRST_START + DAY)).toBe(1)
  })

  test('a day whose rewriting failed half-way is written anew from the start', async () => {
    const folder = await temporaryFolder()
    const history = await openHistory(folder)
    await history.put(bucketAt(0))
    const { DuckDBInstance } = await loadDuckDb()
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    await connection.run(attachment(join(folder, 'days/2026-09-22.1.duckdb.tmp'), 'half'))
    for (const table of partTables('days', 'half')) await connection.run(table)
    await connection.run('insert into half.main.facts (cluster, t, s, k) values (0, $1, 15, 0)', [
      FIRST_START,
    ])
    connection.closeSync()
    instance.closeSync()
    await history.rollUp('prod', FIRST_START + 2 * DAY)
    expect(await days(folder)).toEqual(['2026-09-22.2.duckdb'])
    expect(await totals(history)).toMatchObject({ records: 300 })
  })

  test('of a file that was written anew, what a killed process left of the old one is removed', async () => {
    const folder = await temporaryFolder()
    const history = await openHistory(folder)
    await history.put(bucketAt(0))
    await history.close()
    await writeFile(join(folder, 'days/2026-09-22.1.duckdb.tmp'), 'half')
    await history.open()
    await history.rollUp('prod', FIRST_START + 2 * DAY)
    await history.close()
    await writeFile(join(folder, 'days/2026-09-22.1.duckdb'), 'old')
    await history.open()
    expect(await days(folder)).toEqual(['2026-09-22.2.duckdb'])
    expect(await totals(history)).toMatchObject({ records: 300 })
  })

  test('the roll-up of hours stays when their records go', async () => {
    const folder = await temporaryFolder()
    const history = await openHistory(folder)
    for (let day = 0; day < 4; day++) await history.put(bucketAt(day * DAY))
    await history.rollUp('prod', FIRST_START + 10 * DAY)
    expect(await history.drop({ raw: FIRST_START + 3 * DAY, hours: 0 })).toEqual({ rows: 900 })
    await history.rollUp('prod', FIRST_START + 10 * DAY)
    expect(await days(folder)).toHaveLength(1)
    expect(await totals(history, selectionOf({ grain: 'hour' }))).toMatchObject({ records: 1200 })
  })

  test('a gap that was filled stays so when the records that filled it go', async () => {
    const history = await openHistory(await temporaryFolder())
    const gap = { from: FIRST_START, to: FIRST_START + 60, cause: 'Lost' }
    await history.addGap('prod', gap)
    await history.put(bucketAt(15))
    await history.put(bucketAt(2 * DAY))
    const all = { from: 0, to: FIRST_START + 3 * DAY }
    const open = [
      { ...gap, to: FIRST_START + 15 },
      { ...gap, from: FIRST_START + 30 },
    ]
    expect(await history.gaps('prod', all)).toEqual(open)
    await history.rollUp('prod', FIRST_START + HOUR)
    await history.drop({ raw: FIRST_START + 45, hours: 0 })
    expect(await history.gaps('prod', all)).toEqual(open)
    await history.drop({ raw: FIRST_START + DAY, hours: FIRST_START + 20 })
    expect(await history.gaps('prod', all)).toEqual([{ ...gap, from: FIRST_START + 30 }])
  })

  test('a gap that ended before the records that are deleted stays as it was, until its sums go', async () => {
    const history = await openHistory(await temporaryFolder())
    const past = { from: FIRST_START, to: FIRST_START + 60, cause: 'Lost' }
    const across = { from: FIRST_START + 300, to: FIRST_START + 900, cause: 'Slow' }
    for (const gap of [past, across]) await history.addGap('prod', gap)
    await history.put(bucketAt(2 * DAY))
    const all = { from: 0, to: FIRST_START + 3 * DAY }
    await history.drop({ raw: FIRST_START + 600, hours: 0 })
    expect(await history.gaps('prod', all)).toEqual([past, across])
    await history.drop({ raw: FIRST_START + 600, hours: FIRST_START + 60 })
    expect(await history.gaps('prod', all)).toEqual([across])
  })

  test('a long history opens soon, with a few open files', async () => {
    const folder = await temporaryFolder()
    const history = await openHistory(folder)
    const end = 400 * DAY
    for (let month = 0; month < 13; month++) await history.put(bucketAt(month * 31 * DAY))
    for (let day = 6; day >= 0; day--) await history.put(bucketAt(end - day * DAY))
    await history.rollUp('prod', FIRST_START + end + HOUR)
    await history.drop({ raw: FIRST_START + end - 6 * DAY, hours: 0 })
    expect(await days(folder)).toHaveLength(7)
    expect((await readdir(join(folder, 'hours'))).filter((file) => file.endsWith('.duckdb'))).toHaveLength(14)
    await history.close()
    const before = process.cpuUsage()
    await history.open()
    const { user, system } = process.cpuUsage(before)
    // Of the processor, because the clock tells how busy the machine is.
    expect((user + system) / 1e6).toBeLessThan(1)
    const open = await readdir('/proc/self/fd').catch(() => [])
    const opened = await Promise.all(open.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
    expect(opened.filter((file) => file.startsWith(folder)).length).toBeLessThanOrEqual(2 * 22)
  })

  test('a day that is read while it is dropped is removed afterwards', async () => {
    const folder = await temporaryFolder()
    const history = await openHistory(folder)
    await history.put(bucketAt(0))
    const pages = history.records(selectionOf(), { step: 15 }, limitsOf())[Symbol.asyncIterator]()
    const first = await pages.next()
    await history.drop({ raw: FIRST_START + DAY, hours: 0 })
    expect(await days(folder)).toHaveLength(1)
    expect(first.value).toMatchObject({ incomplete: null })
    expect(await pages.next()).toMatchObject({ done: true })
    expect(await days(folder)).toEqual([])
  })

  test('what a killed process spilled or left unfinished is removed, and no file of others', async () => {
    const folder = await temporaryFolder()
    const [spilled, unfinished] = ['duckdb_temp_storage_DEFAULT-0.tmp', '2026-09-22.1.duckdb.tmp']
    for (const name of ['tmp', 'tmp/theirs', 'days']) await mkdir(join(folder, name))
    const others = ['tmp/theirs/notes.txt', 'tmp/notes.tmp', 'days/notes.tmp']
    for (const name of [...others, `tmp/${spilled}`, `days/${unfinished}`, `days/${unfinished}.wal`])
      await writeFile(join(folder, name), '')
    await openHistory(folder)
    expect((await readdir(join(folder, 'tmp'))).toSorted()).toEqual(['notes.tmp', 'theirs'])
    expect(await readdir(join(folder, 'tmp', 'theirs'))).toEqual(['notes.txt'])
    expect(await readdir(join(folder, 'days'))).toEqual(['notes.tmp'])
  })

  test('a main file that is none is refused by its name', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'history.duckdb'), 'x'.repeat(20_000))
    await expect(openDuckDbHistory(folder).open()).rejects.toMatchObject({
      trouble: 'damaged',
      message: expect.stringContaining(join(folder, 'history.duckdb')) as string,
    })
  })

  test('a closed history says that it is not open', async () => {
    const history = openDuckDbHistory(await temporaryFolder())
    await expect(history.put(bucketAt(0))).rejects.toMatchObject({ trouble: 'unavailable' })
  })
})

describe('limits', () => {
  test('a question is stopped when its time is up, and when it is cancelled', async () => {
    const history = await openHistory(await temporaryFolder())
    await putAll(history, 3000)
    const late = history.query('sets', { by: 'group', top: 10 }, selectionOf(), limitsOf({ maxMs: 0 }))
    await expect(late).rejects.toMatchObject({ trouble: 'too slow' })
    const stop = new AbortController()
    const cancelled = history.query(
      'sets',
      { by: 'group', top: 10 },
      selectionOf(),
      limitsOf({ signal: stop.signal }),
    )
    stop.abort(new Error('enough'))
    await expect(cancelled).rejects.toThrow('enough')
    // The connections are usable afterwards.
    expect(await totals(history)).toMatchObject({ records: 60_000 })
  })

  test('one that waits for a connection is cancelled too', async () => {
    const history = await openHistory(await temporaryFolder())
    await history.put(bucketAt(0))
    const open = Array.from({ length: 3 }, () =>
      history.records(selectionOf(), { step: 15 }, limitsOf())[Symbol.asyncIterator](),
    )
    for (const pages of open) await pages.next()
    const stop = new AbortController()
    const waiting = history.query('totals', {}, selectionOf(), limitsOf({ signal: stop.signal }))
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    const next = totals(history)
    for (const pages of open) await pages.return?.()
    expect(await next).toMatchObject({ records: 300 })
  })
})
