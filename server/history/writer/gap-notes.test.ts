import { expect, test } from 'vitest'
import { NO_FLOWS_THERE, OVER_AN_HOUR } from '../../upstream/gap-filler.ts'
import type { HistoryGap } from '../history-store.ts'
import { causeOfStayingGap, GAP_CAUSES, GapNotes, gapsAtStart } from './gap-notes.ts'

const NEWEST = 1_790_000_010
/** Where Goldmane's hour begins when the newest bucket is this one. */
const HOUR_START = NEWEST + 30 - 3585

test('what was stored up to Goldmane has no gap', () => {
  const times = { gatewayStart: NEWEST, oldest: HOUR_START, newest: NEWEST }
  expect(gapsAtStart({ ...times, storedTo: HOUR_START })).toEqual([])
  expect(gapsAtStart({ ...times, storedTo: NEWEST + 15 })).toEqual([])
  // Goldmane's clock was set back.
  expect(gapsAtStart({ ...times, storedTo: NEWEST + 86_400 })).toEqual([])
})

test("before Goldmane's hour the gateway did not run, or did not reach it", () => {
  const storedTo = HOUR_START - 7200
  const gatewayStart = HOUR_START - 3605
  expect(gapsAtStart({ storedTo, gatewayStart, oldest: HOUR_START, newest: NEWEST })).toEqual([
    { from: storedTo, to: HOUR_START - 3600, cause: GAP_CAUSES.notRunning },
    { from: HOUR_START - 3600, to: HOUR_START, cause: GAP_CAUSES.notReached },
  ])
})

test('what Goldmane lacks of its own hour is named when it is longer than a quiet minute', () => {
  const times = { storedTo: NEWEST - 600, gatewayStart: NEWEST, newest: NEWEST }
  expect(gapsAtStart({ ...times, oldest: NEWEST - 555 })).toEqual([])
  expect(gapsAtStart({ ...times, oldest: NEWEST - 300 })).toEqual([
    { from: NEWEST - 600, to: NEWEST - 300, cause: GAP_CAUSES.nothingThere },
  ])
})

test('a gap of the follower is one unless Goldmane answered that there was nothing', () => {
  expect(causeOfStayingGap(OVER_AN_HOUR, NEWEST, null)).toBe(GAP_CAUSES.notReached)
  expect(causeOfStayingGap(NO_FLOWS_THERE, NEWEST, null)).toBeNull()
  expect(causeOfStayingGap(NO_FLOWS_THERE, NEWEST, NEWEST - 100)).toBeNull()
  expect(causeOfStayingGap(NO_FLOWS_THERE, NEWEST, NEWEST + 5)).toBe(GAP_CAUSES.restarted)
  expect(causeOfStayingGap('List failed (UNAVAILABLE): no', NEWEST, null)).toBe(
    'List failed (UNAVAILABLE): no',
  )
})

test('notes that touch and have one cause are one, and those that are not stored stay', async () => {
  const notes = new GapNotes()
  for (const from of [0, 15, 30]) notes.add({ from, to: from + 15 }, 'a')
  notes.add({ from: 45, to: 60 }, 'b')
  notes.add({ from: 60, to: 60 }, 'b')
  const stored: HistoryGap[] = []
  const store = async (gap: HistoryGap) => {
    if (gap.cause === 'b') throw new Error('down')
    stored.push(gap)
  }
  await expect(notes.flush(store)).rejects.toThrow('down')
  expect(stored).toEqual([{ from: 0, to: 45, cause: 'a' }])
  expect(notes.size).toBe(1)
})

test('of very many notes the oldest become one, so that none is dropped', async () => {
  const notes = new GapNotes()
  for (let i = 0; i < 1500; i++) notes.add({ from: i * 60, to: i * 60 + 15 }, 'a')
  const stored: HistoryGap[] = []
  await notes.flush(async (gap) => void stored.push(gap))
  expect(stored).toHaveLength(1000)
  expect(stored[0]).toMatchObject({ from: 0 })
  expect(stored.at(-1)).toMatchObject({ to: 1499 * 60 + 15 })
})
