import { expect, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { HistoryError } from '../history-error.ts'
import { RollUpSchedule } from './roll-up-schedule.ts'

const HOUR = 3600
/** Ten minutes after an hour. */
const NOW = 500_000 * HOUR + 600

function scheduleOf() {
  const clock = new ManualClock(NOW * 1000)
  const index = { newest: { start: NOW - 60, seconds: 15, version: 1, rows: 1 } }
  const closings: number[] = []
  const troubles: (HistoryError | null)[] = []
  const store = {
    rollUp: async (_cluster: string, closedBefore: number) => {
      const trouble = troubles.shift() ?? null
      if (trouble !== null) throw trouble
      closings.push(closedBefore)
      return 1
    },
  }
  const said: string[] = []
  const say = (event: string) => void said.push(event)
  const log = { info: say, warn: say, error: say }
  const options = { store, cluster: 'prod', index, log, clock, random: () => 0.5 }
  return { clock, index, closings, troubles, said, schedule: new RollUpSchedule(options) }
}

test('each hour is closed once', async () => {
  const { clock, index, closings, schedule } = scheduleOf()
  expect(await schedule.runIfDue(null)).toBe(true)
  expect(await schedule.runIfDue(null)).toBe(false)
  clock.advance(HOUR * 1000)
  index.newest = { ...index.newest, start: NOW - 60 + HOUR }
  expect(await schedule.runIfDue(null)).toBe(true)
  expect(closings).toEqual([NOW - 600, NOW - 600 + HOUR])
})

test('a bucket from the future does not close the hours that come', async () => {
  const { clock, index, closings, schedule } = scheduleOf()
  index.newest = { ...index.newest, start: NOW + 900 * 24 * HOUR }
  await schedule.runIfDue(null)
  expect(closings.every((time) => time <= NOW + HOUR)).toBe(true)
  clock.advance(2 * HOUR * 1000)
  expect(await schedule.runIfDue(null)).toBe(true)
})

test('after a clock that was ahead is set back, hours are closed as before', async () => {
  const { clock, index, closings, schedule } = scheduleOf()
  clock.step(72 * HOUR * 1000)
  await schedule.runIfDue(null)
  clock.step(-72 * HOUR * 1000)
  for (let hour = 1; hour <= 2; hour++) {
    clock.advance(HOUR * 1000)
    index.newest = { ...index.newest, start: NOW - 60 + hour * HOUR }
    expect(await schedule.runIfDue(null)).toBe(true)
  }
  expect(closings.slice(1)).toEqual([NOW - 600 + HOUR, NOW - 600 + 2 * HOUR])
})

test('a failure is said once and counted, and tried again less and less often', async () => {
  const { clock, closings, troubles, said, schedule } = scheduleOf()
  troubles.push(
    ...Array.from({ length: 4 }, () => new HistoryError('refused', 'The file may not be written')),
  )
  let waited = 0
  while (!(await schedule.runIfDue(null))) {
    // Not before its time.
    expect(await schedule.runIfDue(null)).toBe(false)
    const wait = schedule.untilNext()
    clock.advance(wait)
    waited += wait
  }
  expect(closings).toHaveLength(1)
  expect(schedule.failures).toBe(4)
  expect(waited).toBeGreaterThan(40_000)
  expect(said).toEqual(['history hours cannot be summed', 'history hours are summed again'])
})
