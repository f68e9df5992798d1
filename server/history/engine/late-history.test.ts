import { expect, test } from 'vitest'
import { ManualClock } from '../../../src/lib/testing/manual-clock.ts'
import { HistoryError } from '../history-error.ts'
import { MemoryHistory } from '../testing/memory-history.ts'
import { LateHistory } from './late-history.ts'

test('is opened by a later call, and asked for at most every two seconds', async () => {
  const clock = new ManualClock()
  let attempts = 0
  let isUp = false
  const trouble = new HistoryError('unavailable', 'ClickHouse is not reached')
  const late = new LateHistory(
    async () => {
      attempts += 1
      if (!isUp) throw new HistoryError('unavailable', `not reached, ${attempts}`)
      return new MemoryHistory()
    },
    trouble,
    clock,
  )
  await expect(late.clusters()).rejects.toBe(trouble)
  expect(attempts).toBe(0)
  clock.advance(2000)
  await expect(late.stats()).rejects.toThrow('not reached, 1')
  await expect(late.have('prod', { from: 0, to: 15 })).rejects.toThrow('not reached, 1')
  expect(attempts).toBe(1)
  isUp = true
  clock.advance(2000)
  expect(await Promise.all([late.clusters(), late.have('prod', { from: 0, to: 15 })])).toEqual([[], []])
  expect(attempts).toBe(2)
  expect(await late.stats()).toMatchObject({ engine: 'memory' })
})
