import { expect, onTestFinished, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { HistoryError } from '../history-error.ts'
import type { HistoryStats } from '../history-store.ts'
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

async function keep(store: HistoryKeeperOptions['store'], options: Partial<HistoryKeeperOptions> = {}) {
  const clock = new ManualClock(NOW * 1000)
  const warnings: unknown[] = []
  const keeper = new HistoryKeeper({
    store,
    days: 7,
    hourDays: 400,
    maxBytes: null,
    log: { info: () => {}, warn: (event, fields) => warnings.push({ event, ...fields }), error: () => {} },
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

test('where space is freed later, it is waited for before more is deleted', async () => {
  const store = storeOf(6, false)
  const { pass } = await keep(store, { maxBytes: 2 ** 20 })
  expect(store.state.drops).toHaveLength(2)
  await pass(60_000)
  expect(store.state.drops).toHaveLength(2)
  for (let minute = 0; minute < 15; minute++) await pass(60_000)
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
