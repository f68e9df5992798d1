/** What comes back of a day whose file is damaged, against what was stored in it. */
import { cp, mkdtemp, readdir, rename, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ensure } from '../../../../src/lib/assert.ts'
import { formatCount } from '../../../../src/lib/format.ts'
import { HistoryTraffic } from '../../../../bench/history/history-rows.ts'
import type { Bucket } from '../../history-store.ts'
import { limitsOf, selectionOf } from '../../testing/history-buckets.ts'
import { overwrite, overwriteBlock } from '../../testing/overwritten-file.ts'
import { loadDuckDb } from '../duckdb-module.ts'
import { type DuckDbHistory, openDuckDbHistory } from '../duckdb-history.ts'

const DAY = '2026-09-22'
/** 25 minutes, of two hours. */
const START = Date.parse(`${DAY}T10:40:00Z`) / 1000
const BUCKETS = 100
/** Those of the first hour. */
const FIRST_HOUR = 80
/** The hour that is summed before the damage. */
const HOUR = Date.parse(`${DAY}T10:00:00Z`) / 1000
const ALL = { from: START, to: START + BUCKETS * 15 }
/** More than one row group of records. */
const TRAFFIC = { cluster: 'prod', keys: 1500, rowsOfBucket: 1300, churnOfHour: 0, seed: 1 }
const never = new AbortController().signal
const MAIN = 'history.duckdb'
const NOTHING = { readBack: [], postponed: [] }

/** By the start of a bucket: the counters of each key. */
type Records = ReadonlyMap<number, ReadonlyMap<string, string>>

let base: string
let buckets: readonly Bucket[]
let recorded: Records
/** Records of all buckets. */
let total = 0
/** As it was written; sorted anew, as a day is after its end; and as a process that was killed leaves it, with its log. */
const FORMS = ['written', 'compacted', 'killed'] as const
type Form = (typeof FORMS)[number]

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: (ALL.to + 3600) * 1000 })
  base = await mkdtemp(join(tmpdir(), 'flowtrace-salvage-'))
  const traffic = new HistoryTraffic(TRAFFIC)
  const store = openDuckDbHistory(join(base, 'written'))
  await store.open()
  buckets = Array.from({ length: BUCKETS }, (_, i) => traffic.bucket(START + i * 15))
  total = recordsOf(0, BUCKETS)
  const put = async (from: number, to: number) =>
    Promise.all(buckets.slice(from, to).map(async (bucket) => store.put(bucket)))
  await put(0, 1)
  await store.close()
  await cp(join(base, 'written', MAIN), join(base, MAIN))
  await store.open()
  await put(1, BUCKETS - 10)
  await store.close()
  await store.open()
  await put(BUCKETS - 10, BUCKETS)
  await store.rollUp('prod', HOUR + 3600)
  await cp(join(base, 'written'), join(base, 'killed'), { recursive: true })
  recorded = await readAll(store)
  await store.close()
  await cp(join(base, 'written'), join(base, 'compacted'), { recursive: true })
  const closed = openDuckDbHistory(join(base, 'compacted'))
  await closed.open()
  await closed.rollUp('prod', HOUR + 2 * 86_400)
  await closed.close()
}, 300_000)
afterAll(async () => {
  vi.useRealTimers()
  await rm(base, { recursive: true })
})

/** Each record once: a second one of a key fails. */
async function readAll(store: DuckDbHistory): Promise<Records> {
  const records = new Map<number, Map<string, string>>()
  const keys: string[] = []
  for await (const page of store.records(selectionOf('prod', { range: ALL }), { step: 15 }, limitsOf())) {
    keys.push(...page.keys.map((key) => JSON.stringify(key)))
    for (const [row, start] of page.starts.entries()) {
      const bucket = records.get(start) ?? new Map<string, string>()
      records.set(start, bucket)
      const key = keys[page.keyIndexes[row] ?? -1] ?? ''
      expect(bucket.has(key)).toBe(false)
      bucket.set(key, `${page.packetsIn[row]} ${page.bytesIn[row]} ${page.bytesOut[row]}`)
    }
  }
  return records
}

async function dayFile(folder: string): Promise<string> {
  const files = await readdir(join(folder, 'days'))
  const file = files.find((name) => name.endsWith('.duckdb'))
  return join(folder, 'days', ensure(file, 'file of the day'))
}

/** Opens a copy of a folder whose day was damaged, and reads the damaged file back. */
async function withDamaged<T>(
  form: Form,
  damage: (file: string) => Promise<unknown>,
  task: (store: DuckDbHistory, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(base, 'copy-'))
  await cp(join(base, form), folder, { recursive: true })
  await damage(await dayFile(folder))
  const store = openDuckDbHistory(folder)
  try {
    await store.open()
    return await task(store, folder)
  } finally {
    await store.close()
    await rm(folder, { recursive: true })
  }
}

/** Overwrites a block of a column of the records, of which others are in other blocks. */
async function damageRecords(file: string): Promise<void> {
  await overwriteBlock(file, await blockOf(file, 'facts'))
}

/** Runs a statement on a file that nobody has open. */
async function change(file: string, statement: string): Promise<void> {
  const { DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(file)
  const connection = await instance.connect()
  await connection.run(statement)
  connection.closeSync()
  instance.closeSync()
}

/** Sets a file and its log aside, as when it turned out to be damaged. */
async function setAside(file: string): Promise<void> {
  await rename(file, `${file}.damaged`)
  await rename(`${file}.wal`, `${file}.damaged.wal`).catch(() => {})
}

/** The block with the fewest values of a table that the other one does not share. */
async function blockOf(file: string, table: 'facts' | 'done'): Promise<number> {
  const { DuckDBInstance } = await loadDuckDb()
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' })
  const connection = await instance.connect()
  const blocks = async (name: string) => {
    const result = await connection.run(
      `select block_id from pragma_storage_info('${name}') where persistent group by block_id order by sum(count)`,
    )
    return (await result.getRows()).map(([id]) => Number(id))
  }
  const others = await blocks(table === 'facts' ? 'done' : 'facts')
  const own = (await blocks(table)).find((block) => !others.includes(block))
  connection.closeSync()
  instance.closeSync()
  return ensure(own, `a block of ${table} alone`)
}

function recordsOf(from: number, to: number): number {
  return buckets.slice(from, to).reduce((sum, { entries }) => sum + entries.length, 0)
}

/** Comes upon the damage, and reads back what it took. */
async function salvage(store: DuckDbHistory) {
  await readAll(store)
  // These read the notes.
  await store.have('prod', ALL)
  await store.rollUp('prod', HOUR + 3600)
  return (await store.salvage(never)).readBack
}

/** What is held is what was stored, whole buckets are whole, and gaps name all others. */
async function expectTruth(store: DuckDbHistory): Promise<number> {
  const found = await readAll(store)
  const held = new Map((await store.have('prod', ALL)).map(({ start, rows }) => [start, rows]))
  const gaps = await store.gaps('prod', ALL)
  let records = 0
  for (const [start, stored] of recorded) {
    const bucket = found.get(start) ?? new Map<string, string>()
    for (const [key, counters] of bucket) expect(counters).toBe(stored.get(key))
    records += bucket.size
    const isWhole = bucket.size === stored.size
    expect(held.get(start)).toBe(isWhole ? stored.size : undefined)
    expect(gaps.some(({ from, to }) => from <= start && to >= start + 15)).toBe(!isWhole)
  }
  expect([...found.keys()].every((start) => recorded.has(start))).toBe(true)
  const isWhole = records === total
  for (const grain of ['raw', 'hour'] as const) {
    const { rows, incomplete } = await store.query(
      'totals',
      {},
      selectionOf('prod', { grain, range: ALL }),
      limitsOf(),
    )
    if (grain === 'raw') expect(rows[0]?.records ?? 0).toBe(records)
    if (isWhole) expect(incomplete).toBeNull()
    else if (grain === 'raw') expect(incomplete).toMatch(/^The file of 2026-09-22 is damaged/)
  }
  return records
}

test.each(FORMS)('a block in the middle of a day that was %s costs the records in it', async (form) => {
  await withDamaged(form, damageRecords, async (store, folder) => {
    const [came] = await salvage(store)
    const records = await expectTruth(store)
    const lost = total - records
    expect(records).toBeGreaterThan(0)
    expect(came).toMatchObject({ records, lost })
    const causes = new Set((await store.gaps('prod', ALL)).map(({ cause }) => cause))
    causes.delete(`The file of ${DAY} is damaged`)
    expect([...causes]).toEqual([
      `The file of ${DAY} is damaged, and records of this time are missing: ${formatCount(lost)} of the day's ${formatCount(total)} could not be read`,
    ])
    // The original stays, and nothing else is left.
    expect((await store.stats()).damaged).toHaveLength(1)
    expect(await readdir(join(folder, 'tmp'))).not.toContain('salvage.duckdb')
    // Neither a restart nor the end of the original changes anything.
    await rm(join(folder, ensure(came, 'file').file))
    await store.close()
    await store.open()
    expect(await store.salvage(never)).toEqual(NOTHING)
    expect(await expectTruth(store)).toBe(records)
  })
})

test('sums of before stay, and hours that are summed of what is left say so', async () => {
  await withDamaged('written', damageRecords, async (store) => {
    await salvage(store)
    await store.rollUp('prod', HOUR + 2 * 3600)
    const [before, after] = [HOUR, HOUR + 3600].map((from) =>
      selectionOf('prod', { grain: 'hour', range: { from, to: from + 3600 } }),
    )
    const first = await store.query('totals', {}, ensure(before, 'hour'), limitsOf())
    expect(first.rows[0]?.records).toBe(recordsOf(0, FIRST_HOUR))
    expect(first.incomplete).toBeNull()
    const second = await store.query('totals', {}, ensure(after, 'hour'), limitsOf())
    expect(second.incomplete === null).toBe(second.rows[0]?.records === recordsOf(FIRST_HOUR, BUCKETS))
  })
})

test('a bucket of which a part came back is filled by the whole one, and by no poorer one', async () => {
  await withDamaged('compacted', damageRecords, async (store) => {
    await salvage(store)
    const whole = ensure(buckets[0], 'bucket')
    const poorer = { ...whole, version: whole.version + 1, entries: whole.entries.slice(1) }
    expect(await store.put(poorer)).toBe('poorer')
    expect(await store.put({ ...whole, start: START - 15, seconds: 300 })).toBe('poorer')
    await expectTruth(store)
    await Promise.all(buckets.map(async (bucket) => store.put(bucket)))
    expect(await expectTruth(store)).toBe(total)
    expect(await store.gaps('prod', ALL)).toEqual([])
  })
})

test('where a bucket with fewer records was stored meanwhile, those that came back are more', async () => {
  await withDamaged('compacted', damageRecords, async (store) => {
    await readAll(store)
    const whole = ensure(buckets[0], 'bucket')
    expect(await store.put({ ...whole, entries: whole.entries.slice(0, 5) })).toBe('stored')
    await store.salvage(never)
    await expectTruth(store)
    expect((await readAll(store)).get(START)?.size).toBeGreaterThan(5)
    expect(await store.put({ ...whole, entries: whole.entries.slice(0, 5) })).toBe('poorer')
  })
})

async function damageLog(file: string): Promise<void> {
  const log = `${file}.wal`
  await overwrite(log, Math.floor((await stat(log)).size / 2))
  await setAside(file)
}

test('what its log had that cannot be replayed stays a gap', async () => {
  await withDamaged('killed', damageLog, async (store) => {
    const [came] = await salvage(store)
    expect(came).toMatchObject({ records: recordsOf(0, BUCKETS - 10), lost: null })
    expect(await expectTruth(store)).toBe(recordsOf(0, BUCKETS - 10))
  })
})

async function bringOldMain(file: string): Promise<void> {
  await setAside(file)
  await cp(join(base, MAIN), join(dirname(dirname(file)), MAIN))
}

test('records whose keys the main file has lost do not come back as those of others', async () => {
  await withDamaged('written', bringOldMain, async (store) => {
    const others = new HistoryTraffic({ ...TRAFFIC, seed: 9 })
    await store.put(others.bucket(START + 86_400))
    await store.close()
    await store.open()
    const [came] = await salvage(store)
    const records = await expectTruth(store)
    expect(came).toMatchObject({ records, lost: total - records })
    expect(records).toBeGreaterThan(0)
  })
})

test('a file with which the process ended each time it was read is left alone', async () => {
  await withDamaged('written', setAside, async (store, folder) => {
    await store.close()
    await change(join(folder, MAIN), 'update set_aside set tries = 10')
    await store.open()
    expect(await salvage(store)).toMatchObject([{ records: 0, lost: null }])
    expect(await store.salvage(never)).toEqual(NOTHING)
    expect(await expectTruth(store)).toBe(0)
  })
})

async function makeOldFolder(file: string): Promise<void> {
  await change(file, 'drop table partial')
  await change(join(dirname(dirname(file)), MAIN), 'drop table set_aside')
  await damageRecords(file)
  await setAside(file)
}

test('a folder of before there were notes for it is read back as well', async () => {
  await withDamaged('written', makeOldFolder, async (store) => {
    const [came] = await salvage(store)
    const records = await expectTruth(store)
    expect(came).toMatchObject({ records, lost: total - records })
    expect(records).toBeGreaterThan(0)
  })
})

test('of what retention deleted meanwhile nothing comes back, and its gap stays', async () => {
  await withDamaged('written', damageRecords, async (store) => {
    await readAll(store)
    expect(await store.put(ensure(buckets[0], 'bucket'))).toBe('stored')
    const raw = START + 10 * 15
    await store.drop({ raw, hours: 0 })
    await store.salvage(never)
    expect([...(await readAll(store)).keys()].every((start) => start >= raw)).toBe(true)
    expect(await store.gaps('prod', { from: START + 15, to: raw })).toEqual([
      { from: START + 15, to: raw, cause: `The file of ${DAY} is damaged` },
    ])
  })
})

test('a day whose notes cannot be read is whole when all of its records can', async () => {
  await withDamaged(
    'written',
    async (file) => overwriteBlock(file, await blockOf(file, 'done')),
    async (store) => {
      const [came] = await salvage(store)
      expect(came).toMatchObject({ records: total, lost: 0 })
      expect(await expectTruth(store)).toBe(total)
      expect(await store.gaps('prod', ALL)).toEqual([])
    },
  )
})

test.each([
  ['header', (file: string) => overwrite(file, 4096 + 16)],
  ['blocks', (file: string) => truncate(file, 3 * 4096)],
])('of a day without its %s nothing comes back, and that is said', async (_name, damage) => {
  await withDamaged('written', damage, async (store) => {
    const [came] = await salvage(store)
    expect(came).toMatchObject({ records: 0, lost: null })
    expect(await expectTruth(store)).toBe(0)
    expect(await store.salvage(never)).toEqual(NOTHING)
  })
})

test('one that is cancelled leaves nothing but whole buckets, and begins anew', async () => {
  await withDamaged('written', damageRecords, async (store) => {
    const cancelled = AbortSignal.abort(new Error('cancelled'))
    await readAll(store)
    await expect(store.salvage(cancelled)).rejects.toThrow('cancelled')
    await expectTruth(store)
    expect(await salvage(store)).toHaveLength(1)
    await expectTruth(store)
  })
})

test('wherever a day is damaged: what comes back is what was stored, each once, and gaps name the rest', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FORMS),
      fc.constantFrom('overwrite', 'cut'),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 1, maxLength: 3 }),
      async (form, how, places) => {
        const damage = async (file: string): Promise<void> => {
          const { size } = await stat(file)
          const [first = 0] = places
          if (how === 'cut') await truncate(file, Math.floor(size * first))
          else for (const at of places) await overwrite(file, Math.min(Math.floor(size * at), size - 64))
        }
        await withDamaged(form, damage, async (store) => {
          await salvage(store)
          await expectTruth(store)
        })
      },
    ),
    { numRuns: 6 },
  )
})
