import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { HistoryError } from '../history-error.ts'
import type { HistoryStats, Salvage } from '../history-store.ts'
import { HistoryKeeper, type HistoryKeeperOptions } from './history-keeper.ts'

const DAY = 86_400
const NOW = 20_000 * DAY + 5 * 3600

/** A store of one megabyte for each day, with what `drop` was called with. */
function storeOf(days: number, frees = true) {
  const state = { oldest: NOW - days * DAY, bytes: days * 2 ** 20, drops: [] as number[] }
  const stats = async (): Promise<HistoryStats> => ({
    engine: 'memory',
    version: '1',
    bytes: state.bytes,
    rows: 1,
    entries: 1,
    oldest: state.oldest,
    newest: NOW,
    oldestHour: null,
    damaged: [],
  })
  const drop = async ({ raw }: { readonly raw: number }) => {
    state.drops.push(raw)
    state.oldest = Math.max(state.oldest, raw)
    if (frees) state.bytes = ((NOW - state.oldest) / DAY) * 2 ** 20
    return { rows: 1 }
  }
  return { state, stats, drop }
}

const settle = () =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

const NOTHING: Salvage = { readBack: [], postponed: [] }

async function keep(
  store: Omit<HistoryKeeperOptions['store'], 'salvage'> & Partial<HistoryKeeperOptions['store']>,
  options: Partial<HistoryKeeperOptions> = {},
) {
  const clock = new ManualClock(NOW * 1000)
  const warnings: unknown[] = []
  const keeper = new HistoryKeeper({
    store: { salvage: async () => NOTHING, ...store },
    days: 7,
    hourDays: 400,
    maxBytes: null,
    log: {
      info: () => {},
      warn: (event, fields) => warnings.push({ event, ...fields }),
      error: (event, fields) => warnings.push({ event, ...fields }),
    },
    clock,
    ...options,
  })
  onTestFinished(() => keeper.close())
  await settle()
  return {
    keeper,
    clock,
    warnings,
    pass: async (milliseconds: number) => {
      clock.advance(milliseconds)
      await settle()
    },
  }
}

test('what is older than the days kept is deleted, once an hour', async () => {
  const store = storeOf(9)
  const { keeper, pass } = await keep(store)
  expect(store.state.drops).toEqual([NOW - 7 * DAY])
  expect(keeper.droppedBefore).toBe(NOW - 7 * DAY)
  for (let minute = 0; minute < 59; minute++) await pass(60_000)
  expect(store.state.drops).toHaveLength(1)
  await pass(60_000)
  expect(store.state.drops).toHaveLength(2)
})

test('times are whole seconds, which ClickHouse alone takes, also before there are records', async () => {
  const store = storeOf(9)
  const empty = async () => ({ ...(await store.stats()), oldest: null, newest: null })
  await keep({ ...store, stats: empty }, { clock: new ManualClock(NOW * 1000 + 553) })
  expect(store.state.drops).toEqual([NOW - 7 * DAY])
})

test('beyond the size the oldest days go, no more than it takes', async () => {
  const store = storeOf(6)
  const { keeper } = await keep(store, { maxBytes: 3.5 * 2 ** 20 })
  expect(keeper.stats?.bytes).toBeLessThanOrEqual(3.5 * 2 ** 20)
  expect(store.state.oldest).toBe(Math.floor(NOW / DAY) * DAY - 3 * DAY)
  expect(keeper.reachedFirst).toBe('size')
})

test('beyond the size months of the roll-up go before the records of the newest day', async () => {
  const store = storeOf(1 / 4)
  const months = { oldestHour: NOW - 200 * DAY, drops: [] as number[] }
  const bytesOfHours = () => ((NOW - months.oldestHour) / DAY) * 2 ** 20
  const { keeper } = await keep(
    {
      stats: async () => ({
        ...(await store.stats()),
        oldestHour: months.oldestHour,
        bytes: bytesOfHours() + store.state.bytes,
      }),
      drop: async ({ raw, hours }) => {
        if (hours > months.oldestHour) months.drops.push((months.oldestHour = hours))
        return store.drop({ raw })
      },
    },
    { maxBytes: 100 * 2 ** 20 },
  )
  expect(keeper.stats?.bytes).toBeLessThanOrEqual(100 * 2 ** 20)
  expect(store.state.oldest).toBe(NOW - DAY / 4)
  for (const end of months.drops) expect(new Date(end * 1000).getUTCDate()).toBe(1)
  expect(months.drops.length).toBeGreaterThan(2)
})

test('beyond the size whole hours of the newest day go, where no other is left', async () => {
  const store = storeOf(1 / 8)
  const { keeper } = await keep(store, { maxBytes: 2 ** 17 / 2 })
  expect(store.state.oldest).toBe(NOW - 3600)
  expect(keeper.stats?.bytes).toBeLessThanOrEqual(2 ** 17 / 2)
})

test('where space is freed later, it is waited for before more is deleted', async () => {
  const store = storeOf(6, false)
  const { pass } = await keep(store, { maxBytes: 2 ** 20 })
  expect(store.state.drops).toHaveLength(2)
  for (let minute = 0; minute < 14; minute++) await pass(60_000)
  expect(store.state.drops).toHaveLength(2)
  await pass(60_000)
  expect(store.state.drops).toHaveLength(3)
})

test('the hour that is being written is never deleted for its size', async () => {
  const store = storeOf(1 / 48)
  await keep(store, { maxBytes: 1 })
  expect(store.state.drops).toEqual([NOW - 7 * DAY])
})

test('a store that is down is asked again, and the log has the same trouble once', async () => {
  const store = storeOf(9)
  let isDown = true
  const { warnings, pass, keeper } = await keep({
    stats: store.stats,
    drop: async (before) => {
      if (isDown) throw new HistoryError('unavailable', 'ClickHouse is not reached')
      return store.drop(before)
    },
  })
  await pass(60_000)
  expect(warnings).toEqual([{ event: 'history cannot be tidied', why: 'ClickHouse is not reached' }])
  isDown = false
  await pass(60_000)
  expect(store.state.drops).toHaveLength(1)
  expect(keeper.stats).not.toBeNull()
})

test('a file that is damaged is told once', async () => {
  const store = storeOf(2)
  const damaged = ['days/2026-11-20.1.duckdb.damaged']
  const stats = async () => ({ ...(await store.stats()), damaged })
  const { warnings, pass } = await keep({ stats, drop: store.drop })
  await pass(60_000)
  expect(warnings).toEqual([{ event: 'history file is damaged, and was set aside', file: damaged[0] }])
})

test('a damaged file is read back, what came of it is told, and want of space is tried again', async () => {
  const store = storeOf(2)
  const file = 'days/2026-11-20.1.duckdb.damaged'
  const stats = async () => ({ ...(await store.stats()), damaged: [file] })
  const outcomes: readonly Salvage[] = [
    { readBack: [], postponed: [{ file, why: 'No space is left for the history' }] },
    { readBack: [{ file, records: 90, lost: 10 }], postponed: [] },
  ]
  let tries = 0
  const salvage = async () => outcomes[tries++] ?? NOTHING
  const { warnings, pass } = await keep({ stats, drop: store.drop, salvage })
  await pass(60_000)
  expect(tries).toBe(1)
  for (let minute = 0; minute < 15; minute++) await pass(60_000)
  expect(warnings).toEqual([
    { event: 'history file is damaged, and was set aside', file },
    { event: 'damaged history file cannot be read back now', file, why: 'No space is left for the history' },
    { event: 'damaged history file was read back in part', file, records: 90, lost: 10 },
  ])
})

describe('a clock that is wrong', () => {
  test('ahead of the newest record deletes nothing that is young beside it', async () => {
    const store = storeOf(9)
    const { pass, clock } = await keep(store)
    expect(store.state.drops).toEqual([NOW - 7 * DAY])
    clock.step(40 * DAY * 1000)
    await pass(3_600_000)
    expect(store.state.drops).toEqual([NOW - 7 * DAY, NOW - 7 * DAY])
  })

  test('that is set back does not end the deletions', async () => {
    const store = storeOf(9)
    const { pass, clock } = await keep(store, { maxBytes: 20 * 2 ** 20 })
    clock.step(-5 * 3_600_000)
    await pass(60_000)
    expect(store.state.drops).toHaveLength(2)
    // By size also where all that is held is of its future.
    store.state.bytes = 30 * 2 ** 20
    clock.step(-90 * DAY * 1000)
    await pass(60_000)
    expect(store.state.bytes).toBeLessThanOrEqual(20 * 2 ** 20)
  })

  test('that is set back does not lengthen the wait for space that is freed later', async () => {
    const store = storeOf(6, false)
    const { pass, clock } = await keep(store, { maxBytes: 2 ** 20 })
    expect(store.state.drops).toHaveLength(2)
    clock.step(-30 * 60_000)
    await pass(60_000)
    expect(store.state.drops).toHaveLength(3)
  })

  test('of one bucket from the future deletes nothing', async () => {
    const store = storeOf(5)
    const future = async () => ({ ...(await store.stats()), newest: NOW + 900 * DAY })
    const { keeper } = await keep({ stats: future, drop: store.drop }, { maxBytes: 2 ** 40 })
    expect(store.state.drops).toEqual([NOW - 7 * DAY])
    expect(keeper.reachedFirst).toBe('days')
  })
})

/** Null where there is none. */
function least(times: Iterable<number>): number | null {
  return [...times].reduce<number | null>((a, b) => Math.min(a ?? b, b), null)
}

/** A store of hours and months of sums with a size each, in the order in which they go. */
function storeOfSizes(hourSizes: readonly number[], monthSizes: readonly number[]) {
  const end = Math.floor(NOW / 3600) * 3600 + 3600
  const raw = new Map(hourSizes.map((size, i) => [end - (i + 1) * 3600, size]))
  const start = new Date(NOW * 1000)
  const months = new Map(
    monthSizes.map((size, i) => [Date.UTC(start.getUTCFullYear(), start.getUTCMonth() - i) / 1000, size]),
  )
  const sum = () => [...raw.values(), ...months.values()].reduce((all, size) => all + size, 0)
  /** Bytes before each deletion for the size, and what was the oldest hour and month then. */
  const steps: { bytes: number; oldest: number | null; hours: boolean }[] = []
  return {
    raw,
    months,
    sum,
    steps,
    stats: async (): Promise<HistoryStats> => ({
      engine: 'memory',
      version: '1',
      bytes: sum(),
      rows: 1,
      entries: 1,
      oldest: least(raw.keys()),
      newest: raw.size === 0 ? null : NOW,
      oldestHour: least(months.keys()),
      damaged: [],
    }),
    drop: async (before: { readonly raw: number; readonly hours: number }) => {
      const bytes = sum()
      const oldest = least(raw.keys())
      const gone = [...raw.keys()].filter((time) => time + 3600 <= before.raw)
      for (const time of gone) raw.delete(time)
      const goneMonths = [...months.keys()].filter((time) => {
        const date = new Date(time * 1000)
        return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1) / 1000 <= before.hours
      })
      for (const time of goneMonths) months.delete(time)
      if (gone.length + goneMonths.length > 0) steps.push({ bytes, oldest, hours: goneMonths.length > 0 })
      return { rows: gone.length + goneMonths.length }
    },
  }
}

test('whatever is held: it ends below the size, or with the hour that is written; the oldest goes first, no more than it takes', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 0, maxLength: 150 })
  const monthSizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 0, maxLength: 13 })
  await fc.assert(
    fc.asyncProperty(
      sizes,
      monthSizes,
      fc.integer({ min: 1, max: 200_000 }),
      async (hours, months, maxBytes) => {
        const store = storeOfSizes(hours, months)
        const { keeper } = await keep(store, { maxBytes, days: 100 })
        for (let i = 0; i < 20; i++) await settle()
        await keeper.close()
        const writtenHour = Math.floor(NOW / 3600) * 3600
        const left = [...store.raw.keys()].filter((time) => time < writtenHour - 3600)
        const thisMonth = [...store.months.keys()].filter((time) => time < NOW - 31 * DAY)
        if (store.sum() > maxBytes) expect([left, thisMonth]).toEqual([[], []])
        for (const { bytes, oldest, hours: isOfHours } of store.steps) {
          expect(bytes).toBeGreaterThan(maxBytes)
          // Sums go when of the records no more than a day is left.
          if (isOfHours && oldest !== null) expect(oldest).toBeGreaterThanOrEqual(NOW - 2 * DAY)
        }
      },
    ),
    { numRuns: 60 },
  )
})
